"""A payload fetched at T bounds when what it holds was known, and when what it lacks was: polls of every source over some weeks."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models_py.kernel.clock import instant
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import bronze_files
from pipelines.bronze import TABLES
from pipelines.connectors import CatalogueRow, connectors
from pipelines.connectors._asked import Asked, by_key
from pipelines.ingest import ingest, rebuild
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, parse
from pipelines.sandbox.server import listening
from pipelines.sandbox.service import Service
from tests.dbt.silver import Silver
from tests.pipelines.lake_rows import rows
from tests.sandbox.world.worlds import world

# source → series: id, key, frequency, period_end, release rule; those of a revisable kind are dated by the source's own vintages
SERIES = {
    "bcb_sgs": [("ipca", "433", "monthly", "month", "release:ibge_ipca"), ("cdi", "12", "daily", "day", "D+1 08:00 BRT")],
    "bcb_focus": [("focus", "IPCA|N|0|Mediana", "daily", "day", "next_monday 08:30 BRT")],
    "bcb_ptax": [("ptax", "USD|Fechamento|cotacaoVenda", "daily", "day", "D 13:30 BRT")],
    "fred": [("cpi", "CPIAUCNS", "monthly", "month", "m+1 day 13 08:30 ET"), ("ten", "DGS10", "daily", "day", "D+1 16:15 ET")],
    "us_treasury": [("par", "10 Yr", "daily", "day", "D 18:00 ET")],
    "b3": [],
    "b3_files": [("rates", "PRE 252", "daily", "day", "D 20:00 BRT")],
    "b3_bulletin": [("trades", "TradeInformationConsolidated", "daily", "day", "D 23:00 BRT")],
    "b3_intraday": [("live", "DI1", "daily", "day", "D 18:00 BRT")],
    "anbima": [("ima", "IMA-B Indice", "daily", "day", "D 20:00 BRT"), ("bonds", "TPF", "daily", "day", "D 20:00 BRT")],
    "ibge_sidra": [("food", "t7060/v63/c315/7169", "monthly", "month", "release:ibge_ipca")],
    "stn": [("rtn", "rtn/receita liquida", "monthly", "month", "m+1 day 28 14:30 BRT")],
    "cftc": [("cot", "tff|102741|open_interest", "weekly", "day", "next_friday 15:30 ET")],
    "yahoo": [("real", "BRL=X|close", "daily", "day", "D 23:59 CET")],
    "copom": [("target", "target", "daily", "day", "D 18:30 BRT")],
    "fomc": [("upper", "target_upper", "daily", "day", "D 14:00 ET")],
}
START = date(2024, 4, 1)
RUNS = ("2024-06-10T11:45:00Z", "2024-06-11T15:00:00Z", "2024-06-12T22:00:00Z", "2024-06-14T11:45:00Z", "2024-06-20T11:45:00Z")


def polled(folder, source: str, runs=RUNS, faults=(), served=lambda until: world(1, 2024)) -> Lake:
    """A lake after runs of one source."""
    plan = parse({"faults": list(faults)}, "test") if faults else Plan("calm")
    series = [CatalogueRow(name, source, key, frequency, revisable=False) for name, key, frequency, *_ in SERIES[source]]
    for now in runs:
        settings = Settings(lake=str(folder), now=instant(now), start=START, sandbox_pace=0.0)
        with listening(Service(ServedClock(instant(now)), plan, served)) as sandbox:
            (report,) = ingest(settings, open_lake(settings), {source: sandbox.endpoint(source)}, series=series)
            assert not report.errors, report.errors
    return open_lake(settings)


def gold(lake: Lake, source: str) -> list[tuple]:
    """(what, available_at, held_at, availability) of every vintage that the silver models make of a lake's bronze."""
    told = [
        {"series_id": f"x_{name}", "source": source, "source_key": key, "scale": 1, "frequency": frequency, "period_end": end,
         "release_lag": rule, "release_grade": "scheduled", "revisable": "false", "forward": "false", "country": "world",
         "worlds": "sandbox"}
        for name, key, frequency, end, rule in SERIES[source]
    ]
    silver = Silver(told)
    silver.build(**{table: read(lake, table) for table in ("observations", "quotes", "documents", "asked")}, now=RUNS[-1])
    return silver.connection.sql("""
        select series_id || reference_date, available_at, held_at, availability from int_observation_vintages where series_id like 'x_%'
        union all
        select instrument_id || field || reference_date, available_at, held_at, availability from int_quote_vintages
        union all
        select document_id, available_at, held_at, availability from int_document_vintages
    """).fetchall()


