"""The unit value of NTN-B on each session: implied by bond prices, else as published, else built by the ANBIMA rule.

By the rule the index of the month before the last 15th is carried by the inflation of the running month: its print, once known;
before that a projection. Where no projection of ANBIMA exists it is the monthly equivalent of the 12-month survey, rounded to
two decimals of a percent; `method` says which. A value of a day is not made again with prints and surveys that came later, but it
is with corrections of those it took up.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import ntnb
from models_py.quant.checks import Floats, valid_price, valid_rate
from models_py.quant.index_level import MonthlyIndex, month_of
from models_py.quant.inflation import monthly_equivalent
from models_py.quant.pairing import together
from models_py.quant.realtime import (
    EARLIEST,
    NEVER,
    Ints,
    Readings,
    as_availability,
    as_dates,
    as_instants,
    counted,
    days,
    frame,
    instants,
    news,
    weaknesses,
)  # fmt: skip
from models_py.quant.retelling import Lineage, Taken, lineage, retold

DISPERSION = 1e-4           # bonds of a day must imply one VNA, or their prices are not one market's (INSTRUMENTS §13)
LATEST_PRINTS = 2           # prints that may be overdue before the rule has nothing to stand on
METHODS = ("implied by prices", "published", "anbima rule, print", "anbima rule, survey")
GRADE = ("market", "market", "market", "derived")      # a survey stands for the projection that the market would use
VNA_SCHEMA = pl.Schema(
    {
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "value": pl.Float64(),
        "method": pl.String(),
        "grade": pl.String(),
    }
)
_KEY = ["reference_date", "available_at"]


def daily_vna(nodes: pa.Table, quotes: pa.Table, published: pa.Table, prints: pa.Table, survey: pa.Table, anchors: pa.Table) -> pa.Table:
    """VNA of each session and instant at which it changed: implied, else published, else by the rule; null where none is left.

    Args:
        nodes: of the real curve, whose dates are to be valued (snapshots.POINT_SCHEMA). published: readings of ANBIMA's VNA.
        For the rest see `implied` and `by_rule`.
    Returns:
        Rows of VNA_SCHEMA.
    """
    sessions = frame(nodes).sort(_KEY).unique("reference_date", keep="first", maintain_order=True)
    rule, is_printed = by_rule(sessions, Readings.of(prints), Readings.of(survey), frame(anchors))
    sides = (implied(quotes), Readings.of(published, 0.0), rule)
    reference, at, rows = together(*((side.reference, side.available) for side in sides), whole=False)
    value, method = np.full(len(at), np.nan), np.zeros(len(at), dtype=np.int64)
    for k, (side, row) in reversed(list(enumerate(zip(sides, rows, strict=True)))):
        stands = np.zeros(len(row), dtype=bool)
        stands[row >= 0] = side.stands[row[row >= 0]]
        value[stands] = side.value[row[stands]]
        method[stands] = k if k < 2 else np.where(is_printed[row[stands]], 2, 3)
    made = lineage(*zip(sides, rows, strict=True))
    kept = _anew(reference, value, method)
    return pl.DataFrame(
        {
            "reference_date": as_dates(reference[kept]),
            "available_at": as_instants(at[kept]),
            "held_at": as_instants(made.held[kept]),
            "availability": as_availability(made.weakness[kept]),
            "value": pl.Series(value[kept]).fill_nan(None),
            "method": pl.Series(method[kept]).replace_strict(dict(enumerate(METHODS)), return_dtype=pl.String),
            "grade": pl.Series(method[kept]).replace_strict(dict(enumerate(GRADE)), return_dtype=pl.String),
        },
        schema=VNA_SCHEMA,
    ).to_arrow()


def implied(quotes: pa.Table) -> Readings:
    """Median VNA that the prices of a day's NTN-B imply, where at least two agree; NaN where they do no more.

    Args:
        quotes: NTN-B as known at each instant: maturity_date, reference_date, available_at, held_at, availability, rate, price.
    """
    dated = frame(quotes).filter(counted("reference_date", "br"), counted("maturity_date", "br"))
    rows = dated.filter(pl.col("maturity_date") > pl.col("reference_date"))
    quoted = ntnb.quotation_batch(
        rows["rate"].cast(pl.Float64).fill_null(np.nan).to_numpy(), rows["reference_date"].to_numpy(), rows["maturity_date"].to_numpy()
    )
    unit = ntnb.implied_vna(rows["price"].cast(pl.Float64).fill_null(np.nan).to_numpy(), quoted.value).value
    found = rows.with_columns(value=pl.Series(unit, dtype=pl.Float64).fill_nan(None)).group_by(_KEY).agg(
        value=pl.col("value").median(),
        spread=pl.col("value").max() - pl.col("value").min(),
        bonds=pl.col("value").count(),
        held_at=pl.col("held_at").max(),
        availability=pl.col("availability").first(),
    ).sort(_KEY)  # fmt: skip
    agreed = (pl.col("bonds") > 1) & (pl.col("spread") <= DISPERSION)
    everything = Readings.of(found.with_columns(value=pl.when(agreed).then("value")).to_arrow())
    return everything.take(news(everything.reference, everything.value))


def by_rule(sessions: pl.DataFrame, prints: Readings, survey: Readings, anchors: pl.DataFrame) -> tuple[Readings, Ints]:
    """VNA of each session from the prints and the survey then known, as later corrected.

    Args:
        sessions: reference_date, available_at, held_at, availability of each session.
        prints: IPCA in the month, decimal, reference at month end. survey: IPCA of the next 12 months, decimal.
        anchors: month_end and level of the IPCA index (December 1993 = 100) where it was published.
    Returns:
        The values, and whether the running month's print was out (else a projection carries it).
    """
    day, first = days(sessions["reference_date"]), instants(sessions["available_at"])
    running = month_of(ntnb.last_15th(day.astype("datetime64[D]")).astype(np.int64))
    index = MonthlyIndex.of(prints, anchors, int(running.max())) if len(day) else None
    if index is None:
        nothing = np.empty(0, dtype=np.int64)
        return Readings(nothing, nothing, nothing, nothing, nothing, np.empty(0)), nothing
    end = ((running + 1).astype("datetime64[M]").astype("datetime64[D]") - 1).astype(np.int64)
    projected = Taken(survey, day, first)

    def next_change(rows: Ints, at: Ints) -> Ints:
        printed = prints.next_change(np.full(len(rows), -1), at, end[rows], first[rows])
        return np.minimum(printed, projected.next_change(rows, at))

    row, at = retold(first, np.full(len(first), NEVER), next_change)
    used = projected.row(row, at)
    value, is_printed = _values(index, day[row], running[row] - index.first, at, first[row], projected.value(used))
    session = Lineage(instants(sessions["held_at"])[row], weaknesses(sessions["availability"])[row], np.zeros(len(row), dtype=np.int64))
    made = lineage((session, None), (survey, used), (_all_known(prints, at), None))
    kept = _anew(day[row], value, is_printed)
    return Readings(day[row], at, *made, value).take(kept), is_printed[kept]


def _values(index: MonthlyIndex, day: Ints, running: Ints, at: Ints, told_by: Ints, survey: Floats) -> tuple[Floats, Ints]:
    """The rule, and whether the running month's print was out."""
    every, column = np.arange(len(day)), np.arange(len(index.anchors))
    changes, levels = index.known(at, told_by)
    base = np.where(np.isfinite(levels) & (column[None, :] < running[:, None]), column[None, :], -1).max(axis=1, initial=-1)
    missing = running - 1 - base
    projection = np.full(len(day), np.nan)
    seen = valid_rate(survey)
    projection[seen] = np.round(monthly_equivalent(survey[seen]), 4)
    overdue = np.where(missing > 0, 1.0 + projection, 1.0) ** missing
    level = np.where(base >= 0, levels[every, base], np.nan) * overdue
    inside = np.maximum(running, 0)
    printed = (missing == 0) & np.isfinite(changes[every, inside])
    step = np.where(printed, changes[every, inside], projection)
    good = (base >= 0) & (missing <= LATEST_PRINTS) & valid_price(level) & valid_rate(step)
    value = np.full(len(day), np.nan)
    value[good] = ntnb.vna(day[good].astype("datetime64[D]"), ntnb.vna_of_level(level[good]), step[good])
    return value, printed.astype(np.int64)


def _all_known(prints: Readings, at: Ints) -> Lineage:
    """Of all prints known at each instant: a level rests on all before it."""
    order = np.argsort(prints.available, kind="stable")
    place = np.searchsorted(prints.available[order], at, side="right")
    return Lineage(
        np.r_[EARLIEST, np.maximum.accumulate(prints.held[order])][place],
        np.r_[0, np.maximum.accumulate(prints.weakness[order])][place],
        np.r_[0, np.maximum.accumulate(prints.grade[order])][place],
    )


def _anew(reference: Ints, value: Floats, how: Ints) -> Ints:
    """Rows that say something new of their date."""
    same = np.zeros(len(value), dtype=bool)
    same[1:] = (value[1:] == value[:-1]) & (how[1:] == how[:-1]) & (reference[1:] == reference[:-1])
    return np.flatnonzero(news(reference, value) & ~same)
