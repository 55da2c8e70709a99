"""Discovery by walking modules, and the declarations of strategies and agents.

A strategy or agent is one decorated pure function in a module of its own; nothing lists them. The function receives a polars
frame with the columns it declared in `needs` (`x`, `x__age`, `x__new`), one row a decision, oldest first.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal

import polars as pl

from models_py.kernel.errors import RegistryError

Grade = Literal["market", "derived", "proxy"]
Ratio = Literal["risk", "dv01", "beta"]
Rebalance = Literal["daily", "weekly", "monthly", "event"]
AssetClass = Literal["fx", "rates_br", "rates_us", "inflation", "cupom", "credit", "equity", "cross"]


@dataclass(frozen=True)
class Strategy:
    """A strategy's declaration and its formula. Calling it gives scores in [-1, 1], null where it has no view.

    One column of scores is for all legs together, held in the given ratio: at equal risk, at equal DV01, or each leg after the
    first as its hedge by regression. A strategy that judges each leg by itself gives a frame, one column a leg.
    """

    name: str
    code: str
    asset_class: AssetClass
    needs: tuple[str, ...]
    legs: Mapping[str, float]
    horizon: str
    rebalance: Rebalance
    source: str
    cost_bp: float
    max_age: Mapping[str, int]
    ratio: Ratio
    enabled: bool
    formula: Callable[..., pl.Series | pl.DataFrame]
    case: str

    def __call__(self, x: pl.DataFrame, **parameters: Any) -> pl.Series | pl.DataFrame:
        said = self.formula(x, **parameters)
        return said.alias(self.name) if isinstance(said, pl.Series) else said

    def scores(self, x: pl.DataFrame, **parameters: Any) -> pl.DataFrame:
        """One column a voice: the strategy's name where it speaks for all its legs at once, else a leg's."""
        said = self(x, **parameters)
        return said.to_frame() if isinstance(said, pl.Series) else said

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Agent:
    """An agent's declaration and its model. Calling it gives one frame: a score and a confidence a class it speaks on.

    Columns are `score_<asset_class>` in [-1, 1] and `confidence_<asset_class>` in [0, 1], then any number of evidence columns.
    """

    name: str
    code: str
    asset_classes: tuple[AssetClass, ...]
    needs: tuple[str, ...]
    horizon_days: int
    source: str
    max_age: Mapping[str, int]
    model: Callable[..., pl.DataFrame]
    case: str

    def __call__(self, x: pl.DataFrame, **parameters: Any) -> pl.DataFrame:
        return self.model(x, **parameters)

    def __str__(self) -> str:
        return self.name


_STRATEGIES: dict[str, Strategy] = {}
_AGENTS: dict[str, Agent] = {}


def strategy(
    *,
    code: str,
    asset_class: AssetClass,
    needs: tuple[str, ...],
    legs: Mapping[str, float],
    horizon: str,
    source: str,
    cost_bp: float,
    rebalance: Rebalance = "weekly",
    max_age: Mapping[str, int] | None = None,
    ratio: Ratio = "risk",
    enabled: bool = True,
) -> Callable[[Callable[..., pl.Series | pl.DataFrame]], Strategy]:
    """Declare a strategy. `legs` maps a leg (`usdbrl`, `di1_252bd`) to the sign a positive score takes in it.

    `max_age` gives, by needed column, the business days its last reading stays fresh (RISK §8); beyond twice that the desk says STALE.
    """

    def declare(formula: Callable[..., pl.Series | pl.DataFrame]) -> Strategy:
        declared = Strategy(
            formula.__name__, code, asset_class, needs, dict(legs), horizon, rebalance, source, cost_bp,
            dict(max_age or {}), ratio, enabled, formula, (formula.__doc__ or "").strip(),
        )
        if not declared.case:
            raise RegistryError(f"strategy {formula.__name__} has no docstring: the investment case is part of the declaration")
        _enter(_STRATEGIES, declared, formula.__module__)
        return declared

    return declare


def agent(
    *,
    code: str,
    asset_classes: tuple[AssetClass, ...],
    needs: tuple[str, ...],
    horizon_days: int,
    source: str,
    max_age: Mapping[str, int] | None = None,
) -> Callable[[Callable[..., pl.DataFrame]], Agent]:
    """Declare an agent. `max_age` as of a strategy; between once and twice it the desk says DEGRADED."""

    def declare(model: Callable[..., pl.DataFrame]) -> Agent:
        case = (model.__doc__ or "").strip()
        declared = Agent(model.__name__, code, asset_classes, needs, horizon_days, source, dict(max_age or {}), model, case)
        if not declared.case:
            raise RegistryError(f"agent {model.__name__} has no docstring: the case is part of the declaration")
        _enter(_AGENTS, declared, model.__module__)
        return declared

    return declare


def _enter(registry: dict[str, Any], declared: Strategy | Agent, module: str) -> None:
    if declared.name != module.rsplit(".", 1)[-1] and not module.startswith("tests"):
        raise RegistryError(f"{declared.name} stands in module {module}: function and module share one name")
    twin = next((other for other in registry.values() if other.code == declared.code and other.name != declared.name), None)
    if twin is not None:
        raise RegistryError(f"{declared.name} and {twin.name} share the code {declared.code}")
    registry[declared.name] = declared


def modules(package: str) -> Iterator[ModuleType]:
    """Every public module of a package, imported, in order of name."""
    root = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(root.__path__), key=lambda module: module.name):
        if not found.name.startswith("_"):
            yield importlib.import_module(f"{package}.{found.name}")


@cache
def strategies() -> dict[str, Strategy]:
    """All strategies by name."""
    for _ in modules("models_py.strategies"):
        pass
    return dict(sorted((name, s) for name, s in _STRATEGIES.items() if s.formula.__module__.startswith("models_py.")))


@cache
def agents() -> dict[str, Agent]:
    """All agents by name."""
    for _ in modules("models_py.agents"):
        pass
    return dict(sorted((name, a) for name, a in _AGENTS.items() if a.model.__module__.startswith("models_py.")))