def read(lake: Lake, table: str) -> list[dict]:
    found = [pq.read_table(lake.open("rb", name)) for name in bronze_files(lake, table)]
    return pa.concat_tables(found or [TABLES[table].empty_table()]).to_pylist()


@pytest.mark.slow
@pytest.mark.parametrize("source", SERIES)
def test_what_a_payload_holds_was_known_by_then_and_what_it_lacks_was_not(tmp_path, source):
    """Of every source: nothing is known after we held it, and nothing first held by a run was known at the run before."""
    before = dict(zip(map(instant, RUNS[1:]), map(instant, RUNS), strict=False))
    found = gold(polled(tmp_path, source), source)
    assert found
    assert [row for row in found if row[1] > row[2]] == []
    later = [row for row in found if row[2].astimezone(UTC) in before]
    assert later, "no run brought anything new: nothing is tried"
    assert [row for row in later if row[1] <= before[row[2].astimezone(UTC)]] == []


def test_every_source_of_the_sandbox_is_tried():
    from pipelines.sandbox.service import renderers

    assert set(SERIES) == set(renderers()) & set(connectors())


@pytest.mark.slow
def test_a_decision_before_a_late_print_never_sees_it(tmp_path):
    """The IPCA of May 2024 is due by 12 June at 09:00 and comes 50 hours late; mornings on which it was not out decide without it."""
    mornings = [f"2024-06-{day}T11:40:00Z" for day in (10, 11, 12, 13, 14)]
    late = [{"kind": "late_release", "source": "bcb_sgs", "key": "433", "release": "each", "delay": "50h"}]

    def seen(folder, faults):
        lake = polled(folder, "bcb_sgs", mornings, faults)
        may = [row for row in gold(lake, "bcb_sgs") if row[0] == "x_ipca2024-05-31"]
        assert len(may) == 1
        return lake, may[0], [morning for morning in mornings if may[0][1] <= instant(morning)]

    lake, row, morning = seen(tmp_path / "late", late)
    held = [one for one in read(lake, "observations") if (one["source_key"], one["source_date"]) == ("433", date(2024, 5, 1))]
    first_held = min(one["fetched_at"] for one in held)
    assert first_held > instant("2024-06-13T11:00:00Z")
    assert (row[1], row[3]) == (first_held, "observed")
    assert morning == [one for one in mornings if instant(one) >= first_held]
    _, punctual, _ = seen(tmp_path / "calm", ())
    assert punctual[1] <= instant(mornings[2])


@pytest.mark.slow
def test_what_polls_asked_for_is_made_again_from_raw_alone(tmp_path):
    lake = polled(tmp_path, "bcb_sgs", RUNS[:3])
    before, known = rows(lake, "asked"), sorted(gold(lake, "bcb_sgs"))
    rebuild(Settings(lake=str(tmp_path), now=instant(RUNS[2])), lake)
    assert rows(lake, "asked") == before
    assert sorted(gold(lake, "bcb_sgs")) == known
    assert {row["is_answered"] for row in before} == {True}
    assert {(row["subject"], row["fetched_at"]) for row in before} >= {("433", instant(now)) for now in RUNS[:3]}


DAY = date(2024, 6, 12)
ALL = (date.min, date.max)


