"""`parse(render(x)) == x`: what the connectors read is what the world printed, after the source's own rounding."""

import itertools
import json
from datetime import UTC, date, datetime
from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models_py.kernel.clock import instant
from pipelines.connectors import CatalogueRow, Endpoint, Payload, connectors
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render import _fiscal_data as fiscal
from pipelines.sandbox.render._treasury_tables import BILL_TENORS, REAL_TENORS, TENORS
from pipelines.sandbox.service import Service
from pipelines.sandbox.world import cot_prints
from pipelines.sandbox.world.b3 import SETTLEMENTS
from pipelines.sandbox.world.prints import assemble
from tests.sandbox.conftest import AGENT, FOCUS, NOW, TFF, XML, chart, fred, sgs, sprd, treasury
from tests.sandbox.double import Double
from tests.sandbox.test_b3_wire import figures, reports
from tests.sandbox.world.worlds import world as simulated

DAY = np.timedelta64(1, "D")
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def served(prints, target, now=NOW, b3=None):
    """The answer of a world that holds only these prints."""
    held = {(one.source, one.key): one for one in prints}
    world = SimpleNamespace(
        seed=7, until=date(2024, 12, 31), truth=None, b3=b3, prints=lambda source, key: held[source, key],
        keys=lambda source: tuple(sorted(key for name, key in held if name == source)),
    )
    service = Service(ServedClock(instant(now)), Plan("calm"), lambda until: world)
    for _ in range(5):
        with service.respond("GET", target, AGENT) as answer:
            found = answer
        if not is_unlucky(found):
            return found
    raise AssertionError("five unlucky calls")


def is_unlucky(answer):
    """A key that FRED does not know for once, or a page with fewer rows than it counts."""
    said = json.loads(answer.body) if answer.body.startswith(b'{"realtime_start"') else {}
    return b"is not registered" in answer.body or len(said.get("observations", [])) < said.get("count", 0)


def parsed(source, key, answer, url="http://127.0.0.1/"):
    payload = Payload(source, key, url, answer.body, answer.status, answer.content_type,
                      datetime(2024, 3, 1, tzinfo=UTC), "0" * 16, sha256(answer.body).hexdigest())
    return connectors()[source].parse(payload)


def series(decimals, low=-1e6, high=1e6):
    """Values with gaps, on some weekdays of 2023."""
    values = st.one_of(st.floats(low, high, allow_nan=False), st.just(float("nan")))
    return st.lists(values, min_size=1, max_size=60).map(lambda found: np.round(np.array(found), decimals) + 0.0)


def weekdays(size):
    return np.busday_offset("2023-01-02", np.arange(size))


def rows(found):
    return [(one.source_key, one.source_date, one.value) for one in found.observations]


def expected(key, days, values):
    return [(key, day, None if value != value else value) for day, value in zip(days.tolist(), values.tolist(), strict=True)]


@pytest.mark.parametrize("form", ["json", "csv"])
@given(values=series(4))
@quick
def test_sgs(form, values):
    days = weekdays(values.size)
    prints = assemble("bcb_sgs", "1", days, days.astype("datetime64[us]"), values, decimals=4, meta={"frequency": "D"})
    answer = served([prints], sgs(1, "01/01/2023", "31/12/2023", form))
    assert rows(parsed("bcb_sgs", "1 2023-01-01..2023-12-31", answer)) == expected("1", days, values)


@given(values=series(2, -5, 20))
@quick
def test_treasury_csv_and_xml(values):
    days = weekdays(values.size)
    chosen = [TENORS[0], TENORS[3], TENORS[11]]
    prints = [assemble("us_treasury", one.column, days, days.astype("datetime64[us]"), np.round(values + place, 2), decimals=2)
              for place, one in enumerate(chosen)]
    for target in (treasury(2023), f"{XML}&field_tdr_date_value=2023"):
        found = {(key, day): value for key, day, value in rows(parsed("us_treasury", "par yields", served(prints, target)))}
        for one in prints:
            for key, day, value in expected(one.key, one.source_date, one.value):
                assert found[key, day] == value


