"""The values a decision is made of. All frozen; exposures are per BRL of NAV, instants UTC, rates decimals.

A decision is a pure function of a release and an instant. Its id is the sha256 of its content; `digest` leaves out which
release it was read from and whether it was made late, so that two releases that knew the same give the same digest.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray

from models_py.ledger.marks import Mark

Status = Literal["OK", "DEGRADED", "STALE", "NO DATA", "NOT BUILT"]
CONTENT = (
    "decision_at", "session", "world_id", "views", "scores", "blends", "stops", "targets", "covariance", "regime", "vix",
    "inputs",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One input as known: value of the latest reading, the day it describes, when it was first printed, its age in business days."""

    series_id: str
    reference_date: date | None
    value: float | None
    known_at: datetime | None
    age: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class View:
    """An agent on one class. `evidence` are the model's own numbers."""

    agent: str
    asset_class: str
    score: float | None
    confidence: float
    status: Status
    reason: str
    evidence: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A strategy's score: as its formula gives it, and as traded."""

    strategy: str
    code: str
    asset_class: str
    raw: float | None
    score: float | None
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """What is left of a signal's risk: trade stop (A), strategy stop (B), event. A suspension stands until a person lifts it."""

    signal: str
    trade: float
    strategy: float
    event: float
    suspended: date | None
    drawdown: float

    @property
    def size(self) -> float:
        return self.trade * self.strategy * self.event


@dataclass(frozen=True, slots=True)
class Blend:
    """A class: its score, the share of each signal, and the class's weight in the book."""

    asset_class: str
    score: float | None
    weight: float
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Ideal exposure of a leg before stops and vol target, and the part of each signal in it."""

    leg: str
    exposure: float
    by_signal: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Levels:
    """Risk factor levels as known at a decision, oldest first: (days, factors), NaN where missing. Not part of the id."""

    dates: NDArray[np.datetime64]
    names: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Decision:
    """What the desk thinks and would hold at `decision_at`, to be traded in `session`."""

    decision_at: datetime
    session: date
    release_id: str
    world_id: str
    catch_up: bool
    views: tuple[View, ...]
    scores: tuple[Score, ...]
    blends: tuple[Blend, ...]
    stops: tuple[Stop, ...]
    targets: tuple[Target, ...]
    covariance: tuple[tuple[float, ...], ...]        # annual, of the targets' legs in their order
    regime: float                                    # gross multiplier of the cross-asset agent; 1 while there is none
    vix: float | None                                # last close known: trading costs double above 30
    inputs: tuple[Evidence, ...]
    marks: Mapping[str, Mark] = field(repr=False)    # last mark known of every listed contract
    levels: Levels = field(repr=False)

    @cached_property
    def body(self) -> bytes:
        """All that was decided, but the marks, as JSON with sorted keys."""
        return _json({name: getattr(self, name) for name in CONTENT})

    @cached_property
    def digest(self) -> str:
        """sha256 of the content and of the marks it would trade at."""
        return hashlib.sha256(self.body + _json(self.marks)).hexdigest()

    @cached_property
    def id(self) -> str:
        """First 16 digits of the sha256 over digest, release and lateness."""
        return hashlib.sha256(f"{self.digest}|{self.release_id}|{self.catch_up}".encode()).hexdigest()[:16]

    def payload(self) -> dict[str, Any]:
        """The decision as journalled: its content without the marks, which the release keeps."""
        statuses = {score.strategy: score.status for score in self.scores}
        head = {"decision_id": self.id, "digest": self.digest, "release_id": self.release_id, "catch_up": self.catch_up}
        content: dict[str, Any] = orjson.loads(self.body)
        return head | content | {"strategies": statuses}

    @property
    def legs(self) -> tuple[str, ...]:
        return tuple(target.leg for target in self.targets)


def _json(content: Mapping[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
