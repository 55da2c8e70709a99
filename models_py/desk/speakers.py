"""Agents and strategies over a panel: what each says, and whether its inputs let it speak.

The desk, not the strategy, turns old into STALE and missing into NO DATA.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.desk.decision import Status
from models_py.desk.policy import VIEW_LEGS, Policy
from models_py.execution import legs
from models_py.kernel.registry import Agent, Strategy, agents, strategies
from models_py.signals.scale import traded

STALE_MULTIPLE = 2              # of an input's max age (STRATEGIES §0, AGENTS §0)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Voice:
    """One signal over all decisions: a strategy, or an agent's view on a class. NaN = no view."""

    name: str
    speaker: Strategy | Agent
    asset_class: str
    legs: Mapping[str, float]
    raw: NDArray[np.float64]
    score: NDArray[np.float64]
    confidence: NDArray[np.float64]
    freshest: NDArray[np.float64]                       # age of the newest input
    missing: Bools
    stale: Bools
    degraded: Bools
    evidence: pl.DataFrame
    proxy: str | None

    @property
    def is_agent(self) -> bool:
        return isinstance(self.speaker, Agent)

    def status(self, row: int, panel: pl.DataFrame) -> tuple[Status, str]:
        """Status at a decision and the reason in words."""
        if self.proxy:
            return "NO DATA", f"{self.proxy} is a proxy, which trades only if asked for"
        if self.missing[row]:
            absent = [need for need in self.speaker.needs if panel[need][row] is None]
            return "NO DATA", f"not known: {', '.join(absent)}"
        if np.isnan(self.raw[row]) and not self.stale[row]:
            return "NO DATA", "history too short for its windows"
        if self.stale[row] or self.degraded[row]:
            factor = STALE_MULTIPLE if self.stale[row] else 1
            old = [
                f"{need} is {panel[f'{need}__age'][row]} business days old, allowed {factor * limit}"
                for need, limit in self.speaker.max_age.items()
                if panel[f"{need}__age"][row] > factor * limit
            ]
            return ("STALE" if self.stale[row] else "DEGRADED"), "; ".join(old)
        return "OK", ""


def chosen(policy: Policy) -> tuple[dict[str, Strategy], dict[str, Agent]]:
    """Strategies and agents that this policy lets speak."""
    trading = {n: s for n, s in strategies().items() if (s.enabled if policy.strategies is None else n in policy.strategies)}
    speaking = {n: a for n, a in agents().items() if policy.agents is None or n in policy.agents}
    return trading, speaking


def unbuilt(policy: Policy, catalogue: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """What the desk cannot give each speaker: inputs that the release's catalogue does not hold, agents that do not speak, legs
    without contracts. Who lacks something does not speak; speakers that lack nothing are left out."""
    trading, speaking = chosen(policy)
    missing = {name: tuple(need for need in agent.needs if need not in catalogue) for name, agent in speaking.items()}
    voices = {f"agent_{name}_{c}" for name, agent in speaking.items() if not missing[name] for c in agent.asset_classes}
    for name, strategy in trading.items():
        inputs = (need for need in strategy.needs if need not in catalogue and need not in voices)
        missing[name] = (*inputs, *(leg for leg in strategy.legs if not legs.known(leg)))
    return {name: lacks for name, lacks in missing.items() if lacks}


def speaking_now(policy: Policy, catalogue: Mapping[str, object]) -> tuple[dict[str, Strategy], dict[str, Agent]]:
    """Strategies and agents that this policy lets speak and that lack nothing."""
    lacking = unbuilt(policy, catalogue)
    trading, speaking = chosen(policy)
    return {n: s for n, s in trading.items() if n not in lacking}, {n: a for n, a in speaking.items() if n not in lacking}


def needed(policy: Policy, catalogue: Mapping[str, object]) -> tuple[str, ...]:
    """Ids of all inputs of those who speak, sorted; columns that agents write are not among them."""
    trading, speaking = speaking_now(policy, catalogue)
    speakers: list[Strategy | Agent] = [*trading.values(), *speaking.values()]
    names = {need for speaker in speakers for need in speaker.needs}
    return tuple(sorted(name for name in names if not name.startswith("agent_")))


def voices(panel: pl.DataFrame, catalogue: Mapping[str, Mapping[str, Any]], policy: Policy) -> tuple[list[Voice], pl.DataFrame]:
    """What everyone says on a panel: strategies by name, then views; and the panel with the agents' columns."""
    trading, speaking = speaking_now(policy, catalogue)
    views: list[Voice] = []
    for agent in speaking.values():
        said = agent(panel)
        scores = [f"score_{c}" for c in agent.asset_classes] + [f"confidence_{c}" for c in agent.asset_classes]
        for asset_class in agent.asset_classes:
            name = f"agent_{agent.name}_{asset_class}"
            score, confidence = said[f"score_{asset_class}"], said[f"confidence_{asset_class}"]
            held_in = VIEW_LEGS.get(asset_class, {})
            views.append(_voice(name, agent, asset_class, held_in, score, confidence, panel, said.drop(scores), catalogue, policy))
            fresh = [pl.lit(0, pl.Int32).alias(f"{name}__age"), pl.lit(True).alias(f"{name}__new")]
            panel = panel.with_columns(score.alias(name), confidence.alias(f"{name}__confidence"), *fresh)
    nothing = pl.DataFrame()
    sure = pl.Series(np.ones(len(panel)))
    said_by = [
        _voice(_called(s, said.name), s, s.asset_class, _legs(s, said.name), said, sure, panel, nothing, catalogue, policy)
        for s in trading.values()
        for said in s.scores(panel)
    ]
    return said_by + views, panel


def _called(strategy: Strategy, column: str) -> str:
    return strategy.name if column == strategy.name else f"{strategy.name}.{column}"


def _legs(strategy: Strategy, column: str) -> Mapping[str, float]:
    return strategy.legs if column == strategy.name else {column: strategy.legs[column]}


def _voice(
    name: str,
    speaker: Strategy | Agent,
    asset_class: str,
    legs: Mapping[str, float],
    score: pl.Series,
    confidence: pl.Series,
    panel: pl.DataFrame,
    evidence: pl.DataFrame,
    catalogue: Mapping[str, Mapping[str, Any]],
    policy: Policy,
) -> Voice:
    rows = len(panel)
    missing, share = np.zeros(rows, bool), np.zeros(rows)
    freshest = np.full(rows, np.inf)
    for need in speaker.needs:
        missing |= panel[need].is_null().to_numpy()
        age = panel[f"{need}__age"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        share = np.fmax(share, age / max(speaker.max_age.get(need, np.inf), 1e-9))
        freshest = np.fmin(freshest, age)
    agent = isinstance(speaker, Agent)
    stale = (share > STALE_MULTIPLE) & ~missing
    degraded = agent & (share > 1.0) & ~stale & ~missing
    proxy = next((need for need in speaker.needs if catalogue.get(need, {}).get("grade", "proxy") not in policy.grades), None)
    raw = score.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    wanted = np.where(missing | (proxy is not None), np.nan, np.where(stale, 0.0, raw))
    return Voice(
        name, speaker, asset_class, legs, raw, traded(wanted), confidence.fill_null(0.0).to_numpy(), freshest, missing, stale, degraded,
        evidence, proxy,
    )  # fmt: skip
