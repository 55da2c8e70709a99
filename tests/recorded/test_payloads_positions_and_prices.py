"""Recorded payloads of CFTC and Yahoo, and texts of the two committees: each is read, or refused by the right name. Read in place."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from models_py.kernel.errors import RateLimited, SourceError, SourceRefused
from pipelines.connectors import Parsed, Payload, connectors, copom, fomc
from pipelines.rows import tables

pytestmark = pytest.mark.recorded

READ = {
    "cftc/FinFutYY_2026_ytd_0317.txt": 908 * 20,
    "cftc/fut_fin_txt_2026.zip": 908 * 20,
    "cftc/deacot2025.zip": 3190 * 11,
    "cftc/socrata_tff_gpe5-46if_ES_latest2.json": 2 * 20,
    "cftc/socrata_tff_BRL_2026.json": 3 * 20,
    "cftc/socrata_empty.json": 0,
    "yahoo/chart_EURUSD=X_1d.json": 3,
    "yahoo/chart_GC=F_1d.json": 1,
    "yahoo/chart_BTC-USD_1d.json": 3,
    "yahoo/chart_AAPL_split_dividend_2020.json": 49 + 2,
    "yahoo/chart_AAPL_raw_2025.json": 127 + 2,
    "yahoo/chart_GS2C.DE_raw_2025.json": 5,
    "yahoo/chart_PETR4.SA_1m_raw_2026-01-23.json": 294 - 2,
    "yahoo/chart_AAPL_1m_weekend_empty.json": 0,
}
REFUSED = {
    "cftc/socrata_error_400_no_such_column.json": (400, SourceRefused, "No such column: nope"),
    "yahoo/error_404_chart.json": (404, SourceRefused, "No data found, symbol may be delisted"),
    "yahoo/error_429_too_many_requests.txt": (429, RateLimited, "Too Many Requests"),
    "yahoo/quoteSummary_404_EURUSD.json": (404, SourceRefused, "No fundamentals data found"),
    "yahoo/quote_empty_result.json": (200, SourceRefused, "the symbol is unknown"),
}


def payload(recorded: Path, name: str, status: int = 200) -> Payload:
    source, file = name.split("/")
    now = datetime(2026, 11, 20, 11, 45, tzinfo=UTC)
    return Payload(source, file, "", (recorded / name).read_bytes(), status, "", now, "0" * 16, "f" * 64)


def read(recorded: Path, name: str) -> Parsed:
    found = payload(recorded, name)
    return connectors()[found.source].parse(found)


def values(recorded: Path, name: str) -> dict[tuple[str, date], float | None]:
    return {(one.source_key, one.source_date): one.value for one in read(recorded, name).observations}


@pytest.mark.parametrize("name", READ)
def test_the_payload_is_read_whole_and_fits_bronze(recorded, name):
    found = payload(recorded, name)
    parsed = connectors()[found.source].parse(found)
    assert len(parsed.observations) == READ[name]
    assert sum(table.num_rows for table in tables(parsed, found).values()) == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_is_raised_by_its_name(recorded, name):
    status, error, reason = REFUSED[name]
    found = payload(recorded, name, status)
    with pytest.raises(SourceError, match=reason) as caught:
        connectors()[found.source].parse(found)
    assert (type(caught.value), caught.value.source, caught.value.key) == (error, found.source, found.key)


def test_there_is_no_other_payload_of_these_sources(recorded):
    names = {f"{source}/{path.name}" for source in ("cftc", "yahoo") for path in (recorded / source).iterdir()}
    assert names == READ.keys() | REFUSED.keys()


def test_positions_of_the_real_are_the_same_in_the_file_and_in_the_api(recorded):
    file, api = (values(recorded, f"cftc/{name}") for name in ("fut_fin_txt_2026.zip", "socrata_tff_BRL_2026.json"))
    assert {key: file[key] for key in api} == api
    day = date(2026, 3, 17)
    assert [api[f"tff|102741|{group}|net", day] for group in ("lev_money", "asset_mgr", "dealer")] == [12182, 56549, -68751]


@pytest.mark.parametrize("name", ["cftc/fut_fin_txt_2026.zip", "cftc/deacot2025.zip"])
def test_longs_and_shorts_with_spreads_are_the_open_interest_to_the_contract_consolidated_ones_aside(recorded, name):
    figures, sums = values(recorded, name), defaultdict(lambda: [0.0, 0.0])
    for (key, day), value in figures.items():
        parts = key.split("|")
        for side, legs in enumerate((("long", "spread"), ("short", "spread"))):
            if parts[-1] in legs:
                sums[parts[0], parts[1], day][side] += value or 0.0
    off = {
        code: abs(total - figures[f"{report}|{code}|open_interest", day])
        for (report, code, day), sides in sums.items() for total in sides
        if total != figures[f"{report}|{code}|open_interest", day]
    }
    assert all(code.endswith("+") and gap == 1 for code, gap in off.items())      # S&P and Nasdaq consolidated are rounded
    assert len(sums) > 900


def test_raw_closes_and_events_of_a_share(recorded):
    found = values(recorded, "yahoo/chart_AAPL_split_dividend_2020.json")
    assert (found["AAPL|close", date(2020, 8, 31)], found["AAPL|dividend", date(2020, 11, 6)]) == (129.04, 0.205)
    assert found["AAPL|split", date(2020, 8, 31)] == 4.0
    chart = json.loads((recorded / "yahoo" / "chart_AAPL_raw_2025.json").read_bytes())["chart"]["result"][0]
    adjusted = chart["indicators"]["adjclose"][0]["adjclose"][0]
    assert values(recorded, "yahoo/chart_AAPL_raw_2025.json")["AAPL|close", date(2025, 4, 30)] == 212.5 != round(adjusted, 2)


def test_a_price_keeps_the_digits_that_the_display_hint_would_drop(recorded):
    assert values(recorded, "yahoo/chart_GS2C.DE_raw_2025.json")["GS2C.DE|close", date(2025, 10, 29)] == 19.948


def document(source: str, key: str, body: bytes) -> Payload:
    return Payload(source, key, "", body, 200, "", datetime(2026, 1, 1, tzinfo=UTC), "0" * 16, "f" * 64)


def test_statements_of_the_fomc_name_the_range_that_was_set(history):
    texts = pl.read_parquet(history / "text" / "fomc_statements_2000_2019.parquet").filter(pl.col("date") >= "2009-01-01")
    ranges = {}
    for day, text in texts.select("date", "text").iter_rows():
        page = f'<html><body><div id="article"><p>{text}</p></div></body></html>'.encode()
        ranges[day] = [one.value for one in fomc.parse(document("fomc", f"statement of {day}", page)).observations]
    # target ranges of the Federal Reserve after these meetings
    known = {
        "2009-01-28": [0.0, 0.25], "2014-12-17": [0.0, 0.25],
        "2015-12-16": [0.25, 0.5], "2017-06-14": [1.0, 1.25], "2019-07-31": [2.0, 2.25],
    }
    assert {day: ranges[day] for day in known} == known
    # five texts have their hyphens damaged
    assert sum(len(rates) == 2 for rates in ranges.values()) >= len(ranges) - 5


def test_minutes_of_the_copom_are_read_word_for_word(history):
    texts = pl.read_parquet(history / "text" / "copom_minutes_pt_147_230.parquet")
    for row in texts.sample(6, seed=1).iter_rows(named=True):
        markup = "".join(f"<p>{line}</p>" for line in row["text"].replace("&", "&amp;").replace("<", "&lt;").split("\n") if line.strip())
        entry = {"nroReuniao": row["meeting"], "dataReferencia": row["end_date"], "dataPublicacao": row["publish_date"], "titulo": "Ata",
                 "urlPdfAta": "", "textoAta": markup}
        body = json.dumps({"conteudo": [entry]}).encode()
        (one,) = copom.parse(document("copom", f"atas {row['meeting']} of {row['end_date']}", body)).documents
        assert one.document_id == f"copom_min_{row['meeting']}"
        assert str(one.published_at.date()) == row["publish_date"]
        assert " ".join(one.text.split()).casefold() == " ".join(row["text"].replace("\u200b", "").split()).casefold()
