"""Decisions of a release, one at a time or many in one pass: the same either way.

A pass is kept beside its release, so that the next decision goes on where the last one stopped.
"""

from collections.abc import Iterator
from datetime import date, datetime
from weakref import WeakKeyDictionary

import numpy as np

from models_py.desk.construct import Construction, construct
from models_py.desk.decision import Blend, Decision, Levels, Score, Stop, Target, View
from models_py.desk.fold import DAYS, Fold
from models_py.desk.policy import POLICY, Policy
from models_py.desk.speakers import Voice
from models_py.gold.release import Release
from models_py.kernel.errors import UnknownSeries
from models_py.kernel.registry import Agent, Strategy

_FOLDS: "WeakKeyDictionary[Release, dict[Policy, Fold]]" = WeakKeyDictionary()


def decide(release: Release, decision_at: datetime, *, catch_up: bool = False, policy: Policy = POLICY) -> Decision:
    """What the desk thinks and would hold at one decision: a pure function of the release and the instant.

    Raises:
        UnknownSeries: the instant is not the decision of a B3 session of the release, or nothing is known by then.
    """
    fold = _FOLDS.setdefault(release, {}).get(policy)
    row = None if fold is None else fold.find(decision_at)
    if fold is None or row is None or row < fold.row:
        last = max(release.session(decision_at), release.session(release.manifest.published_at))
        fold = _FOLDS[release][policy] = Fold(release, last, policy=policy)
        row = fold.find(decision_at)
    if row is None:
        raise UnknownSeries(f"{release.id} has no decision at {decision_at.isoformat()}: no B3 session, or nothing known by then")
    return _write_down(fold, row, catch_up)


def prepare(release: Release, first: date, last: date, *, catch_up: bool = False, policy: Policy = POLICY) -> Iterator[Decision]:
    """The decisions of all sessions from first to last, in one pass; each equals `decide` of its instant.

    Raises:
        UnknownSeries: nothing is known by `last`.
    """
    fold = Fold(release, last, policy=policy)
    for row, session in enumerate(fold.sessions):
        if session.item() >= first:
            yield _write_down(fold, row, catch_up)


def _write_down(fold: Fold, row: int, catch_up: bool) -> Decision:
    fold.advance(row)
    cutoff = int(fold.cutoffs[row])
    _, returns = fold.returns.last(DAYS)
    fold.levels.advance(cutoff)
    dates, levels = fold.levels.last(DAYS)
    classes = tuple(voice.asset_class for voice in fold.voices)
    built = construct(returns, fold.units, fold.scores, fold.weights(), classes)
    return Decision(
        decision_at=fold.decisions[row],
        session=fold.sessions[row].item(),
        release_id=fold.release_id,
        world_id=fold.world_id,
        catch_up=catch_up,
        views=tuple(_view(fold, voice) for voice in fold.voices if voice.is_agent) + _unheard(fold),
        scores=tuple(_score(fold, k) for k, voice in enumerate(fold.voices) if not voice.is_agent) + _silent(fold),
        blends=_blends(fold, built),
        stops=tuple(_stop(fold, k) for k in range(len(fold.voices))),
        targets=_targets(fold, built),
        covariance=tuple(tuple(line) for line in built.covariance.tolist()),
        regime=_regime(fold),
        vix=_number(float(fold.vix[row])),
        inputs=fold.inputs.at(row),
        marks=fold.marks.at(cutoff),
        levels=Levels(dates, fold.levels.names, levels),
    )


def _view(fold: Fold, voice: Voice) -> View:
    row = fold.row
    status, reason = voice.status(row, fold.panel)
    evidence = tuple((name, _number(voice.evidence[name][row])) for name in voice.evidence.columns)
    confidence = float(voice.confidence[row])
    return View(voice.speaker.name, voice.asset_class, _number(voice.score[row]), confidence, status, reason, evidence)


def _score(fold: Fold, k: int) -> Score:
    voice = fold.voices[k]
    status, reason = voice.status(fold.row, fold.panel)
    if status == "OK" and np.isnan(fold.scores[k]):
        status, reason = "NO DATA", f"too few returns of {', '.join(voice.legs)}"
    raw, score = _number(voice.raw[fold.row]), _number(fold.scores[k])
    return Score(voice.name, voice.speaker.code, voice.asset_class, raw, score, status, reason)


def _unheard(fold: Fold) -> tuple[View, ...]:
    return tuple(
        View(speaker.name, asset_class, None, 0.0, "NOT BUILT", f"not built: {', '.join(lacks)}", ())
        for speaker, lacks in fold.silent
        if isinstance(speaker, Agent)
        for asset_class in speaker.asset_classes
    )


def _silent(fold: Fold) -> tuple[Score, ...]:
    """Strategies that lack an input, an agent or a leg that is yet to be built."""
    return tuple(
        Score(speaker.name, speaker.code, speaker.asset_class, None, None, "NOT BUILT", f"not built: {', '.join(lacks)}")
        for speaker, lacks in fold.silent
        if isinstance(speaker, Strategy)
    )


def _stop(fold: Fold, k: int) -> Stop:
    record, voice = fold.records[k], fold.voices[k]
    return Stop(voice.name, record.stop_a, record.stop_b, fold.event(voice, fold.row), record.suspended, record.drawdown)


def _blends(fold: Fold, built: Construction) -> tuple[Blend, ...]:
    shares = [(voice.asset_class, voice.name, float(part)) for voice, part in zip(fold.voices, built.shares, strict=True)]
    return tuple(
        Blend(name, score, built.class_weights.get(name, 0.0), tuple((who, part) for c, who, part in shares if c == name))
        for name, score in built.class_scores.items()
    )


def _targets(fold: Fold, built: Construction) -> tuple[Target, ...]:
    return tuple(
        Target(
            leg,
            float(built.exposures[:, number].sum()),
            tuple((v.name, float(built.exposures[k, number])) for k, v in enumerate(fold.voices) if leg in v.legs),
        )
        for number, leg in enumerate(fold.legs)
    )


def _regime(fold: Fold) -> float:
    """Gross multiplier of the agent that gives one; 1 where none does."""
    found = [v.evidence["gross_multiplier"][fold.row] for v in fold.voices if "gross_multiplier" in v.evidence.columns]
    return float(found[0]) if found and found[0] is not None else 1.0


def _number(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
