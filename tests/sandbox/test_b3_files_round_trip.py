"""`parse(render(x)) == x` for B3's files beside the price report, whatever the figures."""

from datetime import UTC, date, datetime
from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel.clock import instant
from pipelines.connectors import Payload, connectors
from pipelines.connectors._fixed_width import Layout
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render._b3_bulletin import spell_bulletin
from pipelines.sandbox.render._b3_indicators import spell_indicators
from pipelines.sandbox.render._b3_options import series, spell_premiums, spell_surface
from pipelines.sandbox.render._b3_rates import TITLES, spell_rates
from pipelines.sandbox.render._fixed_width import records
from pipelines.sandbox.service import Service
from pipelines.sandbox.world.b3 import SETTLEMENTS, SessionTimes
from pipelines.sandbox.world.dollar_options import DELTAS, Premium, Smile
from pipelines.sandbox.world.exchange_files import Indicator
from pipelines.sandbox.world.reference_rates import ReferenceRates
from tests.sandbox.conftest import AGENT, bulletin_file

DAY = np.datetime64("2031-03-14")
MADE_AT = datetime(2031, 3, 15, 1, 40, 12, tzinfo=UTC)
quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def number(places, low=-400.0, high=4000.0):
    return st.floats(low, high).map(lambda value: round(value, places) + 0.0)


def parsed(source, key, body, status=200):
    return connectors()[source].parse(Payload(source, key, "http://127.0.0.1/", body, status, "application/zip",
                                              datetime(2031, 3, 15, 12, tzinfo=UTC), "0" * 16, sha256(body).hexdigest()))  # fmt: skip


def rows(found):
    """Symbol or key with its field → value, all of the session."""
    quotes = list(found.quotes.to_pylist() if hasattr(found.quotes, "to_pylist") else map(vars_of, found.quotes))
    told = {(row["symbol"], row["field"]): row["value"] for row in quotes}
    assert len(told) == len(quotes)
    return told | {one.source_key: one.value for one in found.observations}


def vars_of(quote):
    return {name: getattr(quote, name) for name in ("symbol", "field", "value")}


def test_a_record_has_its_fields_in_place_and_refuses_what_does_not_fit():
    layout = Layout("Made", (("kind", 2), ("", 1), ("name", 4), ("share", 3)))
    assert records(layout, [{"name": "A%"}, {"name": "B", "share": "007"}], {"kind": "01"}) == b"01 A%     \r\n01 B   007\r\n"
    with pytest.raises(ValueError, match="Made: name is longer"):
        records(layout, [{"name": "A"}, {"name": "ABCDE"}], {})
    with pytest.raises(ValueError, match="Made: no field price"):
        records(layout, [{"price": "1"}], {})


