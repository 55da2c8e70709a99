"""Risk of the book as it stands: measured, journalled and told. What cannot be measured says so; an old figure carries its date."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from models_py.desk.fold import DAYS
from models_py.desk.inputs import factor_levels
from models_py.desk.known import microseconds
from models_py.execution import contracts
from models_py.gold.release import Release
from models_py.kernel.errors import RiskError
from models_py.ledger.book import Book
from models_py.ledger.journal import Draft
from models_py.risk import factors, limits, report, stress
from models_py.risk.exposure import holdings
from models_py.risk.limits import Reading
from models_py.risk.report import RiskReport


@dataclass(frozen=True)
class Measured:
    """A risk report, or the reason why there is none."""

    report: RiskReport | None
    reason: str = ""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Every limit; all of them unmeasured without a report."""
        return limits.unmeasured() if self.report is None else limits.evaluate(self.report)


def measure(release: Release, book: Book, known: datetime) -> Measured:
    """Risk of the book on factor moves known at an instant. Tenors run from the last session marked."""
    levels = factor_levels(release, factors.NEEDS, known)
    levels.advance(microseconds(known))
    if not book.nav > 0:
        return Measured(None, f"NAV is {book.nav:,.2f}")
    session = book.session or known.date()
    tenors = {contract: contracts.tenor_bd(contract, session) for contract in book.positions}
    quantities = {contract: float(quantity) for contract, quantity in book.positions.items()}
    try:
        dates, values = levels.last(DAYS)
        moves = factors.from_levels(dates, levels.names, values)
        return Measured(report.measure(holdings(quantities, book.marks, tenors), book.nav, moves, stress.scenarios()))
    except RiskError as error:
        return Measured(None, str(error))


def risk_note(key: str, session: date | None, risk: Measured, at: datetime) -> Draft:
    """Risk after a session as journalled, with its limits; without a report, with the reason."""
    content = {
        "risk": None if risk.report is None else risk.report.payload(),
        "reason": risk.reason,
        "session": None if session is None else session.isoformat(),
        "limits": [asdict(reading) for reading in risk.readings],
    }
    return Draft("note", f"risk:{key}", content, at)


def told(book: Book, risk: Measured) -> dict[str, Any]:
    """What a report shows: `risk` with the session it is of, `risk_reason` why the book's own is not known, and the limits as they stand.

    Without a report of the book as it stands, the last one journalled is shown with its own session; its limits are not.
    """
    session = None if book.session is None else book.session.isoformat()
    noted: Mapping[str, Any] = book.measured or {}
    old = {**noted["risk"], "session": noted["session"], "is_current": False} if noted else None
    return {
        "risk": old if risk.report is None else {**risk.report.payload(), "session": session, "is_current": True},
        "risk_reason": risk.reason,
        "limits": [asdict(reading) for reading in risk.readings],
    }
