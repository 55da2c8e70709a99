"""What is wanted, within the limits: revalued, measured and scaled until no limit is breached.

What cannot be measured is not added to: `unmeasured` says why, the targets stay as asked, and only what shrinks may be traded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models_py.desk.decision import Decision
from models_py.desk.trades import Parts, Quantities
from models_py.execution import contracts
from models_py.kernel.errors import RiskError
from models_py.ledger.book import Book
from models_py.ledger.marks import Mark
from models_py.risk import factors, limits, report, stress
from models_py.risk.exposure import holdings
from models_py.risk.limits import Reading
from models_py.risk.report import Engine, RiskReport


@dataclass(frozen=True)
class Limited:
    """Targets by contract and signal, the factor limits applied by family, the limits of what was asked, what revalues contracts, and
    the book's risk before any trade; the last two are None where `unmeasured` says why."""

    wanted: Parts
    cuts: Mapping[str, float] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    engine: Engine | None = None
    risk: RiskReport | None = None
    unmeasured: str = ""

    @property
    def forces(self) -> bool:
        """Whether a limit is the reason to trade: it cut the targets, or the book breaches it as it stands."""
        breached = self.risk is not None and any(reading.status == "breach" for reading in limits.evaluate(self.risk))
        return breached or any(factor < 1 for factor in self.cuts.values())


def limited(decision: Decision, book: Book, wanted: Parts, marks: Mapping[str, Mark]) -> Limited:
    """Targets scaled to the limits; as they are where risk cannot be measured."""
    try:
        engine = _engine(decision, {*wanted, *book.positions}, marks)
    except RiskError as error:
        return Limited(wanted, readings=limits.unmeasured(), unmeasured=str(error))
    if not book.nav > 0:
        return Limited(wanted, readings=limits.unmeasured(), unmeasured=f"NAV is {book.nav:,.2f}")
    asked = totals(wanted)
    scaled, cuts, readings = limits.scale(asked, lambda quantities: engine.measure(quantities, book.nav))
    kept = {c: {who: q * (scaled[c] / asked[c] if asked[c] else 1.0) for who, q in by.items()} for c, by in wanted.items()}
    risk = engine.measure({contract: float(quantity) for contract, quantity in book.positions.items()}, book.nav)
    return Limited(kept, cuts, readings, engine, risk)


def totals(parts: Parts) -> Quantities:
    """Quantity of each contract over all signals."""
    return {contract: sum(by_signal.values()) for contract, by_signal in parts.items()}


def _engine(decision: Decision, names: Iterable[str], marks: Mapping[str, Mark]) -> Engine:
    held = dict.fromkeys(names, 1.0)
    tenors = {contract: contracts.tenor_bd(contract, decision.session) for contract in held}
    levels = decision.levels
    moves = factors.from_levels(levels.dates, levels.names, levels.values)
    return report.engine(holdings(held, marks, tenors), moves, stress.scenarios())
