"""Risk factors: daily changes of curve nodes (decimal) and of the dollar (Δln USDBRL), complete, with what was imputed marked.

The dollar is the spot, PTAX: what a forward earns by waiting is carry and no risk, and the stress scenarios are spot moves as well. A
DOL moves with spot one for one; what a shift of rates does to so short a forward (0.4 % of price for 250 bp and two months) is left out.
A missing change is its regression on the first principal component of what its class says that day, flagged; a class that is
missing whole is regressed on the first component of the others. No shock is ever NaN or silently zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.errors import RiskError

DI_NODES = (21, 63, 126, 252, 504, 756, 1260, 2520)
REAL_NODES = (252, 504, 756, 1260, 2520)
FX = "usdbrl"
SPOT = "usdbrl_ptax"
NEEDS: tuple[str, ...] = (*(f"br_di1_{n}bd" for n in DI_NODES), *(f"br_real_{n}bd" for n in REAL_NODES), SPOT)
WINDOW, MINIMUM = 756, 504

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Shocks:
    """Daily changes: dates (n,), names (f,), values (n, f), imputed (n, f)."""

    dates: NDArray[np.datetime64]
    names: tuple[str, ...]
    values: Matrix
    imputed: NDArray[np.bool_]

    def column(self, name: str) -> NDArray[np.float64]:
        """Changes of one factor.

        Raises:
            RiskError: there is no such factor.
        """
        if name not in self.names:
            raise RiskError(f"no history of risk factor {name!r}")
        return np.asarray(self.values[:, self.names.index(name)])

    def curve(self, prefix: str) -> tuple[NDArray[np.float64], Matrix]:
        """Tenors in business days (k,) and changes (n, k) of a curve's nodes.

        Raises:
            RiskError: no node of the curve has a history.
        """
        nodes = sorted((int(name[len(prefix) + 1 : -2]), place) for place, name in enumerate(self.names) if name.startswith(f"{prefix}_"))
        if not nodes:
            raise RiskError(f"no history of curve {prefix!r}")
        return np.array([tenor for tenor, _ in nodes], float), self.values[:, [place for _, place in nodes]]


def shocks(levels: pl.DataFrame) -> Shocks:
    """Changes from a frame of levels: reference_date and one column a factor of NEEDS; null where a day has none."""
    names = [name for name in levels.columns if name != "reference_date"]
    dates = levels["reference_date"].to_numpy().astype("datetime64[D]")
    return from_levels(dates, names, levels.select(names).fill_null(float("nan")).to_numpy().astype(float))


def from_levels(dates: NDArray[np.datetime64], names: Sequence[str], levels: Matrix, window: int = WINDOW) -> Shocks:
    """The last `window` daily changes.

        rates: level_t − level_{t−1};   usdbrl: Δln of the spot

    Days on which nothing is known are left out, so that a change runs over a holiday; factors without any level in the window
    are left out as well. A change whose first or last level is missing is imputed.
    Args:
        dates, levels: oldest first, shapes (n,), (n, f); NaN where missing.
    Raises:
        RiskError: fewer than 504 days of changes.
    """
    there = ~np.isnan(levels).all(axis=1)
    dates, levels = dates[there][-(window + 1) :], levels[there][-(window + 1) :]
    kept = [place for place in range(len(names)) if np.isfinite(levels[:, place]).sum() > MINIMUM]
    if len(dates) - 1 < MINIMUM or not kept:
        raise RiskError(f"value at risk needs {MINIMUM} days of factor history, found {max(len(dates) - 1, 0)} of {len(kept)} factors")
    moved = [np.log(levels[:, k]) if names[k] == SPOT else levels[:, k] for k in kept]
    changes = np.diff(np.column_stack(moved), axis=0)
    labels = tuple(FX if names[k] == SPOT else names[k] for k in kept)
    missing = np.isnan(changes)
    return Shocks(dates[1:], labels, _impute(changes, labels), missing)


def _impute(changes: Matrix, labels: tuple[str, ...]) -> Matrix:
    filled = changes.copy()
    classes = [label.rsplit("_", 1)[0] for label in labels]
    for name in dict.fromkeys(classes):
        columns = [place for place, mine in enumerate(classes) if mine == name]
        if len(columns) > 1:
            filled[:, columns] = _from_first_component(filled[:, columns])
    return _from_first_component(filled)


def _from_first_component(block: Matrix) -> Matrix:
    """Missing cells of rows that have some, by regression on the first principal component of what the row has.

        x_m = β_m · (k · v),   v the first component of the known factors, β_m = cov(x_m, K v) / var(K v), on the complete days

    Rows without any stay missing.
    """
    gaps = np.isnan(block)
    whole = block[~gaps.any(axis=1)]
    rows = np.flatnonzero(gaps.any(axis=1) & ~gaps.all(axis=1))
    if len(rows) and len(whole) < 2:
        raise RiskError("factor history has no complete day to impute from")
    for pattern in np.unique(gaps[rows], axis=0):
        mine = rows[(gaps[rows] == pattern).all(axis=1)]
        scale = np.where(whole.std(axis=0) > 0, whole.std(axis=0), 1.0)[~pattern]
        known = whole[:, ~pattern] / scale
        _, vectors = np.linalg.eigh(known.T @ known)
        component = known @ vectors[:, -1]
        beta = component @ whole[:, pattern] / (component @ component)
        block[np.ix_(mine, pattern)] = np.outer((block[mine][:, ~pattern] / scale) @ vectors[:, -1], beta)
    return block
