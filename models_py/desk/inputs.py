"""What a decision reads of a release, loaded once for many decisions and cut at each by knowledge time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.desk.decision import Evidence
from models_py.desk.known import KnownMatrix, KnownRows, microseconds
from models_py.gold.release import Release
from models_py.ledger.marks import Mark

MARK_DAYS = 7                # calendar days a contract's last mark stays usable beside the newest


def grid(release: Release, needs: Sequence[str], last: date) -> list[datetime]:
    """All decisions from the first day anything is known to `last`: windows and stops start where the data do."""
    first = [release.frontier(need)["available_at"].min() for need in needs]
    started = [at.date() for at in first if isinstance(at, datetime)]
    return release.decisions(min(started), last) if started else []


def leg_returns(release: Release, legs: tuple[str, ...], cutoff: datetime) -> KnownMatrix:
    """Daily returns of legs a unit of exposure: excess return, or P&L in basis points of the leg's own DV01."""
    rows = release.sql(
        """
        select
            instrument_id as name,
            reference_date,
            available_at,
            vintage,
            case when excess_return is not null then case when dv01 > 0 then pnl_per_unit / dv01 else excess_return end end as value,
        from gold.returns
        where instrument_id in (select unnest(?)) and available_at <= ?
        """,
        (list(legs), cutoff),
    )
    return KnownMatrix(rows, legs)


def factor_levels(release: Release, names: Sequence[str], cutoff: datetime) -> KnownMatrix:
    """Levels of risk factors; those that the release does not hold are columns of NaN."""
    held = [name for name in names if name in release.catalogue]
    rows = release.sql(
        """
        select series_id as name, reference_date, available_at, vintage, value
        from (
            select series_id, reference_date, available_at, vintage, value from gold.observations
            union all
            select series_id, reference_date, available_at, vintage, value from gold.factors
        )
        where series_id in (select unnest(?)) and available_at <= ?
        """,
        (held, cutoff),
    )
    return KnownMatrix(rows, tuple(names))


MARK_COLUMNS = ("instrument_id", "reference_date", "price", "point_value", "accretion", "dv01", "available_at", "grade")


def mark_of(row: Sequence[Any]) -> Mark | None:
    """A mark from MARK_COLUMNS; None where it, or a part of it, is withdrawn."""
    contract, session, price, point_value, accretion, dv01, at, grade = row
    if price is None or point_value is None or accretion is None:
        return None
    return Mark(contract, session, price, point_value, accretion, dv01 or 0.0, at, grade or "proxy")      # unknown is the weakest


class KnownMarks:
    """Last mark known of every listed contract: of the newest session of which one stands; a withdrawn one is as if never given."""

    def __init__(self, release: Release, cutoff: datetime) -> None:
        rows = release.sql("select * from gold.marks where available_at <= ?", (cutoff,))
        self._known = KnownRows(rows, "instrument_id", "price")
        self._columns = [self._known.rows[name].to_list() for name in MARK_COLUMNS]
        self._made: dict[int, Mark | None] = {}

    def at(self, cutoff: int) -> dict[str, Mark]:
        """Marks by contract, in order of name."""
        self._known.advance(cutoff)
        found = map(self._mark, self._known.recent(MARK_DAYS))
        return {mark.contract: mark for mark in found if mark is not None}

    def _mark(self, row: int) -> Mark | None:
        if row not in self._made:
            self._made[row] = mark_of([column[row] for column in self._columns])
        return self._made[row]


class KnownInputs:
    """The latest reading of each need at each decision, with the day it describes and when it was printed."""

    def __init__(self, release: Release, needs: Sequence[str], panel: pl.DataFrame, cutoffs: NDArray[np.int64]) -> None:
        self._panel = panel
        self._steps = {}
        for need in needs:
            steps = release.frontier(need)
            place = np.searchsorted(steps["available_at"].to_physical().to_numpy(), cutoffs, side="right") - 1
            self._steps[need] = (place, steps["reference_date"], steps["known_at"], str(release.catalogue[need].get("grade") or ""))

    def at(self, row: int) -> tuple[Evidence, ...]:
        """Evidence of one decision, in order of name."""
        return tuple(self._evidence(need, row) for need in self._steps)

    def _evidence(self, need: str, row: int) -> Evidence:
        place, days, known, grade = self._steps[need]
        value = self._panel[need][row]
        k = int(place[row])
        if k < 0 or value is None:
            return Evidence(need, None, None, None, None, grade)
        return Evidence(need, days[k], float(value), known[k], self._panel[f"{need}__age"][row], grade)


def cutoffs_of(decisions: Sequence[datetime], release: Release) -> NDArray[np.int64]:
    """Cut-offs in microseconds: each decision less the release's pause."""
    return np.array([microseconds(at - release.settings.pause) for at in decisions], np.int64)