@given(values=series(4, -20, 60), respondents=st.integers(1, 200))
@quick
def test_focus(values, respondents):
    days = weekdays(values.size)
    extra = {
        "mean": np.round(values + 0.5, 4), "sd": np.full(values.size, 0.25), "min": np.round(values - 1, 4),
        "max": np.round(values + 1, 4), "respondents": np.full(values.size, respondents),
    }
    prints = assemble("bcb_focus", "IPCA|S|0", days, days.astype("datetime64[us]"), values, decimals=4, extra=extra)
    query = f"{FOCUS}?$format=json&$filter=Indicador%20eq%20'IPCA'&$orderby=Data,Indicador,Suavizada,baseCalculo&$top=10000"
    found = {(one.source_key, one.source_date): one.value for one in parsed("bcb_focus", "IPCA", served([prints], query)).observations}
    wanted = {"Mediana": values, "Media": extra["mean"], "DesvioPadrao": extra["sd"], "Minimo": extra["min"], "Maximo": extra["max"],
              "numeroRespondentes": extra["respondents"].astype(float)}
    assert found == {(key, day): value for name, column in wanted.items() for key, day, value in expected(f"IPCA|S|0|{name}", days, column)}


@st.composite
def vintages(draw):
    """Prints of some quarters, each at several dates, with repeated, revised and withdrawn values."""
    quarters = np.arange("2022-01", "2023-01", 3, dtype="datetime64[M]").astype("datetime64[D]")
    found = []
    for quarter in quarters:
        shifts = draw(st.lists(st.integers(20, 400), min_size=1, max_size=5, unique=True).map(sorted))
        values = draw(st.lists(st.sampled_from([1.0, 2.0, 2.5, float("nan")]), min_size=len(shifts), max_size=len(shifts)))
        found += [(quarter, quarter + shift * DAY, value) for shift, value in zip(shifts, values, strict=True)]
    return found


@given(found=vintages())
@quick
def test_fred_vintages(found):
    """Each change of value is one vintage; a repeated value is none."""
    dates, published, values = (np.array(column) for column in zip(*found, strict=True))
    at = published.astype("datetime64[us]") + np.timedelta64(15, "h")
    prints = assemble("fred", "GDP", dates, at, values.astype(float), decimals=3, meta={"frequency": "Q"})
    answer = served([prints], fred("/series/observations", series_id="GDP", realtime_start="1776-07-04", realtime_end="9999-12-31"))
    wanted, last = [], {}
    for day, out, value in sorted(found, key=lambda row: (row[0], row[1])):
        value = None if value != value else value
        is_out = out.astype("datetime64[us]") + np.timedelta64(15, "h") <= np.datetime64("2024-03-01T15:00")
        if is_out and (day not in last or last[day] != value):
            wanted.append((day.item(), out.item(), value))
            last[day] = value
    read = [(one.source_date, one.vintage_date, one.value) for one in parsed("fred", "GDP 1776-07-04..9999-12-31", answer).observations]
    assert read == wanted


@given(found=vintages(), cuts=st.lists(st.integers(0, 800), max_size=3, unique=True).map(sorted))
@quick
def test_fred_windows_that_share_their_edges_give_the_same_vintages_as_the_whole(found, cuts):
    dates, published, values = (np.array(column) for column in zip(*found, strict=True))
    prints = assemble("fred", "GDP", dates, published.astype("datetime64[us]") + np.timedelta64(15, "h"), values.astype(float), decimals=3)

    def ask(start, end):
        answer = served([prints], fred("/series/observations", series_id="GDP", realtime_start=start, realtime_end=end))
        return [(one.source_date, one.vintage_date, one.value) for one in parsed("fred", f"GDP {start}..{end}", answer).observations]

    edges = ["1776-07-04", *(str(np.datetime64("2022-01-01") + cut * DAY) for cut in cuts), "9999-12-31"]
    pieces = [row for start, end in itertools.pairwise(edges) for row in ask(start, end)]
    assert sorted(pieces, key=str) == sorted(ask("1776-07-04", "9999-12-31"), key=str)


