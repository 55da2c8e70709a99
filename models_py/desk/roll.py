"""The roll of strategies over a release: which can speak in its world, since when, how often, and what the others lack."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from models_py.desk.fold import Fold
from models_py.desk.policy import POLICY, Policy
from models_py.desk.speakers import chosen, unbuilt
from models_py.gold.release import Release
from models_py.kernel.registry import strategies
from models_py.quant.realtime import GRADES


@dataclass(frozen=True)
class Entry:
    """A strategy in a world. `active` is the share of its scored sessions on which its traded score is not 0.

    Grade is the weakest of its inputs here, None where an input is missing.
    """

    name: str
    code: str
    asset_class: str
    enabled: bool
    needs: tuple[str, ...]
    missing: tuple[str, ...]
    legs_missing: tuple[str, ...]
    grade: str | None
    status: str
    reason: str
    first: date | None
    sessions: int
    active: float | None


def roll(release: Release, last: date, *, policy: Policy = POLICY) -> tuple[Entry, ...]:
    """Every registered strategy, in order of code, as of the last session not after `last`.

    Args:
        policy: its grades decide what a proxy may do; strategies outside the production set are looked at too.
    """
    every = Policy(grades=policy.grades, strategies=frozenset(strategies()), agents=policy.agents)
    fold = Fold(release, last, policy=every)
    lacking = unbuilt(every, release.catalogue)
    row = len(fold.decisions) - 1
    found = []
    for name, strategy in chosen(every)[0].items():
        lacks = lacking.get(name, ())
        voices = [voice for voice in fold.voices if voice.speaker is strategy]
        score = np.array([voice.score for voice in voices])
        spoken = ~np.isnan(score).all(axis=0) if voices else np.zeros(0, bool)
        status, reason = voices[0].status(row, fold.panel) if voices else ("NOT BUILT", f"not built: {', '.join(lacks)}")
        grades = [str(release.catalogue[need].get("grade") or "proxy") for need in strategy.needs if need in release.catalogue]
        found.append(
            Entry(
                name=name,
                code=strategy.code,
                asset_class=strategy.asset_class,
                enabled=strategy.enabled,
                needs=strategy.needs,
                missing=tuple(need for need in lacks if need in strategy.needs),
                legs_missing=tuple(leg for leg in lacks if leg not in strategy.needs),
                grade=None if lacks or not grades else max(grades, key=GRADES.index),
                status=status,
                reason=reason,
                first=fold.sessions[int(spoken.argmax())].item() if spoken.any() else None,
                sessions=int(spoken.sum()),
                active=float((np.nan_to_num(score[:, spoken]) != 0).any(axis=0).mean()) if spoken.any() else None,
            )
        )
    return tuple(sorted(found, key=lambda entry: entry.code))
