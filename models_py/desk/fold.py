"""The fold over all decisions: what is known, what each signal's last exposures earned, and how large a unit of it is now.

It starts where the data start and takes decisions in order, so that many at once and one at a time are the same.
"""

from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from models_py.desk.construct import HEDGE_DAYS, unit_exposures
from models_py.desk.events import at_event, event_days
from models_py.desk.inputs import KnownInputs, KnownMarks, cutoffs_of, factor_levels, grid, leg_returns
from models_py.desk.market import VIX, vintages
from models_py.desk.policy import HALF_LIFE, Policy, measure
from models_py.desk.record import Record
from models_py.desk.speakers import Voice, chosen, needed, unbuilt, voices
from models_py.execution import costs
from models_py.gold.release import Release
from models_py.kernel.errors import UnknownSeries
from models_py.kernel.registry import Agent, Strategy
from models_py.quant.realtime import Readings
from models_py.risk.factors import NEEDS
from models_py.signals.blend import crowding, skill
from models_py.signals.decay import staleness

DAYS = 757                       # of returns and levels kept in view: 756 changes
CORRELATION_DAYS = 252
VIEW_COST_BP = 1.0               # one-way, of an agent's view
BP = 1e-4

Vector = NDArray[np.float64]


class Fold:
    """Everything a decision is made of, advanced a decision at a time. It keeps no hold of the release it was read from."""

    def __init__(self, release: Release, last: date, *, policy: Policy) -> None:
        """Loads all that may be known by the decision of the last session not after `last`.

        Raises:
            UnknownSeries: nothing is known by then.
        """
        needs = needed(policy, release.catalogue)
        lacking = unbuilt(policy, release.catalogue)
        trading, speaking = chosen(policy)
        self.silent = [(trading[name] if name in trading else speaking[name], lacks) for name, lacks in sorted(lacking.items())]
        self.release_id, self.world_id, self.policy, self.row = release.id, release.world_id, policy, -1
        self.decisions = grid(release, needs, last)
        if not self.decisions:
            raise UnknownSeries(f"release {release.id} knows none of {', '.join(needs)} by {last}")
        self._rows = {at: row for row, at in enumerate(self.decisions)}
        self.sessions = np.array([release.session(at) for at in self.decisions], "datetime64[D]")
        self.cutoffs = cutoffs_of(self.decisions, release)
        self.voices, self.panel = voices(release.panel(needs, self.decisions), release.catalogue, policy)
        self.legs = tuple(sorted({leg for voice in self.voices for leg in voice.legs}))
        self._ratios = [voice.speaker.ratio if isinstance(voice.speaker, Strategy) else "risk" for voice in self.voices]
        self._signs = np.array([[voice.legs.get(leg, 0.0) for leg in self.legs] for voice in self.voices])
        self._measure_bp = np.array([BP if measure(leg) == "notional" else 1.0 for leg in self.legs])
        known = self.decisions[-1] - release.settings.pause
        self.returns = leg_returns(release, self.legs, known)
        self.levels = factor_levels(release, NEEDS, known)
        self.marks = KnownMarks(release, known)
        self.inputs = KnownInputs(release, needs, self.panel, self.cutoffs)
        self.vix = self._vix(release)
        self._events = at_event(self.sessions, event_days(release.settings.world))
        self.records = [Record(policy.unit_volatility, policy.stops) for _ in self.voices]
        self._units = np.zeros((len(self.decisions), *self._signs.shape))
        self._sizes = np.zeros((len(self.decisions), len(self.voices)))
        self._costs = np.zeros(len(self.voices))
        self._paths = np.zeros((len(self.returns.dates), len(self.voices)))
        self.units, self.scores = self._signs * np.nan, np.full(len(self.voices), np.nan)

    def _vix(self, release: Release) -> Vector:
        """Last close of the VIX known at each decision; NaN where there is none."""
        readings = Readings.of(vintages(release, VIX))
        row = readings.known(self.cutoffs, np.full(len(self.cutoffs), np.iinfo(np.int64).max))
        found = np.full(len(row), np.nan)
        found[row >= 0] = readings.value[row[row >= 0]]
        return found

    def find(self, decision_at: datetime) -> int | None:
        """Row of a decision, None where it is not in the fold."""
        return self._rows.get(decision_at)

    def advance(self, row: int) -> None:
        """Take all decisions up to a row. `units` (signals, legs) and `scores` (signals) are then its own."""
        while self.row < row:
            self.row += 1
            self._take(self.row)

    def _take(self, row: int) -> None:
        earned = self._earned(row)
        _, returns = self.returns.last(HEDGE_DAYS)
        self.units = unit_exposures(returns, self._signs, self._ratios, self.policy.unit_volatility)
        sized = ~np.isnan(self.units).any(axis=1)
        self.scores = np.where(sized, [voice.score[row] for voice in self.voices], np.nan)
        self._units[row] = np.nan_to_num(self.units)
        wanted = np.nan_to_num(self.scores) * [self.event(voice, row) for voice in self.voices]
        session = self.sessions[row].item()
        for k, record in enumerate(self.records):
            record.advance(float(earned[k] - self._costs[k]), float(self.scores[k]), session)
            self._sizes[row, k] = wanted[k] * record.size
        # what this decision trades is paid in its session and known at the next decision
        unit_cost = (np.abs(self._units[row]) @ self._measure_bp) * [_cost_bp(voice) for voice in self.voices]
        self._costs = costs.stress(self.vix[row]) * unit_cost * np.abs(self._sizes[row] - (self._sizes[row - 1] if row else 0.0))

    def _earned(self, row: int) -> Vector:
        """What each signal's exposures earned on the returns first known since the last decision."""
        earned = np.zeros(len(self.voices))
        for day, leg in self.returns.advance(int(self.cutoffs[row])):
            # a return of day d was earned by the exposure put on in the last session before d
            held = int(np.searchsorted(self.sessions[:row], self.returns.dates[day])) - 1
            if held >= 0:
                gain = self._sizes[held] * self._units[held, :, leg] * self.returns.values[day, leg]
                self._paths[day] += gain
                earned += gain
        return earned

    def event(self, voice: Voice, row: int) -> float:
        """Share of its size a signal keeps around a scheduled event that is not its own driver."""
        itself = isinstance(voice.speaker, Strategy) and voice.speaker.rebalance == "event"
        return self.policy.event_scale if self._events[row] and not itself else 1.0

    def weights(self) -> Vector:
        """κ of each signal at the row: confidence, record, age and crowding; 0 for one that is stale."""
        sure = np.array([0.0 if voice.stale[self.row] else voice.confidence[self.row] for voice in self.voices])
        proven = skill([record.hits for record in self.records], [record.trials for record in self.records])
        age = np.array([voice.freshest[self.row] for voice in self.voices])
        fresh = staleness(np.where(np.isinf(age), np.nan, age), [_half_life(voice) for voice in self.voices])
        kappa: Vector = sure * proven * fresh
        return kappa * crowding(kappa, _correlation(self._paths[self.returns.rows(CORRELATION_DAYS)]))


def _cost_bp(voice: Voice) -> float:
    return voice.speaker.cost_bp if isinstance(voice.speaker, Strategy) else VIEW_COST_BP


def _half_life(voice: Voice) -> float:
    if isinstance(voice.speaker, Agent):
        return float(voice.speaker.horizon_days)
    return HALF_LIFE[voice.speaker.code]


def _correlation(paths: Vector) -> Vector:
    """Correlation of the signals' daily results; 0 for one that never held anything."""
    spread = paths - paths.mean(axis=0) if len(paths) else paths
    size = np.sqrt((spread**2).sum(axis=0))
    scaled = spread / np.where(size > 0, size, 1.0)
    result: Vector = scaled.T @ scaled
    return result
