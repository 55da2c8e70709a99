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

import polars as pl

from models_py.kernel.errors import JournalError, MacroError


class BadMark(MacroError, ValueError):
    """A mark without a usable price: the desk neither values nor fills at it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One contract, one session. A carried mark repeats an older one: nothing is filled at it."""

    contract: str
    session: date
    price: float
    point_value: float
    accretion: float = 1.0
    dv01: float = 0.0
    available_at: datetime | None = None
    grade: str = "market"
    carried: bool = False

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
            "available_at": known, "grade": self.grade, "carried": self.carried,
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
            None if known is None else datetime.fromisoformat(known), payload["grade"], payload["carried"],
        )  # fmt: skip
    except KeyError as error:
        raise JournalError(f"mark of {contract} {session} has no {error}") from error


def from_frame(frame: pl.DataFrame) -> dict[str, Mark]:
    """Marks by contract from rows of `gold.marks` of one session; rows without a price are left out.

    Raises:
        BadMark: a contract stands twice, or a price is not above 0.
    """
    marks: dict[str, Mark] = {}
    for row in frame.drop_nulls("price").iter_rows(named=True):
        contract = row["instrument_id"]
        if contract in marks:
            raise BadMark(f"{contract} has two marks: {marks[contract].session} and {row['reference_date']}")
        marks[contract] = Mark(
            contract, row["reference_date"], row["price"], row["point_value"], row["accretion"],
            0.0 if row["dv01"] is None else row["dv01"], row["available_at"], row.get("grade") or "market",
        )  # fmt: skip
    return marks
