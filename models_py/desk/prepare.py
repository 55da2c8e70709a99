"""Decisions: one fold over all decisions up to the last one wanted, so that many at once and one at a time are the same.

At each decision the fold takes up what became known, books on each signal's own record what its last exposures earned, and
sizes its score at the volatility then known. At a wanted decision it also blends and writes down the targets.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from models_py.desk.construct import Construction, construct, unit_exposures
from models_py.desk.decision import Blend, Decision, Levels, Score, Stop, Target, View
from models_py.desk.events import at_event, event_days
from models_py.desk.inputs import KnownInputs, KnownMarks, cutoffs_of, factor_levels, grid, leg_returns
from models_py.desk.policy import DEFAULT_HALF_LIFE, HALF_LIFE, POLICY, Policy, measure
from models_py.desk.record import Record
from models_py.desk.speakers import Voice, needed, voices
from models_py.gold.release import Release
from models_py.kernel.errors import UnknownSeries
from models_py.kernel.registry import Agent, Strategy
from models_py.risk.factors import NEEDS
from models_py.signals.blend import crowding, skill
from models_py.signals.decay import staleness

DAYS = 757                       # of returns and levels kept in view: 756 changes
CORRELATION_DAYS = 252
VIEW_COST_BP = 1.0               # one-way, of an agent's view
BP = 1e-4


def decide(release: Release, decision_at: datetime, *, catch_up: bool = False, policy: Policy = POLICY) -> Decision:
    """What the desk thinks and would hold at one decision: a pure function of the release and the instant.

    Raises:
        UnknownSeries: the instant is not the decision of a B3 session of the release, or nothing is known by then.
    """
    return next(Desk(release, [decision_at], policy=policy).run(catch_up=catch_up))


def prepare(
    release: Release, first: date, last: date, *, catch_up: bool = False, policy: Policy = POLICY
) -> Iterator[Decision]:
    """The decisions of all sessions from first to last, in one pass; each equals `decide` of its instant."""
    return Desk(release, release.decisions(first, last), policy=policy).run(catch_up=catch_up)


class Desk:
    """The fold. One lives for one pass."""

    def __init__(self, release: Release, wanted: Sequence[datetime], *, policy: Policy = POLICY) -> None:
        needs = needed(policy)
        self.release, self.policy, self.wanted = release, policy, frozenset(wanted)
        self.decisions = grid(release, needs, max(wanted).date()) if wanted else []
        missing = self.wanted.difference(self.decisions)
        if missing:
            raise UnknownSeries(f"{release.id} has no decision at {min(missing).isoformat()}: no B3 session, or nothing known by then")
        self.sessions = np.array([release.session(at) for at in self.decisions], "datetime64[D]")
        self.cutoffs = cutoffs_of(self.decisions, release)
        self.voices, self.panel = voices(release.panel(needs, self.decisions), release.catalogue, policy)
        self.legs = tuple(sorted({leg for voice in self.voices for leg in voice.legs}))
        self.signs = np.array([[voice.legs.get(leg, 0.0) for leg in self.legs] for voice in self.voices])
        self.notional = np.array([measure(leg) == "notional" for leg in self.legs])
        last = self.decisions[-1] - release.settings.pause if self.decisions else None
        self._load(needs, last)

    def _load(self, needs: tuple[str, ...], last: datetime | None) -> None:
        if last is None:
            return
        self.returns = leg_returns(self.release, self.legs, last)
        self.levels = factor_levels(self.release, NEEDS, last)
        self.marks = KnownMarks(self.release, last)
        self.inputs = KnownInputs(self.release, needs, self.panel, self.cutoffs)
        self.events = at_event(self.sessions, event_days())
        self.records = [Record(self.policy.unit_volatility, self.policy.stops) for _ in self.voices]
        self.units = np.zeros((len(self.decisions), *self.signs.shape))
        self.sizes = np.zeros((len(self.decisions), len(self.voices)))
        self.costs = np.zeros(len(self.voices))
        self.paths = np.zeros((len(self.returns.dates), len(self.voices)))

    def run(self, *, catch_up: bool = False) -> Iterator[Decision]:
        """The wanted decisions, in order."""
        for row, at in enumerate(self.decisions):
            units, scores = self._advance(row)
            if at in self.wanted:
                yield self._decision(row, units, scores, catch_up)

    def _advance(self, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        earned = self._earned(row)
        _, returns = self.returns.last(CORRELATION_DAYS)
        units = unit_exposures(returns, self.signs, self.policy.unit_volatility)
        sized = ~np.isnan(units).any(axis=1)
        scores = np.where(sized, [voice.score[row] for voice in self.voices], np.nan)
        self.units[row] = np.nan_to_num(units)
        wanted = np.nan_to_num(scores) * np.array([self._event(voice, row) for voice in self.voices])
        session = self.sessions[row].item()
        for k, record in enumerate(self.records):
            record.advance(float(earned[k] - self.costs[k]), float(scores[k]), session)
            self.sizes[row, k] = wanted[k] * record.size
        # what this decision trades is paid in its session and known at the next decision
        unit_cost = (np.abs(self.units[row]) @ np.where(self.notional, BP, 1.0)) * np.array([_cost_bp(voice) for voice in self.voices])
        self.costs = unit_cost * np.abs(self.sizes[row] - (self.sizes[row - 1] if row else 0.0))
        return units, scores

    def _earned(self, row: int) -> NDArray[np.float64]:
        """What each signal's exposures earned on the returns first known since the last decision."""
        earned = np.zeros(len(self.voices))
        for day, leg in self.returns.advance(int(self.cutoffs[row])):
            # a return of day d was earned by the exposure put on in the last session before d
            held = int(np.searchsorted(self.sessions[:row], self.returns.dates[day])) - 1
            if held >= 0:
                gain = self.sizes[held] * self.units[held, :, leg] * self.returns.values[day, leg]
                self.paths[day] += gain
                earned += gain
        return earned

    def _event(self, voice: Voice, row: int) -> float:
        itself = isinstance(voice.speaker, Strategy) and voice.speaker.rebalance == "event"
        return self.policy.event_scale if self.events[row] and not itself else 1.0

    def _weights(self, row: int) -> NDArray[np.float64]:
        """κ of each signal: confidence, record, age and crowding; 0 for one that is stale."""
        sure = np.array([0.0 if voice.stale[row] else voice.confidence[row] for voice in self.voices])
        proven = skill([record.hits for record in self.records], [record.trials for record in self.records])
        age = np.array([voice.freshest[row] for voice in self.voices])
        fresh = staleness(np.where(np.isinf(age), np.nan, age), [_half_life(voice) for voice in self.voices])
        kappa = sure * proven * fresh
        paths = self.paths[self.returns.rows(CORRELATION_DAYS)]
        return kappa * crowding(kappa, _correlation(paths))

    def _decision(self, row: int, units: NDArray[np.float64], scores: NDArray[np.float64], catch_up: bool) -> Decision:
        _, returns = self.returns.last(DAYS)
        classes = tuple(voice.asset_class for voice in self.voices)
        built = construct(returns, units, scores, self._weights(row), classes)
        at = self.decisions[row]
        self.levels.advance(int(self.cutoffs[row]))
        dates, levels = self.levels.last(DAYS)
        return Decision(
            decision_at=at,
            session=self.sessions[row].item(),
            release_id=self.release.id,
            world_id=self.release.world_id,
            catch_up=catch_up,
            views=tuple(self._view(voice, row) for voice in self.voices if voice.is_agent),
            scores=tuple(self._score(k, voice, row, scores) for k, voice in enumerate(self.voices) if not voice.is_agent),
            blends=self._blends(built),
            stops=tuple(self._stop(k, row) for k in range(len(self.voices))),
            targets=self._targets(built),
            covariance=tuple(tuple(line) for line in built.covariance.tolist()),
            regime=self._regime(row),
            inputs=self.inputs.at(row),
            marks=self.marks.at(int(self.cutoffs[row])),
            levels=Levels(dates, self.levels.names, levels),
        )

    def _view(self, voice: Voice, row: int) -> View:
        status, reason = voice.status(row, self.panel)
        evidence = tuple((name, _number(voice.evidence[name][row])) for name in voice.evidence.columns)
        return View(
            voice.speaker.name, voice.asset_class, _number(voice.score[row]), float(voice.confidence[row]), status, reason, evidence
        )

    def _score(self, k: int, voice: Voice, row: int, scores: NDArray[np.float64]) -> Score:
        status, reason = voice.status(row, self.panel)
        if status == "OK" and np.isnan(scores[k]):
            status, reason = "NO DATA", f"too few returns of {', '.join(voice.legs)}"
        return Score(voice.name, voice.speaker.code, voice.asset_class, _number(voice.raw[row]), _number(scores[k]), status, reason)

    def _stop(self, k: int, row: int) -> Stop:
        record, voice = self.records[k], self.voices[k]
        return Stop(voice.name, record.stop_a, record.stop_b, self._event(voice, row), record.suspended, record.drawdown)

    def _blends(self, built: Construction) -> tuple[Blend, ...]:
        shares = [(voice.asset_class, voice.name, float(part)) for voice, part in zip(self.voices, built.shares, strict=True)]
        return tuple(
            Blend(name, score, built.class_weights.get(name, 0.0), tuple((who, part) for c, who, part in shares if c == name))
            for name, score in built.class_scores.items()
        )

    def _targets(self, built: Construction) -> tuple[Target, ...]:
        return tuple(
            Target(
                leg, float(built.exposures[:, number].sum()),
                tuple((v.name, float(built.exposures[k, number])) for k, v in enumerate(self.voices) if leg in v.legs),
            )
            for number, leg in enumerate(self.legs)
        )  # fmt: skip

    def _regime(self, row: int) -> float:
        found = [v.evidence["gross_multiplier"][row] for v in self.voices if "gross_multiplier" in v.evidence.columns]
        return float(found[0]) if found and found[0] is not None else 1.0


def _cost_bp(voice: Voice) -> float:
    return voice.speaker.cost_bp if isinstance(voice.speaker, Strategy) else VIEW_COST_BP


def _half_life(voice: Voice) -> float:
    if isinstance(voice.speaker, Agent):
        return float(voice.speaker.horizon_days)
    return HALF_LIFE.get(voice.speaker.code, DEFAULT_HALF_LIFE)


def _number(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)


def _correlation(paths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of the signals' daily results; 0 for one that never held anything."""
    spread = paths - paths.mean(axis=0) if len(paths) else paths
    size = np.sqrt((spread**2).sum(axis=0))
    scaled = spread / np.where(size > 0, size, 1.0)
    result: NDArray[np.float64] = scaled.T @ scaled
    return result