@given(data=st.data(), days=st.lists(st.integers(1, 12_000), min_size=2, max_size=20, unique=True).map(sorted))
@quick
def test_reference_rates(data, days):
    size = len(days)
    curve = st.lists(number(7), min_size=size, max_size=size).map(np.array)
    curves = {name: data.draw(curve) for name in TITLES}
    fixed = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    term = np.array(days) - np.array(data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)))
    at = np.array(days)
    rates = ReferenceRates(DAY, at, at * 5 // 7 + 1, fixed, np.where(fixed, term * 2, term), curves)
    wanted = {}
    for name, values in curves.items():
        field = "price" if name == "PTX" else "rate"
        for place, value in enumerate(values.tolist()):
            wanted[f"CURVE_{name} {(DAY + days[place]).item()}", field] = value
            if fixed[place]:
                wanted[f"{name} {rates.term[place]}"] = value
    found = rows(parsed("b3_files", "TS310314", spell_rates(rates)))
    assert {key: value for key, value in found.items() if isinstance(key, tuple)} == {
        key: value for key, value in wanted.items() if isinstance(key, tuple)
    }
    # where two vertices share a nominal term the later one is read last, in both
    assert {key: value for key, value in found.items() if isinstance(key, str)} == {
        key: value for key, value in wanted.items() if isinstance(key, str)
    }


@given(terms=st.lists(st.integers(1, 1200), min_size=1, max_size=8, unique=True), data=st.data())
@quick
def test_surface(terms, data):
    vol = st.lists(number(7, 0.0, 300.0), min_size=len(DELTAS), max_size=len(DELTAS)).map(np.array)
    smiles = [Smile(DAY + one, one, one * 7 // 5 + 1, data.draw(vol)) for one in terms]
    assert rows(parsed("b3_files", "SV310314", spell_surface(DAY, smiles))) == {
        (f"USDBRL_VOL_{delta:02d}_{smile.business_days:04d}", "vol"): value
        for smile in smiles for delta, value in zip(DELTAS, smile.vol.tolist(), strict=True)
    }  # fmt: skip


EXPIRIES = [np.datetime64(f"2031-{month:02d}-01") for month in range(4, 13)]


@given(options=st.lists(st.builds(Premium, expiry=st.sampled_from(EXPIRIES), is_call=st.booleans(), strike=number(3, 0, 90_000),
                                  premium=number(3, 0, 90_000)), min_size=1, max_size=80))
@quick
def test_premiums(options):
    wanted = {}
    for place, one in enumerate(options, start=1):
        symbol = f"DOL{series(one.expiry, place)}"
        wanted |= {(symbol, "strike"): one.strike, (symbol, "premium"): one.premium, (symbol, "is_call"): float(one.is_call)}
    assert len(wanted) == 3 * len(options)
    assert rows(parsed("b3_files", "RE310314", spell_premiums(DAY, options))) == wanted


@given(values=st.lists(st.tuples(number(4, -1e6, 1e6), st.sampled_from(["RT", "ME"])), min_size=1, max_size=30))
@quick
def test_indicators(values):
    indicators = [Indicator(DAY - place % 2, group, f"C{place // 2}", value, 4) for place, (value, group) in enumerate(values)]
    found = parsed("b3_files", "ID310314", spell_indicators(indicators)).observations
    told = {(one.source_key, one.source_date): one.value for one in found}
    assert told == {(f"{one.group} {one.code}", one.day.item()): one.value for one in indicators}


def table(rates, prices, interest):
    """Thirty contracts of six families; FRC has a rate alone, the dollar a price alone, of five digits at most."""
    families = ["DAP", "DDI", "DI1", "DOL", "FRC", "WDO"]
    prices = [round(price / 10, 3) if families[n // 5] in ("DOL", "WDO") else price for n, price in enumerate(prices)]
    return pl.DataFrame([
        {"symbol": f"{family}{'FGHJK'[n % 5]}32", "family": family, "maturity_date": date(2032, 1 + n % 5, 2), "du": 200 + n, "dc": 300 + n,
         "rate": None if family in ("DOL", "WDO") else rates[n], "settlement": None if family == "FRC" else prices[n],
         "previous_rate": rates[-n] if family == "FRC" else None, "previous": prices[n // 5 * 5 + (n + 1) % 5] if family != "FRC" else None,
         "open_interest": interest[n]}
        for n in range(30) for family in [families[n // 5]]
    ], schema=SETTLEMENTS)  # fmt: skip


tables = st.builds(
    table, st.lists(number(2, -30, 40), min_size=30, max_size=30), st.lists(number(2, 0.01, 130_000), min_size=30, max_size=30),
    st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=30, max_size=30),
)


@given(settlements=tables)
@settings(quick, max_examples=20)
def test_the_old_bulletin(settlements):
    found = parsed("b3_files", "BF310314", spell_bulletin(settlements, 7, DAY, MADE_AT))
    assert {one.published_at for one in found.quotes} == {MADE_AT.replace(microsecond=0)}
    wanted = {}
    for row in settlements.iter_rows(named=True):
        if row["family"] == "WDO":
            continue
        is_rate = row["family"] == "FRC"
        names = {"rate": "rate", "previous": "previous_rate"} if is_rate else {"settlement": "settlement", "previous": "previous"}
        # zero stands for no figure
        wanted |= {(row["symbol"], field): row[column] for field, column in names.items() if row[column]}
        wanted[row["symbol"], "open_interest"] = float(row["open_interest"] or 0)
    assert rows(found) == pytest.approx(wanted)


def served(settlements, target, method="GET", body=b""):
    """The answer of an exchange on which every session has these settlements."""
    sessions = np.arange("2031-03-10", "2031-03-15", dtype="datetime64[D]")
    times = lambda day: SessionTimes(day + np.timedelta64(22, "h"), day.astype("datetime64[us]") + np.timedelta64(26, "h"), None)  # noqa: E731
    b3 = SimpleNamespace(sessions=sessions, times=times, settlements=lambda day, corrected: settlements)
    world = SimpleNamespace(seed=7, until=date(2031, 12, 31), truth=None, b3=b3, prints=None, keys=lambda source: ())
    service = Service(ServedClock(instant("2031-03-15T12:00:00Z")), Plan("calm"), lambda until: world)
    with service.respond(method, target, AGENT, body) as answer:
        return answer


@given(settlements=tables)
@quick
def test_trades_and_positions_of_the_bulletin(settlements):
    contracts = [row for row in settlements.iter_rows(named=True) if row["family"] != "WDO"]
    prices = {(row["symbol"], field): row[column] for row in contracts for field, column in (("settlement", "settlement"), ("rate", "rate"))
              if row[column] is not None}  # fmt: skip
    trades, positions = ("TradeInformationConsolidated", "DerivativesOpenPosition")
    body = served(settlements, bulletin_file(trades, "2031-03-14", 7)).body
    assert rows(parsed("b3_bulletin", f"{trades} file 2031-03-14", body)) == prices
    body = served(settlements, bulletin_file(positions, "2031-03-14", 7)).body
    assert rows(parsed("b3_bulletin", f"{positions} file 2031-03-14", body)) == {
        (row["symbol"], "open_interest"): row["open_interest"] for row in contracts if row["open_interest"] is not None
    }
    page = "/b3_bulletin/bdi/table/ConsolidatedTradesDerivatives/2031-03-14/2031-03-14/1/1000"
    body = served(settlements, page, "POST", b"{}").body
    assert rows(parsed("b3_bulletin", "ConsolidatedTradesDerivatives 1 2031-03-14", body)) == prices


@given(settlements=tables, family=st.sampled_from(["DI1", "DAP", "DDI", "FRC", "DOL"]))
@quick
def test_quotes_of_the_day(settlements, family):
    answer = served(settlements, f"/b3_intraday/mds/api/v1/DerivativeQuotation/{family}")
    found = parsed("b3_intraday", family, answer.body)
    told, unit = rows(found), "price" if family == "DOL" else "rate"
    # Saturday at noon: the quotes are those of Friday at its close
    assert {one.published_at for one in found.quotes} <= {datetime(2031, 3, 14, 21, 15, tzinfo=UTC)}
    before = "previous" if family == "DOL" else "previous_rate"
    eves = {row["symbol"]: row[before] for row in settlements.iter_rows(named=True) if row["family"] == family and row[before] is not None}
    assert {symbol: value for (symbol, field), value in told.items() if field == f"previous_{unit}"} == eves
