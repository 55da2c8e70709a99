"""Windows in weeks, months and events: they count new readings, where windows in days count decisions.

A panel repeats a reading until the next one; here a column is cut down to the decisions that first saw a new reading, measured
there, and held until the next. Row t depends on rows up to t alone. Null stays null.
"""

from collections.abc import Callable

import polars as pl

from models_py.signals.decay import linear


def by_reading(x: pl.Series, new: pl.Series, measure: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A measure over readings, held between them; null where x is null.

    Args:
        x: a column of the panel.  new: its `__new`: true on the first decision that sees a later reference date.
        measure: of the readings in order, as many values back; it may look back alone.
    """
    frame = pl.DataFrame({"x": x, "new": new}).with_row_index("row")
    seen = frame.filter(pl.col("x").is_not_null() & pl.col("new"))
    measured = seen.select("row", held=measure(seen["x"]).fill_nan(None))
    joined = frame.join(measured, on="row", how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("x").is_not_null()).then(pl.col("held").forward_fill())).to_series().alias(x.name)


def sessions_since(new: pl.Series) -> pl.Series:
    """Decisions since the last new reading, 0 on the decision that first sees it; null before the first."""
    row = pl.int_range(new.len(), eager=True)
    last = pl.select(pl.when(new).then(row)).to_series().forward_fill()
    return (row - last).cast(pl.Float64)


def fading(new: pl.Series, sessions: float) -> pl.Series:
    """Weight of what an event said, from 1 on the decision that first sees it to 0 after so many; 0 before the first event."""
    return pl.Series(linear(sessions_since(new).fill_null(float("nan")).to_numpy(), sessions))
