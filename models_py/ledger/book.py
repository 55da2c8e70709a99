"""The book: positions, money, orders at work and the P&L so far, as values. `positions` folds them from the journal. BRL throughout.

Quantities are signed contracts in position sign.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from models_py.ledger.halt import Halt
from models_py.ledger.marks import Mark

Holding = dict[str, float]


class Entry(NamedTuple):
    """P&L of one strategy in one contract in one session: settlement variation, and the cost of what it traded."""

    session: date
    strategy: str
    contract: str
    variation: float
    cost: float


class Day(NamedTuple):
    """One session: NAV after it, interest of it, and money that came in since the session before."""

    session: date
    nav: float
    interest: float
    flow: float


@dataclass
class Book:
    """The book as folded so far; read it, do not change it. Quantities are signed contracts in position sign."""

    world: str = ""
    opened: datetime | None = None                                  # instant of the run that put in the first money
    session: date | None = None                                     # last session marked
    nav: float = 0.0
    positions: dict[str, int] = field(default_factory=dict)
    by_strategy: dict[str, Holding] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)            # last real mark of each contract held or traded
    earlier: dict[str, Mark] = field(default_factory=dict)          # the one before it
    working: dict[str, dict[str, Any]] = field(default_factory=dict)
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)                   # every order id ever journalled, sent or refused
    refusals: list[dict[str, Any]] = field(default_factory=list)
    fills: list[dict[str, Any]] = field(default_factory=list)
    lapses: list[dict[str, Any]] = field(default_factory=list)
    navs: list[tuple[date, float]] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    index: list[tuple[date, float]] = field(default_factory=list)  # worth of 1 BRL put in at the start: NAV less flows, chained
    entries: list[Entry] = field(default_factory=list)
    interest: float = 0.0
    costs: float = 0.0
    flows: float = 0.0
    halt: Halt = field(default_factory=Halt)
    resumed: dict[str, date] = field(default_factory=dict)
    approvals: list[date] = field(default_factory=list)            # last session marked when two people lifted a halt
    risk: dict[str, Any] | None = None                              # last risk note: report (or None and why), session, limits
    measured: dict[str, Any] | None = None                          # the last one with a report

    @property
    def cash(self) -> float:
        """All of the NAV: futures are settled in cash every day."""
        return self.nav

    @property
    def last_decision(self) -> dict[str, Any] | None:
        """The newest decision: they are made in the order of their sessions."""
        return next(reversed(self.decisions.values()), None)
