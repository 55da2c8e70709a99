"""The unit value of NTN-B on each session: implied by bond prices, else as published, else built by the ANBIMA rule.

By the rule the index of the month before the last 15th is carried by the inflation of the running month: its print, once known;
before that a projection. Where no projection of ANBIMA exists it is the monthly equivalent of the 12-month survey, rounded to
two decimals of a percent; `method` says which. A value of a day is never made again with what came later.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import ntnb
from models_py.quant.checks import Floats, valid_price, valid_rate
from models_py.quant.inflation import monthly_equivalent
from models_py.quant.realtime import Ints, Readings, counted, days, frame, instants

DISPERSION = 1e-4           # bonds of a day must imply one VNA, or their prices are not one market's (INSTRUMENTS §13)
LATEST_PRINTS = 2           # prints that may be overdue before the rule has nothing to stand on
VNA_SCHEMA = pl.Schema(
    {
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "value": pl.Float64(),
        "method": pl.String(),
    }
)
_KEY = ["reference_date", "available_at"]


def implied(quotes: pa.Table) -> pl.DataFrame:
    """Median VNA that the prices of a day's NTN-B imply, where at least two agree.

    Args:
        quotes: NTN-B as known at each instant: maturity_date, reference_date, available_at, held_at, availability, rate, price.
    """
    dated = frame(quotes).filter(counted("reference_date", "br"), counted("maturity_date", "br"))
    rows = dated.filter(pl.col("price").is_finite(), pl.col("rate").is_finite(), pl.col("maturity_date") > pl.col("reference_date"))
    if rows.is_empty():
        return pl.DataFrame(schema=VNA_SCHEMA)
    quoted, _ = ntnb.quotation_batch(rows["rate"].to_numpy(), rows["reference_date"].to_numpy(), rows["maturity_date"].to_numpy())
    unit = ntnb.implied_vna(rows["price"].to_numpy(), quoted).value
    found = rows.with_columns(value=pl.Series(unit)).filter(pl.col("value").is_finite()).group_by(_KEY).agg(
        pl.col("value").median(),
        spread=pl.col("value").max() - pl.col("value").min(),
        bonds=pl.len(),
        held_at=pl.col("held_at").max(),
        availability=pl.col("availability").first(),
    )
    agreed = found.filter((pl.col("bonds") > 1) & (pl.col("spread") <= DISPERSION)).with_columns(method=pl.lit("implied by prices"))
    return agreed.select(VNA_SCHEMA.names()).cast(VNA_SCHEMA)


def by_rule(sessions: pl.DataFrame, prints: Readings, survey: Readings, anchors: pl.DataFrame) -> pl.DataFrame:
    """VNA of each session from the prints and the survey then known.

    Args:
        sessions: reference_date, available_at, held_at, availability of each session.
        prints: IPCA in the month, decimal, reference at month end. survey: IPCA of the next 12 months, decimal.
        anchors: month_end and level of the IPCA index (December 1993 = 100) of some Decembers: see `_start`.
    """
    start = _start(prints, anchors)
    if start is None or sessions.is_empty():
        return pl.DataFrame(schema=VNA_SCHEMA)
    origin, first_level = start
    day, at = days(sessions["reference_date"]), instants(sessions["available_at"])
    months = day.astype("datetime64[D]")
    running = ntnb.last_15th(months).astype("datetime64[M]").astype(np.int64)
    known, count = _chain(prints, origin, at)
    row = survey.known(at, day)
    seen = row >= 0
    seen[seen] = valid_rate(survey.value[row[seen]])
    projection = np.full(len(day), np.nan)
    projection[seen] = np.round(monthly_equivalent(survey.value[row[seen]]), 4)
    base = np.minimum(count, running - 1 - origin)
    missing = running - 1 - origin - base
    overdue = np.where(missing > 0, 1.0 + projection, 1.0) ** missing
    level = first_level * known[np.arange(len(day)), np.maximum(base, 0)] * overdue
    printed = count >= running - origin
    step = np.where(printed, _last(known, running - origin), projection)
    good = (base >= 0) & (missing <= LATEST_PRINTS) & valid_price(level) & valid_rate(step)
    value = np.full(len(day), np.nan)
    value[good] = ntnb.vna(months[good], ntnb.vna_of_level(level[good]), step[good])
    method = np.where(printed, "anbima rule, print", "anbima rule, survey")
    out = sessions.select("reference_date", "available_at", "held_at", "availability")
    return out.with_columns(value=pl.Series(value), method=pl.Series(method)).filter(pl.col("value").is_finite()).select(VNA_SCHEMA.names())


def _start(prints: Readings, anchors: pl.DataFrame) -> tuple[int, float] | None:
    """The month before the first print, and the index then: the last December's, grown at the rate of its own year.

    Only Decembers up to that month are looked at: a lake that starts in mid-year starts within what the year before did.
    """
    origin = int(prints.reference.min().astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)) - 1
    known = anchors.with_columns(month=pl.col("month_end").dt.year() * 12 + pl.col("month_end").dt.month() - 1 - 1970 * 12)
    last = known.filter(pl.col("month") <= origin).sort("month").tail(2)
    if last.is_empty():
        return None
    level, month = float(last["level"][-1]), int(last["month"][-1])
    yearly = (level / float(last["level"][0])) ** (1.0 / max(month - int(last["month"][0]), 1))
    return origin, level * yearly ** (origin - month)


def _chain(prints: Readings, origin: int, at: Ints) -> tuple[Floats, Ints]:
    """Growth of the index since the origin after 0, 1, 2, … months as known at each instant, and the months known without a gap."""
    month = prints.reference.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - origin
    width = int(month.max(initial=0))
    order = np.argsort(prints.available, kind="stable")
    moments: list[int] = []
    table: list[Floats] = []
    latest = np.full(width + 1, np.nan)
    for row in order:
        if month[row] < 1:
            continue
        latest[month[row]] = prints.value[row]
        if moments and moments[-1] == prints.available[row]:
            table[-1] = latest.copy()
        else:
            moments.append(int(prints.available[row]))
            table.append(latest.copy())
    stages = np.array(table).reshape(-1, width + 1)
    growth = np.cumprod(np.where(np.arange(width + 1) == 0, 1.0, 1.0 + stages), axis=1)
    counted = np.isfinite(growth).sum(axis=1) - 1
    which = np.searchsorted(np.array(moments, dtype=np.int64), at, side="right") - 1
    unknown = np.full((1, width + 1), np.nan)
    unknown[0, 0] = 1.0
    return np.vstack([unknown, growth])[which + 1], np.r_[0, counted].astype(np.int64)[which + 1]


def _last(growth: Floats, month: Ints) -> Floats:
    """Inflation of one month of each row of a growth table; NaN where it is not known."""
    inside = (month >= 1) & (month < growth.shape[1])
    place = np.where(inside, month, 1) if growth.shape[1] > 1 else np.zeros(len(month), np.int64)
    rows = np.arange(len(month))
    step = growth[rows, place] / growth[rows, np.maximum(place - 1, 0)] - 1.0
    return np.where(inside, step, np.nan)


def daily_vna(nodes: pa.Table, quotes: pa.Table, published: pa.Table, prints: pa.Table, survey: pa.Table, anchors: pa.Table) -> pa.Table:
    """One VNA a session and instant: implied, else published, else by the rule.

    Args:
        nodes: of the real curve, whose dates are to be valued (snapshots.POINT_SCHEMA). published: readings of ANBIMA's VNA.
        For the rest see `implied` and `by_rule`.
    Returns:
        Rows of VNA_SCHEMA.
    """
    stated = frame(published).filter(pl.col("value").is_not_null()).with_columns(method=pl.lit("published")).select(VNA_SCHEMA.names())
    market = implied(quotes)
    served = pl.concat([market.select("reference_date"), stated.select("reference_date")]).unique()
    rest = frame(nodes).join(served, on="reference_date", how="anti").sort("reference_date", "available_at").unique(
        "reference_date", keep="first", maintain_order=True
    )
    monthly = frame(prints)
    ruled = (
        by_rule(rest, Readings.of(prints), Readings.of(survey), frame(anchors))
        if not monthly.is_empty() and not rest.is_empty()
        else pl.DataFrame(schema=VNA_SCHEMA)
    )
    stated = stated.join(market.select("reference_date").unique(), on="reference_date", how="anti")
    return pl.concat([market, stated.cast(VNA_SCHEMA), ruled.cast(VNA_SCHEMA)]).sort(_KEY).to_arrow()

