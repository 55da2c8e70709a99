"""Four months of two small worlds in bronze rows: futures that settle, and bonds that are marked. Seeded, no two days alike."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from models_py.quant import bonds, di1, ntnb
from models_py.quant.daycount import calendar
from models_py.quant.listed import codes, expiry
from tests.dbt.lake import inflation

FIRST, LAST = date(2024, 1, 2), date(2024, 4, 30)
FETCHED = "2024-05-02T11:45:00+00:00"
MATURITIES = ("3 Mo", "6 Mo", "1 Yr", "2 Yr", "5 Yr", "10 Yr", "30 Yr")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
State = tuple[float, float, float, float]      # level and slope of nominal rates, level of real rates, spot
Tables = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def sessions(first: date = FIRST, last: date = LAST) -> list[date]:
    return [day.astype(date) for day in calendar("b3").days(first, last)]


def stamp(day: date, hour: int, minute: int = 0) -> str:
    """An instant of São Paulo, ISO in UTC."""
    return datetime.combine(day, time(hour, minute), SAO_PAULO).astimezone(UTC).isoformat()


def walks(days: list[date], seed: int) -> dict[date, State]:
    """One state a day."""
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.normal(0, [0.0006, 0.0003, 0.0005, 0.03], (len(days), 4)), axis=0)
    return {day: (0.10 + a, 0.010 + b, 0.055 + c, 4.9 + d) for day, (a, b, c, d) in zip(days, steps, strict=True)}


def _nominal(state: State, days: np.ndarray) -> np.ndarray:
    return state[0] + state[1] * (1 - np.exp(-days / 504))


def _real(state: State, days: np.ndarray) -> np.ndarray:
    return np.full(len(days), state[2])


def observation(source: str, key: str, day: date, value: float | None, fetched_at: str = FETCHED, **more: Any) -> dict[str, Any]:
    return {"source": source, "source_key": key, "source_date": str(day), "value": value, "fetched_at": fetched_at} | more


def futures_world(seed: int = 1) -> Tables:
    """Observations and quotes of a sandbox: B3 settlements, SGS, FRED, the Treasury, Focus."""
    days = sessions()
    states = walks(days, seed)
    quotes, observations = [], []
    months = {"di1": (2, 3, 5, 7, 10, 13, 25, 37, 61, 121, 133), "dap": (5, 8, 17, 32, 56, 104, 128), "dol": (2, 3, 4, 5, 6, 7)}
    for day, state in states.items():
        for family, ahead in months.items():
            quotes += settlements(family, day, state, ahead)
    business = [day.astype(date) for day in calendar("br").days(FIRST, LAST)]
    for day in business:
        observations.append(observation("bcb_sgs", "4389", day, 11.65 if day < date(2024, 2, 1) else 11.15))
    observations += macro(business)
    return observations, quotes


def settlements(family: str, day: date, state: State, ahead: Sequence[int]) -> list[dict[str, Any]]:
    """A family's settlements of a session; contracts by months from December 2023, those that have expired left out."""
    known = np.array([day], dtype="datetime64[D]")
    month = np.array(ahead) - 1 + (2024 - 1970) * 12
    ends = expiry(family, month, np.repeat(known, len(month)))
    alive = ends > known
    left = calendar("br").business_days(known, ends[alive])
    if family == "dol":
        prices = 1000 * state[3] * (1 + 0.06 * left / 252)
    else:
        prices = np.round(di1.price((_nominal if family == "di1" else _real)(state, left), left), 2)
    return [quote(day, name.upper(), price) for name, price in zip(codes(family, month[alive]), prices, strict=True)]


CORRECTED, CORRECTED_ON, LATE = date(2024, 3, 13), date(2024, 3, 14), date(2024, 3, 7)


def disturbed_world() -> Tables:
    """The futures world with one contract corrected at 10:00 of the next day, one file two sessions late and one CDI a day late."""
    observations, quotes = futures_world()
    changed = []
    for row in quotes:
        if row["source_date"] == str(CORRECTED) and row["symbol"] == "DI1F26":
            changed += [row, row | {"value": row["value"] + 100.0, "published_at": stamp(CORRECTED_ON, 10)}]
        elif row["source_date"] == str(LATE):
            changed.append(row | {"published_at": stamp(LATE + timedelta(4), 22, 36)})
        else:
            changed.append(row)
    late = {"published_at": stamp(date(2024, 4, 12), 9), "availability": "published"}
    slow = [row | late if (row["source_key"], row["source_date"]) == ("4389", "2024-04-10") else row for row in observations]
    return slow, changed


def quote(day: date, symbol: str, price: float, at: str | None = None, fetched_at: str = FETCHED) -> dict[str, Any]:
    """A settlement as the exchange's report gives it, at 22:36 of its day in São Paulo unless said otherwise."""
    row = {"source": "b3", "source_key": "SPRD", "source_date": str(day), "symbol": symbol, "field": "settlement", "value": float(price)}
    return row | {"fetched_at": fetched_at, "published_at": at or stamp(day, 22, 36)}


