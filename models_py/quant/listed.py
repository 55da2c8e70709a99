"""Contracts that B3 lists by rule, and what each would be worth on the curves of a session where no settlement is on record.

    DI1   next four months, the quarters (F J N V) of five years, the Januaries of fifteen; first business day of the month
    DAP   the months of NTN-B maturities: May of odd years, August of even ones; the 15th or the next business day
    DOL   this month and the next twelve; first business day, fixed by the PTAX of the day before

Contracts beyond the last node of their curve are not listed. Nobody settled them: marks are derived, at best. Months are numbered from
1970.
"""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.kernel.errors import ConfigError
from models_py.kernel.ids import MONTH_CODES
from models_py.quant import di1
from models_py.quant.checks import Floats, Mask
from models_py.quant.daycount import Days, calendar, calendar_days
from models_py.quant.fx import forward
from models_py.quant.pairing import together
from models_py.quant.realtime import DERIVED, Ints, Readings, as_availability, as_dates, as_grade, as_instants, counted, frame
from models_py.quant.retelling import Lineage, Taken, lineage, retold, superseded
from models_py.quant.sheets import withdrawn
from models_py.quant.snapshots import Snapshots

MONTHS = np.array(list(MONTH_CODES))
FIRST_DAY = {"di1": 1, "dol": 1, "ddi": 1, "frc": 1, "dap": 15}       # of the month; B3, contract specifications
MARK_SCHEMA = pl.Schema(
    {
        "instrument_id": pl.String(),
        "family": pl.String(),
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "maturity_date": pl.Date(),
        "price": pl.Float64(),
        "dv01": pl.Float64(),
        "grade": pl.String(),
    }
)


def months_ahead(family: str) -> Ints:
    """How many months from a session's own a contract's month may lie, before the month's own rule is applied."""
    return {"di1": np.arange(0, 181), "dap": np.arange(0, 241), "dol": np.arange(0, 13)}[family]


def is_quarter(month: Ints) -> Mask:
    """January, April, July and October."""
    quarter: Mask = month % 3 == 0
    return quarter


def is_january(month: Ints) -> Mask:
    """January alone."""
    january: Mask = month % 12 == 0
    return january


def is_linked(month: Ints) -> Mask:
    """Months in which an NTN-B ends, which liquid DAP mirror: May of odd years, August of even ones."""
    of_year, year = month % 12 + 1, 1970 + month // 12
    linked: Mask = ((of_year == 5) & (year % 2 == 1)) | ((of_year == 8) & (year % 2 == 0))
    return linked


def is_listed(family: str, month: Ints, ahead: Ints) -> Mask:
    """Whether a family lists a month, seen from so many months before."""
    if family == "di1":
        listed: Mask = (ahead <= 4) | (is_quarter(month) & (ahead <= 60)) | is_january(month)
        return listed
    return is_linked(month) if family == "dap" else np.ones(month.shape, dtype=bool)


def expiry(family: str, month: Ints, known: Days) -> Days:
    """Expiry of the contract of a month on the holiday list known at a date: the 15th of a DAP, the first of a dollar or rate future,
    or the next business day.

    Raises:
        ConfigError: a family whose rule is another.
    """
    if family not in FIRST_DAY:
        raise ConfigError(f"no rule for the expiry of {family!r}, only of {', '.join(sorted(FIRST_DAY))}")
    first: Days = month.astype("datetime64[M]").astype("datetime64[D]") + (FIRST_DAY[family] - 1)
    return calendar("br").following(first, known)


def contracts(family: str, session: Days) -> tuple[Ints, Ints, Days]:
    """Row, month and expiry of every contract listed on each session that has not expired before it."""
    ahead = months_ahead(family)
    row = np.repeat(np.arange(len(session)), len(ahead))
    month = session.astype("datetime64[M]").astype(np.int64)[row] + np.tile(ahead, len(session))
    chosen = is_listed(family, month, np.tile(ahead, len(session)))
    row, month = row[chosen], month[chosen]
    ends = expiry(family, month, session[row])
    alive = ends >= session[row]
    return row[alive], month[alive], ends[alive]


