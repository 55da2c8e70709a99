"""Panels made up for tests: one row a business day, any needed columns."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl


def decisions(rows: int, first: date = date(2015, 1, 1)) -> list[datetime]:
    """Business-day decisions at 08:45 in São Paulo (11:45 UTC)."""
    days = (first + timedelta(days=n) for n in range(rows * 2))
    return [datetime(d.year, d.month, d.day, 11, 45, tzinfo=UTC) for d in days if d.weekday() < 5][:rows]


def walk(rows: int, seed: int, size: float = 0.001) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, size, rows).cumsum()


def panel(needs: Iterable[str], rows: int = 1400, values: Mapping[str, np.ndarray | float] | None = None) -> pl.DataFrame:
    """Wandering columns unless `values` gives one: levels positive around 0.08, carries and gaps small around 0. All fresh,
    agents half sure.
    """
    given = values or {}
    columns = [pl.Series("decision_at", decisions(rows), pl.Datetime("us", "UTC"))]
    for number, name in enumerate(sorted(needs)):
        signed = "carry" in name or "gap" in name
        value = given.get(name, walk(rows, number, 0.0001) if signed else 0.08 * np.exp(walk(rows, number, 0.01)))
        columns += [
            pl.Series(name, np.broadcast_to(np.asarray(value, float), rows).copy()),
            pl.Series(f"{name}__age", np.zeros(rows, np.int32)),
            pl.Series(f"{name}__new", np.ones(rows, bool)),
        ]
        if name.startswith("agent_"):
            columns.append(pl.Series(f"{name}__confidence", np.full(rows, 0.5)))
    return pl.DataFrame(columns)