@given(
    rates=hnp.arrays(float, 30, elements=st.floats(-5, 40).map(lambda x: round(x, 3))),
    prices=hnp.arrays(float, 30, elements=st.floats(0.01, 130_000).map(lambda x: round(x, 2))),
    interest=st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=30, max_size=30),
)
@quick
def test_b3_settlements(rates, prices, interest):
    families = ["DAP", "DDI", "DI1", "DOL", "FRC", "WDO"]
    table = pl.DataFrame([
        {"symbol": f"{family}{'FGHJK'[n % 5]}25", "family": family, "maturity_date": date(2025, 1 + n % 5, 2), "du": 200 + n, "dc": 300 + n,
         "rate": None if family in ("DOL", "WDO") else rates[n], "settlement": None if family == "FRC" else prices[n],
         "previous_rate": None, "previous": prices[-n] if family != "FRC" else None, "open_interest": interest[n]}
        for n in range(30) for family in [families[n // 5]]
    ], schema=SETTLEMENTS)
    exchange = Double(date(2024, 12, 31)).b3 if not hasattr(test_b3_settlements, "exchange") else test_b3_settlements.exchange
    test_b3_settlements.exchange = exchange
    day = np.datetime64("2024-02-28")
    b3 = SimpleNamespace(sessions=exchange.sessions, times=exchange.times, settlements=lambda day, corrected: table)
    quotes = pl.from_arrow(parsed("b3", "SPRD240228", served([], sprd("240228"), b3=b3)).quotes)
    names = {"settlement": "settlement", "rate": "rate", "previous": "previous", "open_interest": "open_interest"}
    wanted = {
        (row["symbol"], name): float(row[column]) for row in table.iter_rows(named=True) if row["family"] != "WDO"
        for name, column in names.items() if row[column] is not None
    }
    assert {(row["symbol"], row["field"]): row["value"] for row in quotes.iter_rows(named=True)} == pytest.approx(wanted)
    assert set(quotes["source_date"]) == {day.item()}
    assert set(quotes["published_at"]) == {datetime(2024, 2, 28, 22, 45, tzinfo=UTC)}


def test_the_long_report_of_b3_reads_the_same(make):
    with make().respond("GET", sprd("240228"), AGENT) as short, make().respond("GET", sprd("240228", "PR"), AGENT) as long:
        pair = (("SPRD240228", short), ("PR240228", long))
        one, other = (pl.from_arrow(parsed("b3", key, answer).quotes).drop("source_key") for key, answer in pair)
    assert one.equals(other)
    assert one.height > 60


def test_an_evening_with_two_snapshots_is_read_by_its_final_one(make):
    seen = 0
    for day in [f"2301{n:02d}" for n in range(2, 32)]:
        with make().respond("GET", sprd(day), AGENT) as answer:
            quotes = pl.from_arrow(parsed("b3", f"SPRD{day}", answer).quotes)
        if quotes.is_empty() or len(snapshots := reports(answer)) < 2:
            continue
        seen += 1
        final = {symbol: float(tags["AdjstdQtTax"]) for symbol, tags in figures(snapshots[-1][1]).items() if "AdjstdQtTax" in tags}
        read = dict(quotes.filter(field="rate").select("symbol", "value").iter_rows())
        assert read == pytest.approx({symbol: final[symbol] for symbol in read})
        assert set(quotes["published_at"]) == {datetime(2023, 1, int(day[4:]), 22, 45, tzinfo=UTC)}
        assert len(read) > 10
    assert seen


@pytest.mark.parametrize(("target", "source", "key", "error"), [
    (sgs(1, "", ""), "bcb_sgs", "1 x", "SourceRefused"), ("/bcb_sgs/dados/serie/bcdata.sgs.99/dados", "bcb_sgs", "99 x", "SourceDown"),
    ("/bcb_sgs/dados/serie/bcdata.sgs.1/dados/ultimos/30", "bcb_sgs", "1 x", "SourceRefused"),
    (f"{FOCUS}?%24top=1", "bcb_focus", "IPCA x", "SourceDown"), (f"{FOCUS}?$top=x", "bcb_focus", "IPCA x", "SourceRefused"),
    (fred("/series/observations", series_id="NOPE"), "fred", "NOPE x", "SourceRefused"),
    (fred("/series/observations", series_id="DGS10", realtime_start="1776-07-04", realtime_end="9999-12-31"), "fred", "DGS10 x",
     "SourceRefused"),
])
def test_every_refusal_is_the_connector_s_own_error(get, target, source, key, error):
    with pytest.raises(Exception, match=source) as raised:
        parsed(source, key, get(target))
    assert type(raised.value).__name__ == error


def test_a_treasury_call_without_user_agent_is_refused(get):
    with pytest.raises(Exception, match="403") as raised:
        parsed("us_treasury", "par yields", get(treasury(2023), headers={}))
    assert type(raised.value).__name__ == "SourceRefused"


def test_empty_answers_are_empty_and_no_errors(get):
    assert parsed("bcb_sgs", "433 x", get(sgs(433, "01/01/2030", "01/02/2030"))).observations == ()
    assert parsed("b3", "SPRD240224", get(sprd("240224"))).quotes == ()
    assert list(parsed("bcb_focus", "IPCA x", get(f"{FOCUS}?$filter=Data%20eq%20'2024-02-24'")).observations) == []


@given(
    shares=hnp.arrays(float, (12, 4), elements=st.floats(-0.9, 0.9)),
    interest=hnp.arrays(np.int64, 12, elements=st.integers(100, 4_000_000)),
)
@quick
def test_positions_in_the_api_and_in_the_yearly_file(shares, interest):
    days = np.arange("2023-02-07", "2023-05-02", 7, dtype="datetime64[D]")
    groups = cot_prints.GROUPS["tff"]
    legs = cot_prints.legs_of(interest, {name: shares[:, n] for n, name in enumerate(list(groups)[1:])}, groups)
    extra = {name: leg.astype(float) for name, leg in legs.items()}
    prints = assemble("cftc", "tff|102741", days, days.astype("datetime64[us]"), interest.astype(float), decimals=0, extra=extra)
    wanted = {("tff|102741|open_interest", day.item()): float(value) for day, value in zip(days, interest, strict=True)}
    for name, leg in extra.items():
        wanted |= {(f"tff|102741|{name}", day.item()): value for day, value in zip(days, leg, strict=True)}
        if name.endswith("long"):
            net = leg - extra[name.replace("long", "short")]
            wanted |= {(f"tff|102741|{name.replace('long', 'net')}", day.item()): value for day, value in zip(days, net, strict=True)}
    for target in (f"{TFF}?$limit=50000", "/cftc/files/dea/history/fut_fin_txt_2023.zip"):
        found = parsed("cftc", "tff 102741 2023-01-01..2023-12-31", served([prints], target)).observations
        assert {(one.source_key, one.source_date): one.value for one in found} == wanted
    assert (sum(leg for name, leg in legs.items() if name.endswith(("long", "spread"))) == interest).all()
    assert min(leg.min() for leg in legs.values()) >= 0


@given(values=series(2, -3, 9))
@quick
def test_real_yields_and_bill_rates(values):
    days = weekdays(values.size)
    at = days.astype("datetime64[us]")
    for kind, tenors in (("real_yield_curve", REAL_TENORS), ("bill_rates", BILL_TENORS)):
        keys = [f"real {one.column[:-3]} Yr" if one.column.endswith(" YR") else one.column for one in tenors]
        prints = [assemble("us_treasury", key, days, at, np.round(values + place, 2), decimals=2) for place, key in enumerate(keys)]
        answer = served(prints, treasury(2023).replace("yield_curve", kind))
        wanted = {(key, day): value for one in prints for key, day, value in expected(one.key, days, one.value)}
        assert {(key, day): value for key, day, value in rows(parsed("us_treasury", kind, answer))} == wanted


@given(
    amounts=hnp.arrays(np.int64, (4, 15), elements=st.integers(0, 1_000_000)),
    first=st.sampled_from(["2021-09-27", "2022-04-11", "2023-05-01"]),
)
@quick
def test_debt_and_cash_whatever_the_account_is_called(amounts, first):
    days = np.arange(first, 15, dtype="datetime64[D]")
    cash, debt = (fiscal._SETS[name].keys for name in ("operating_cash_balance", "debt_to_penny"))
    at = days.astype("datetime64[us]")
    prints = [assemble("us_treasury", key, days, at, amounts[n].astype(float), decimals=0) for n, key in enumerate(cash)]
    prints += [assemble("us_treasury", key, days, at, amounts[n] * 1e7 + 0.25, decimals=2) for n, key in enumerate(debt)]
    root = "/us_treasury/services/api/fiscal_service"
    for path, keys in (("v1/accounting/dts/operating_cash_balance", cash), ("v2/accounting/od/debt_to_penny", debt)):
        answer = served(prints, f"{root}/{path}?page[size]=10000&sort=record_date")
        told = {(key, day): value for one in prints if one.key in keys for key, day, value in expected(one.key, days, one.value)}
        # deposits and withdrawals have rows of their own since April 2022
        told = {(key, day): value for (key, day), value in told.items() if key not in cash[1:3] or day >= date(2022, 4, 18)}
        assert {(key, day): value for key, day, value in rows(parsed("us_treasury", "x", answer))} == told


@given(
    closes=st.lists(st.one_of(st.none(), st.integers(101, 999_999)), min_size=8, max_size=8),
    split_days=st.lists(st.integers(1, 7), max_size=2, unique=True), ratio=st.sampled_from([2.0, 3.0, 10.0, 0.1, 1.5]),
    paid=st.dictionaries(st.integers(0, 7), st.integers(1, 999_999), min_size=1),
)
@quick
def test_closes_and_dividends_of_a_share_that_splits(closes, split_days, ratio, paid):
    """In the shares of their own day, whatever the chart's day is."""
    days = np.arange("2023-05-08", "2023-05-18", dtype="datetime64[D]")[[0, 1, 2, 3, 4, 7, 8, 9]]
    opened, closed = (days.astype("datetime64[us]") + np.timedelta64(hours, "m") for hours in (780, 1290))
    close = np.array([np.nan if cents is None else cents / 100 for cents in closes])
    split = np.where(np.isin(np.arange(8), split_days), ratio, 1.0)
    extra = {"high": close, "low": close, "volume": np.full(8, 1e6)}
    rows_paid = np.array(sorted(paid))
    amounts = np.array([paid[row] / 1e6 for row in sorted(paid)])
    prints = [
        assemble("yahoo", "VALE3.SA|open", days, opened, np.full(8, 50.0), decimals=2, extra={"split": split}),
        assemble("yahoo", "VALE3.SA|close", days, closed, close, decimals=2, extra=extra),
        assemble("yahoo", "VALE3.SA|dividend", days[rows_paid], opened[rows_paid], amounts, decimals=6),
    ]
    found = parsed("yahoo", "VALE3.SA 2023-01-01..2023-12-31", served(prints, chart("VALE3.SA", "2023-01-01", "2023-12-31")))
    assert [(one.source_date, one.value) for one in found.observations if one.source_key == "VALE3.SA|close"] == [
        (day.item(), None if cents is None else cents / 100) for day, cents in zip(days, closes, strict=True)
    ]
    told = {one.source_date: one.value for one in found.observations if one.source_key == "VALE3.SA|dividend"}
    assert told == pytest.approx({days[row].item(): micros / 1e6 for row, micros in paid.items()}, rel=1e-6)
    assert {one.source_date: one.value for one in found.observations if one.source_key == "VALE3.SA|split"} == {
        days[row].item(): ratio for row in split_days
    }


@pytest.mark.parametrize(("stem", "name", "indicator", "part"), [
    ("24m|IPCA|S|0", "24m", "IPCA", "S|0"), ("Anuais|Balança comercial/Saldo|0", "Anuais", "Balança comercial", "0"),
    ("Mensais|IPCA|0", "Mensais", "IPCA", "0"), ("Trimestrais|PIB Total|1", "Trimestrais", "PIB Total", "1"),
    ("Selic|Selic|0", "Selic", "Selic", "0"), ("Top5Anuais|IPCA|C", "Top5Anuais", "IPCA", "C"),
    ("Top5Mensais|Câmbio|M", "Top5Mensais", "Câmbio", "M"), ("Top5Selic|Selic|L", "Top5Selic", "Selic", "L"),
])
def test_the_sets_of_focus_to_the_week_before_last_monday(stem, name, indicator, part):
    row = CatalogueRow("x", "bcb_focus", f"{stem}|Mediana", "daily", revisable=False)
    plan = connectors()["bcb_focus"].plan([row], date(2023, 5, 1), date(2023, 6, 30), Endpoint("http://127.0.0.1/bcb_focus"))
    service = Service(ServedClock(datetime(2023, 6, 26, 12, tzinfo=UTC)), Plan("calm"), lambda until: simulated(1))
    found = {}
    for request in plan:
        with service.respond("GET", request.url.removeprefix("http://127.0.0.1"), AGENT) as answer:
            told = parsed("bcb_focus", request.key, answer, request.url).observations
        assert {one.source_key.rpartition("|")[2] for one in told} == {"Mediana"}
        found |= {(one.source_date, one.target or ""): one.value for one in told if one.source_key == f"{stem}|Mediana"}
    held = simulated(1).survey(name, indicator, part)
    days = held.statistics.days
    rows = np.flatnonzero((days >= np.datetime64("2023-05-01")) & (days <= np.datetime64("2023-06-23")))
    assert rows.size >= 8
    assert found == {(days[row].item(), str(held.target[row])): round(float(held.statistics.median[row]), 4) for row in rows}