@pytest.mark.parametrize(
    ("source", "key", "asked"),
    [
        ("bcb_sgs", "433 2000-01-01..2029-12-31", [Asked("433", date(2000, 1, 1), date(2029, 12, 31))]),
        ("us_treasury", "par yields 2024-01-01..2024-12-31", [Asked("par yields", date(2024, 1, 1), date(2024, 12, 31))]),
        ("us_treasury", "debt page 2 2024-01-01..2024-12-31", [Asked("debt", date(2024, 1, 1), date(2024, 12, 31), False)]),
        ("bcb_ptax", "USD from 10000 2024-01-01..2024-12-31", [Asked("USD", date(2024, 1, 1), date(2024, 12, 31), False)]),
        ("b3", "SPRD240612", [Asked("SPRD240612", *ALL)]),
        ("anbima", "CZ-down 2024-06-12", [Asked("CZ-down 2024-06-12", *ALL)]),
        ("b3_bulletin", "DerivativesOpenPosition token 2024-06-12", [Asked("DerivativesOpenPosition", DAY, DAY)]),
        ("b3_bulletin", "DerivativesOpenPosition file 2024-06-12", [Asked("DerivativesOpenPosition", DAY, DAY, False)]),
        ("fred", "CPIAUCNS vintage dates since 2018-01-01", [Asked("CPIAUCNS", date(2018, 1, 1))]),
        ("fred", "CPIAUCNS row 9999 on vintage dates since 2018-01-01", [Asked("CPIAUCNS", date(2018, 1, 1), proves=False)]),
        ("fred", "CPIAUCNS since 2016-11-27..2021-12-31", [Asked("CPIAUCNS", proves=False)]),
        ("ibge_sidra", "t7060 periods monthly since 2018-01-01: v63/c315/7169 v66/c315/7169", [
            Asked("t7060 v63/c315/7169", date(2018, 1, 1)), Asked("t7060 v66/c315/7169", date(2018, 1, 1)),
        ]),
        ("ibge_sidra", "t7060 monthly v63/c315/7169 202001..202405 modified 2024-06-11", [Asked("t7060 v63/c315/7169", proves=False)]),
        ("stn", "rtn resource", [Asked("rtn")]),
        ("stn", "rtn workbook modified 2024-05-28T17:30:00", [Asked("rtn", proves=False)]),
        ("stn", "siconfi deliveries 1 2024: RREO-Anexo 01; RGF-Anexo 02", [
            Asked("siconfi RREO-Anexo 01 of 1", date(2024, 1, 1), date(2024, 12, 31)),
            Asked("siconfi RGF-Anexo 02 of 1", date(2024, 1, 1), date(2024, 12, 31)),
        ]),
        ("stn", "siconfi RREO-Anexo 01 of 1 in 2024/2B delivered 2024-05-29T12:00:00Z", [
            Asked("siconfi RREO-Anexo 01 of 1", proves=False),
        ]),
        ("copom", "atas 2018-01-01..2024-12-31", [Asked("atas", date(2018, 1, 1), date(2024, 12, 31))]),
        ("copom", "atas 263 of 2024-06-12", [Asked("atas", DAY, DAY, False)]),
        ("fomc", "calendar 2018-01-01..2024-12-31", [
            Asked("statement", date(2019, 1, 1), date(2024, 12, 31)), Asked("minutes", date(2019, 1, 1), date(2024, 12, 31)),
        ]),
        ("fomc", "calendar 2018 2018-03-01..2024-12-31", [
            Asked("statement", date(2018, 3, 1), date(2018, 12, 31)), Asked("minutes", date(2018, 3, 1), date(2018, 12, 31)),
        ]),
        ("fomc", "minutes of 2024-06-12", [Asked("minutes", DAY, DAY, False)]),
    ],
)  # fmt: skip
def test_a_key_says_what_was_asked_for(source, key, asked):
    assert list(getattr(connectors()[source], "asks", by_key)(key, "https://…")) == asked


def test_what_is_picked_of_a_row_is_part_of_what_was_asked_for():
    asks, key = connectors()["bcb_focus"].asks, "Anuais IPCA 2024-01-01..2024-12-31"
    urls = ("…?$filter=Data ge x", "…?$filter=Data%20ge%20x%20and%20baseCalculo%20eq%200&$select=Data,Mediana&$top=1")
    assert [asks(key, url)[0].subject for url in urls] == ["Anuais IPCA", "Anuais IPCA 0 Data,Mediana"]


def test_an_answer_that_holds_nothing_says_nothing_of_years_ago():
    """A source that gives no value of 2000 to 2029 is in trouble: only dates of the last weeks are taken to be missing."""
    from pipelines.evidence import asked
    from tests.pipelines.polls import poll

    at = datetime(2024, 6, 12, 11, 45, tzinfo=UTC)
    answered = asked(connectors()["bcb_sgs"], [poll("433 2000-01-01..2029-12-31", at, "empty")], set(), set()).to_pylist()
    assert [(row["first_date"], row["is_answered"]) for row in answered] == [(date(2024, 4, 13), True)]
    file = asked(connectors()["b3"], [poll("SPRD240612", at, "late")], set(), set()).to_pylist()
    assert [(row["first_date"], row["is_answered"]) for row in file] == [(date.min, True)]
    unread = asked(connectors()["b3"], [poll("SPRD240612", at, "ok")], set(), set()).to_pylist()
    assert [row["is_answered"] for row in unread] == [False]
