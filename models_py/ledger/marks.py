"""Marks: the settlement price at which a listed contract is valued and filled in one session.

Value of one long unit is price x point_value, in BRL. `accretion` is the CDI factor between the previous session and this one
for contracts whose price grows at CDI (DI1, DAP), else 1. `dv01` is what one long unit loses when its own rate rises one basis
point, in BRL, never negative; 0 for a contract without a rate.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models_py.kernel.errors import JournalError, MacroError


class BadMark(MacroError, ValueError):
    """A mark without a usable price: the desk neither values nor fills at it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One contract, one session."""

    contract: str
    session: date
    price: float
    point_value: float
    accretion: float = 1.0
    dv01: float = 0.0
    available_at: datetime | None = None
    grade: str = "market"

    def __post_init__(self) -> None:
        for name in ("price", "point_value", "accretion"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise BadMark(f"{self.contract} {self.session}: {name} must be above 0, found {value}")
        if not (math.isfinite(self.dv01) and self.dv01 >= 0):
            raise BadMark(f"{self.contract} {self.session}: dv01 must be 0 or above, found {self.dv01}")

    @property
    def value(self) -> float:
        """BRL of one long unit."""
        return self.price * self.point_value

    def payload(self) -> dict[str, Any]:
        """The mark as journalled inside a `marks` event, which names the session."""
        known = None if self.available_at is None else self.available_at.isoformat()
        return {
            "price": self.price, "point_value": self.point_value, "accretion": self.accretion, "dv01": self.dv01,
            "available_at": known, "grade": self.grade,
        }  # fmt: skip


def from_payload(contract: str, session: date, payload: Mapping[str, Any]) -> Mark:
    """A journalled mark.

    Raises:
        JournalError: a field is missing.
    """
    try:
        known = payload["available_at"]
        return Mark(
            contract, session, payload["price"], payload["point_value"], payload["accretion"], payload["dv01"],
            None if known is None else datetime.fromisoformat(known), payload["grade"],
        )  # fmt: skip
    except KeyError as error:
        raise JournalError(f"mark of {contract} {session} has no {error}") from error