def codes(family: str, month: Ints) -> pl.Series:
    """Contract ids of months: di1f27."""
    letters = MONTHS[month % 12]
    years = (1970 + month // 12) % 100
    unique, which = np.unique(month, return_index=True)
    names = {int(m): f"{family}{letters[i]}{years[i]:02d}" for m, i in zip(unique, which, strict=True)}
    return pl.Series(month).replace_strict(names, return_dtype=pl.String)


def rate_marks(family: str, nodes: pa.Table, curve_id: str) -> pl.DataFrame:
    """PU of every listed DI1 or DAP on its curve; 100,000 on the day of expiry. DV01 is per point: a DAP's is in points of 100,000."""
    curve = Snapshots.of(nodes, curve_id)
    if curve is None:
        return pl.DataFrame(schema=MARK_SCHEMA)
    session = curve.reference.astype("datetime64[D]")
    row, month, ends = contracts(family, session)
    left = calendar("br").business_days(session[row], ends)
    row, month, left = _inside(curve.stands[row] & (left <= curve.longest(row)), row, month, left)
    rate = curve.rates(row, np.maximum(left, 1))
    price = np.where(left > 0, di1.price(rate, np.maximum(left, 1)), di1.FACE)
    gain = np.where(left > 0, di1.dv01(rate, np.maximum(left, 1)), 0.0)
    return _table(family, curve.reference, curve.available, lineage((curve, None)), row, month, price, gain)


def dollar_marks(nodes: pa.Table, curve_id: str, ptax: pa.Table, dollars: pa.Table) -> pl.DataFrame:
    """DOL by covered parity from PTAX, the DI curve and the dollar overnight rate.

        F = PTAX · (1 + i) ** (du / 252) / (1 + us · dc / 360),   du and dc to the eve of expiry, whose PTAX settles the contract

    On that eve, the last day of trading, the mark is the PTAX itself, and so it stays on the day of expiry.
    """
    curve, funding = Snapshots.of(nodes, curve_id), Readings.of(dollars, -0.5, 1.0)
    fixing = Readings.of(frame(ptax).filter(counted("reference_date", "br")).to_arrow(), 0.0)
    if curve is None or fixing.reference.size == 0 or funding.reference.size == 0:
        return pl.DataFrame(schema=MARK_SCHEMA)
    br = calendar("br")
    reference, first, (on_curve, on_fixing) = together((curve.reference, curve.available), (fixing.reference, fixing.available))
    days = reference.astype("datetime64[D]")
    money, yesterday = Taken(funding, reference, first), br.shift(days, -1, days).astype(np.int64)

    def next_change(rows: Ints, at: Ints) -> Ints:
        eve = yesterday[rows]
        return np.minimum(money.next_change(rows, at), fixing.next_change(fixing.known(at, eve), at, eve))

    sheet, at = retold(first, superseded(reference, first), next_change)
    reference, session, on_curve, on_fixing = reference[sheet], days[sheet], on_curve[sheet], on_fixing[sheet]
    paid = money.row(sheet, at)
    made = lineage((curve, on_curve), (fixing, on_fixing), (funding, paid))
    row, month, ends = contracts("dol", session)
    eve = br.shift(ends, -1, session[row])
    left = br.business_days(session[row], eve)
    fixed = fixing.known(at[row], eve.astype(np.int64))
    good = (paid[row] >= 0) & curve.stands[on_curve[row]] & fixing.stands[on_fixing[row]] & (left <= curve.longest(on_curve[row]))
    good &= (left > 0) | ((fixed >= 0) & (fixing.reference[fixed] == eve.astype(np.int64)))
    row, month, left, eve, fixed = _inside(good, row, month, left, eve, fixed)
    spot = fixing.value[np.where(left > 0, on_fixing[row], fixed)]
    rate = curve.rates(on_curve[row], np.maximum(left, 1))
    span = np.maximum(calendar_days(session[row], eve), 1)
    price = np.where(left > 0, forward(spot, rate, np.maximum(left, 1), funding.value[paid[row]], span), spot)
    return _table("dol", reference, at, made, row, month, price, np.full(len(row), np.nan))


def listed_marks(nodes: pa.Table, ptax: pa.Table, dollars: pa.Table) -> pa.Table:
    """Marks of all three families from the derived DI curve, the real curve and PTAX. Rows of MARK_SCHEMA."""
    return pl.concat(
        [
            rate_marks("di1", nodes, "br_di1"),
            rate_marks("dap", nodes, "br_real"),
            dollar_marks(nodes, "br_di1", ptax, dollars),
        ]
    ).to_arrow()


def _inside(good: Mask, *arrays: Any) -> tuple[Any, ...]:
    return tuple(array[good] for array in arrays)


def _table(family: str, reference: Ints, at: Ints, made: Lineage, sheet: Ints, month: Ints, price: Floats, dv01: Floats) -> pl.DataFrame:
    """Marks as rows of MARK_SCHEMA, with a null one for each contract that the sheet before still had.

    Args:
        reference, at, made: date, instant and lineage of each sheet. sheet, month, price, dv01: of each mark.
    """
    lost, its_month = withdrawn(sheet, month, reference)
    nothing = np.full(len(lost), np.nan)
    sheet, month, price, dv01 = np.r_[sheet, lost], np.r_[month, its_month], np.r_[price, nothing], np.r_[dv01, nothing]
    return pl.DataFrame(
        {
            "instrument_id": codes(family, month),
            "family": pl.repeat(family, len(sheet), eager=True),
            "reference_date": as_dates(reference[sheet]),
            "available_at": as_instants(at[sheet]),
            "held_at": as_instants(made.held[sheet]),
            "availability": as_availability(made.weakness[sheet]),
            "maturity_date": as_dates(expiry(family, month, reference[sheet].astype("datetime64[D]")).astype(np.int64)),
            "price": pl.Series(price).fill_nan(None),
            "dv01": pl.Series(dv01).fill_nan(None),
            "grade": as_grade(np.maximum(made.grade[sheet], DERIVED)),
        },
        schema=MARK_SCHEMA,
    )
