"""What a session needs to be settled: its marks, the growth of cash over it and the VIX, each as known at an instant."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from models_py.desk.inputs import MARK_COLUMNS, MARK_DAYS, mark_of
from models_py.desk.known import microseconds
from models_py.gold.columns import SAO_PAULO
from models_py.gold.release import Release
from models_py.kernel.errors import MacroError
from models_py.ledger.marks import Mark
from models_py.quant.daycount import calendar
from models_py.quant.realtime import Readings

CDI, VIX = "br_cdi_spliced", "us_vix"
CARRY_BD = 10                # business days the last CDI is carried: it moves at the central bank's meetings alone
WINDOW_END = time(16)


class NoRate(MacroError):
    """The growth of cash cannot be told: nothing is settled until it can."""


class Growth(NamedTuple):
    """Factor by which cash grew, and how many business days the oldest rate in it was carried."""

    factor: float
    carried_bd: int


class Market:
    """Marks of all sessions of a release, loaded once."""

    def __init__(self, release: Release) -> None:
        rows = release.sql("select * from gold.marks order by reference_date, instrument_id, available_at, vintage")
        self._days = rows["reference_date"].to_numpy().astype("datetime64[D]")
        self._at = rows["available_at"].dt.cast_time_unit("us").to_physical().to_numpy()
        self._columns = [rows[name].to_list() for name in MARK_COLUMNS]
        self._cdi = Readings.of(vintages(release, CDI))
        self._vix = Readings.of(vintages(release, VIX))
        every = release.decisions(date(2000, 1, 1), date(2099, 12, 31))
        self._sessions = [release.session(at) for at in every]

    def marks(self, session: date, known: datetime, only: str | None = None) -> dict[str, Mark]:
        """Marks of one session as known at an instant, of all contracts or one; a withdrawn one is left out."""
        low, high = (int(k) for k in np.searchsorted(self._days, [np.datetime64(session), np.datetime64(session) + 1]))
        newest: dict[str, int] = {}
        limit = microseconds(known)
        for k in range(low, high):
            if self._at[k] <= limit and only in (None, self._columns[0][k]):
                newest[self._columns[0][k]] = k
        found = (mark_of([column[k] for column in self._columns]) for k in newest.values())
        return {mark.contract: mark for mark in found if mark is not None}

    def before(self, contract: str, session: date, known: datetime) -> Mark | None:
        """The contract's last mark of the week before a session."""
        days = self.sessions(session - timedelta(days=MARK_DAYS), session - timedelta(days=1))
        return next((mark for day in reversed(days) for mark in self.marks(day, known, contract).values()), None)

    def sessions(self, first: date, last: date) -> list[date]:
        """B3 sessions from first to last, both included."""
        return self._sessions[bisect_left(self._sessions, first) : bisect_right(self._sessions, last)]

    def cash(self, before: date | None, session: date, known: datetime) -> Growth:
        """Growth of cash at the CDI from the session before; none without one.

            Π_{d in [before, session)} (1 + CDI_d)^(1/252)          d business days; a rate not yet out is the last one before it

        Raises:
            NoRate: a day has no rate, and none of the ten business days before it has.
        """
        if before is None:
            return Growth(1.0, 0)
        br = calendar("br")
        days = br.days(before, session - timedelta(days=1), session)
        row = self._cdi.known(np.full(len(days), microseconds(known)), days.astype(np.int64))
        for day, k in zip(days, row, strict=True):
            since = self._cdi.reference[k].astype("datetime64[D]") if k >= 0 else None
            if since is None or br.business_days(since, day) > CARRY_BD:
                raise NoRate(f"{CDI} of {day}: last known {since}, carried at most {CARRY_BD} business days; {session} cannot be settled")
        oldest = self._cdi.reference[row].astype("datetime64[D]")
        return Growth(float(np.exp(np.log1p(self._cdi.value[row]).sum() / 252)), int(br.business_days(oldest, days).max(initial=0)))

    def vix(self, known: datetime) -> float | None:
        """Last close of the VIX known."""
        row = int(self._vix.known(np.array([microseconds(known)]), np.array([np.iinfo(np.int64).max]))[0])
        return float(self._vix.value[row]) if row >= 0 else None


def vintages(release: Release, series_id: str) -> pa.Table:
    """All vintages of a series or factor."""
    return release.sql(
        """
        select reference_date, available_at, held_at, availability, value
        from (select * from gold.observations union all by name select * from gold.factors)
        where series_id = ?
        """,
        (series_id,),
    ).to_arrow()


_LOADED: "WeakKeyDictionary[Release, Market]" = WeakKeyDictionary()


def market_of(release: Release) -> Market:
    """The market of a release, kept as long as the release is open."""
    if release not in _LOADED:
        _LOADED[release] = Market(release)
    return _LOADED[release]


def window_end(session: date | datetime) -> datetime:
    """When the settlement window of a session, or of a decision's session, is over: 16:00 in São Paulo. What is decided from then on is
    late: no order can meet the session's settlement. UTC.

    Source: B3, pricing manual, futures: settlements of DI1, DAP and DOL are averages of the trades of 15:50 to 16:00.
    """
    return datetime.combine(_day(session), WINDOW_END, SAO_PAULO).astimezone(UTC)


def end_of_session(session: date | datetime) -> datetime:
    """When a session, or the session of a decision, is past: midnight in São Paulo, by when its settlements are out. UTC."""
    return datetime.combine(_day(session) + timedelta(days=1), time(), SAO_PAULO).astimezone(UTC)


def _day(session: date | datetime) -> date:
    return session.astimezone(SAO_PAULO).date() if isinstance(session, datetime) else session
