"""Small vintaged tables for tests, in the columns that the build hands over."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import strategies as st

INSTANT = pl.Datetime("us", "UTC")
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
FIRST = date(2025, 1, 6)


def instant(hours: float) -> datetime:
    """An instant some hours after the start of 2025."""
    return EPOCH + timedelta(hours=hours)


def evening(day: date | str) -> datetime:
    """23:00 UTC of a day: when a session's prices are known."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, 23, tzinfo=UTC)


def table(rows: Iterable[dict[str, Any]], **schema: Any) -> pa.Table:
    """Rows with available_at; held_at and availability filled where not given."""
    filled = [{"held_at": row["available_at"], "availability": "published"} | row for row in rows]
    types: dict[str, Any] = {"reference_date": pl.Date, "available_at": INSTANT, "held_at": INSTANT, "availability": pl.String}
    types |= schema or {"value": pl.Float64}
    return pl.DataFrame([{name: row.get(name) for name in types} for row in filled], schema=types).to_arrow()


def readings(values: Sequence[tuple[str, float | None]], hour: int = 11, **more: Any) -> pa.Table:
    """One vintage a date, known on the next day at an hour UTC (11 is 08:00 in São Paulo)."""
    return table(
        {"reference_date": date.fromisoformat(day), "available_at": evening(day) + timedelta(hours=hour + 1), "value": value, **more}
        for day, value in values
    )


def nodes(curve_id: str, known: dict[datetime, dict[date, dict[int, float]]], grade: str = "market") -> pa.Table:
    """Nodes of curves by instant and session: {instant: {session: {tenor: rate}}}."""
    rows = [
        {"curve_id": curve_id, "reference_date": day, "available_at": at, "tenor_bd": tenor, "zero_rate": rate, "grade": grade}
        for at, sessions in known.items()
        for day, curve in sessions.items()
        for tenor, rate in curve.items()
    ]
    return table(rows, curve_id=pl.String, tenor_bd=pl.Int32, zero_rate=pl.Float64, grade=pl.String)


def as_of(rows: pa.Table, at: datetime, value: str = "value") -> dict[date, float]:
    """What a table of readings said at an instant, by date: the reference definition."""
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    last = frame.filter(pl.col("available_at") <= at).sort("available_at").group_by("reference_date").last()
    kept = last.filter(pl.col(value).is_not_null()).sort("reference_date")
    return dict(zip(kept["reference_date"], kept[value], strict=True))


# A short history of readings: late, out of order, revised and withdrawn.
HISTORIES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 40), st.one_of(st.none(), st.floats(-0.05, 0.05))),
    min_size=1, max_size=30, unique_by=lambda row: (row[0], row[1]),
).map(
    lambda rows: table(
        {"reference_date": FIRST + timedelta(days=day), "available_at": instant(24 * (day + 5) + late), "value": value}
        for day, late, value in sorted(rows, key=lambda row: row[:2])
    )
)
