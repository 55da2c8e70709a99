"""W5: historical value at risk and expected shortfall, of a portfolio of 30 assets and of a book of listed contracts.

The reference picks the order statistics by partition, which is also the least the work can take. The book is revalued in full
under 756 days of shocks: built once for a decision, then measured for each candidate position.
"""

from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.settings import Settings
from models_py.risk import factors, stress, var
from models_py.risk.exposure import Holding, unit_pnl
from models_py.risk.factors import NEEDS, SPOT, Shocks
from models_py.risk.report import Engine, engine
from pipelines.bench.measure import absent, answered, difference, installed, row

DAYS, ASSETS, REPEATS, BOOKS = 756, 30, 200, 25
Vector = NDArray[np.float64]


def rows(folder: Path, seed: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """Rows of W5."""
    random = np.random.default_rng(seed)
    returns, weights = random.standard_t(4, (DAYS, ASSETS)) * 0.01, np.full(ASSETS, 1 / ASSETS)
    contestants = {"ours": lambda: [_of(var.plain(returns @ weights)) for _ in range(REPEATS)][-1],
                   "numpy partition": lambda: [_partition(returns @ weights) for _ in range(REPEATS)][-1]}  # fmt: skip
    reference = contestants["numpy partition"]()
    note = f"{ASSETS} assets, {DAYS} days"
    for who, work in contestants.items():
        found, peak = answered(work)
        check = difference(found, reference) if who == "ours" else "reference"
        yield row("W5 historical VaR and ES", who, REPEATS, "portfolios", work, check=check, peak_mb=peak, note=note)
    if not installed("skfolio"):
        yield absent("W5 historical VaR and ES", "skfolio", "not installed")
    yield from _book(random)


def _of(result: var.VarResult) -> tuple[float, float]:
    return result.var, result.es


def _partition(pnl: Vector) -> tuple[float, float]:
    """VaR 99 % and ES 97.5 % by partition: upper order statistics of the losses."""
    value, edge = (ceil(round((1 - tail) * len(pnl), 9)) - 1 for tail in (var.VAR_TAIL, var.ES_TAIL))
    losses = np.partition(-pnl, (edge, value))
    return float(losses[value]), float(losses[edge:].mean())


def _book(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    history = _shocks(random)
    book = sorted(_holdings(), key=lambda holding: holding.contract)
    scenarios = stress.scenarios()

    def build() -> Engine:
        return engine(book, history, scenarios)

    built, peak = answered(build)
    plain = np.column_stack([_unit(holding, history) for holding in book])
    names = [holding.contract for holding in book]
    lots = random.integers(-500, 500, (BOOKS, len(book))).astype(float)
    quantities = [dict(zip(names, held, strict=True)) for held in lots.tolist()]

    def measured() -> list[tuple[float, float]]:
        return [_of(built.measure(held, 1e8).var["plain"]) for held in quantities]

    note = f"{len(book)} contracts, {DAYS} days, {len(scenarios)} scenarios"
    same = difference(built.plain, plain)
    yield row("W5 book", "ours, revalue contracts", len(book), "contracts", build, check=same, peak_mb=peak, note=note)
    found, peak = answered(measured)
    reference = [_partition(plain @ held) for held in lots]
    yield row("W5 book", "ours, measure books", BOOKS, "books", measured, check=difference(found, reference), peak_mb=peak,
              note=f"{note}; three VaR families, stress, components")  # fmt: skip


def _shocks(random: np.random.Generator) -> Shocks:
    dates = np.busday_offset("2020-01-02", np.arange(DAYS + 1), roll="forward").astype("datetime64[D]")
    common = random.standard_t(5, DAYS + 1) * 0.0006
    level = {name: 0.1 + (common + random.normal(0, 0.0002, DAYS + 1)).cumsum() for name in NEEDS if name != SPOT}
    level[SPOT] = 5.0 * np.exp((random.standard_t(5, DAYS + 1) * 0.008).cumsum())
    return factors.from_levels(dates, NEEDS, np.column_stack([level[name] for name in NEEDS]))


def _holdings() -> tuple[Holding, ...]:
    years = np.arange(1, 11)
    nominal = [Holding(f"di1f{27 + y}", "di1", 1.0, 1e5 * 1.12**-y, 1.0, int(252 * y)) for y in years]
    real = [Holding(f"dapk{27 + y}", "dap", 1.0, 1e5 * 1.06**-y, 1.5, int(252 * y)) for y in years]
    return (*nominal, *real, *(Holding(f"dol{month}26", "dol", 1.0, 5400.0, 50.0, 21) for month in "fghjkmnquv"))


def _unit(holding: Holding, history: Shocks) -> Vector:
    """P&L of one contract, from the factor at its own tenor where there is one."""
    if holding.family == "dol":
        return unit_pnl(holding, np.zeros(DAYS), history.column("usdbrl"))
    tenors, changes = history.curve("br_di1" if holding.family == "di1" else "br_real")
    return unit_pnl(holding, np.array([np.interp(holding.tenor_bd, tenors, day) for day in changes]), np.zeros(DAYS))