def macro(business: list[date]) -> list[dict[str, Any]]:
    """What else prices and factors rest on."""
    rng = np.random.default_rng(9)
    rows = []
    for n, day in enumerate(business):
        rows.append(observation("bcb_sgs", "1", day, 4.9 + 0.01 * np.sin(n)))
        rows.append(observation("bcb_focus", "IPCA|S|0|Mediana", day, 3.6 + 0.002 * n))
        rows.append(observation("fred", "SOFR", day, 5.31))
        curve = {key: 4.0 + 0.1 * k + 0.05 * np.sin(n + k) for k, key in enumerate(MATURITIES)}
        rows += [observation("us_treasury", key, day, value) for key, value in curve.items()]
    rows += [observation("bcb_sgs", "24364", month, value) for month, value in activity(rng).items()]
    prints = inflation(date(2023, 12, 1))
    prints |= {date(2023, 12, 1): 0.56, date(2024, 1, 1): 0.42, date(2024, 2, 1): 0.83, date(2024, 3, 1): 0.16}
    rows += [observation("bcb_sgs", "433", month, value) for month, value in prints.items()]
    payrolls = (
        ("2024-02-02", date(2023, 12, 1), 157_232.0), ("2024-02-02", date(2024, 1, 1), 157_585.0),
        ("2024-03-08", date(2024, 1, 1), 157_418.0), ("2024-03-08", date(2024, 2, 1), 157_693.0),
        ("2024-04-05", date(2024, 2, 1), 157_663.0), ("2024-04-05", date(2024, 3, 1), 157_966.0),
    )  # fmt: skip
    rows += [observation("fred", "PAYEMS", month, value, vintage_date=vintage) for vintage, month, value in payrolls]
    return rows


def activity(rng: np.random.Generator) -> dict[date, float]:
    """Forty months of an index, to January 2024, by first day of the month."""
    index = 130 * np.exp(np.cumsum(rng.normal(0.001, 0.006, 40)))
    return {date(2020 + (9 + k) // 12, (9 + k) % 12 + 1, 1): float(value) for k, value in enumerate(index)}


def bonds_world(seed: int = 2) -> Tables:
    """Observations and quotes of a files world, as the import hands them over: our ids, our units, their instants."""
    days = [day.astype(date) for day in calendar("br").days(FIRST, LAST)]
    states = walks(days, seed)
    quotes, observations = [], []
    listed = {
        "ltn": ("2024-04-01", "2024-07-01", "2025-01-01", "2026-01-01", "2027-07-01"),
        "ntnf": ("2027-01-01", "2029-01-01", "2031-01-01", "2033-01-01", "2035-01-01"),
        "ntnb": ("2024-08-15", "2025-05-15", "2026-08-15", "2028-08-15", "2032-08-15", "2045-05-15"),
    }
    unit = 4180.0
    for n, (day, state) in enumerate(states.items()):
        unit *= 1.00017
        for family, maturities in listed.items():
            quotes += indicated(family, day, state, maturities, unit)
        observations += [
            mapped("br_selic_target", day, 0.1175 if day < date(2024, 2, 1) else 0.1125, stamp(day, 0)),
            mapped("usdbrl_ptax", day, round(state[3], 4), stamp(day, 13, 30)),
            mapped("us_sofr", day, 0.0531, stamp(day + timedelta(1), 10)),
            mapped("br_focus_ipca_12m_smoothed", day, 0.036 + 0.00002 * n, stamp(day + timedelta(7), 8, 30)),
            mapped("br_vna_ntnb", day, round(unit, 6), stamp(day, 21)),
        ]
        observations += [
            mapped(f"us_ust_{tenor}", day, 0.04 + 0.001 * k + 0.0005 * np.sin(n + k), stamp(day + timedelta(1), 18, 15))
            for k, tenor in enumerate(("3m", "6m", "1y", "2y", "5y", "10y", "30y"))
        ]
    for month, value in activity(np.random.default_rng(9)).items():
        last = month + timedelta(monthrange(month.year, month.month)[1] - 1)
        observations.append(mapped("br_ibcbr_sa", last, value, stamp(last + timedelta(46), 9)))
    return observations, quotes


def indicated(family: str, day: date, state: State, maturities: Sequence[str], unit: float = 0.0) -> list[dict[str, Any]]:
    """A family's indicative rates and prices of a day, those that have matured left out."""
    alive = [m for m in maturities if date.fromisoformat(m) > day]
    left = calendar("br").business_days(day, alive)
    rates = np.round((_real if family == "ntnb" else _nominal)(state, left) + 0.001 * np.sin(left), 6)
    prices = _prices(family, day, alive, rates, unit)
    told = (("rate", rates), ("price", prices))
    return [bond(day, family, maturity, field, value[n]) for n, maturity in enumerate(alive) for field, value in told]


def _prices(family: str, day: date, maturities: list[str], rates: np.ndarray, unit: float) -> np.ndarray:
    if family == "ltn":
        return bonds.ltn_price(rates, calendar("br").business_days(day, maturities))
    if family == "ntnf":
        return bonds.ntnf_price(rates, np.full(len(rates), day, dtype="datetime64[D]"), maturities)
    quoted = ntnb.quotation(rates, np.full(len(rates), day, dtype="datetime64[D]"), maturities)
    return ntnb.price(np.full(len(rates), round(unit, 6)), quoted)


def mapped(series_id: str, day: date, value: float, at: str, fetched_at: str = FETCHED) -> dict[str, Any]:
    return observation("files", series_id, day, float(value), fetched_at, published_at=at, availability="scheduled")


def bond(day: date, family: str, maturity: str, field: str, value: float, at: str | None = None) -> dict[str, Any]:
    """A bond as the import hands it over, known at 21:00 of its day in São Paulo unless said otherwise."""
    return {
        "source": "files", "source_key": f"br_{family}", "source_date": str(day), "symbol": f"{family}_{maturity.replace('-', '')}",
        "maturity_date": maturity, "field": field, "value": float(value), "fetched_at": FETCHED, "published_at": at or stamp(day, 21),
        "availability": "scheduled",
    }
