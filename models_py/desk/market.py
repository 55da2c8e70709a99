"""What a session needs to be settled: its marks, the growth of cash over it and the VIX, each as known at an instant."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from weakref import WeakKeyDictionary

import numpy as np

from models_py.desk.inputs import MARK_COLUMNS, MARK_DAYS, mark_of
from models_py.desk.known import microseconds
from models_py.gold.release import SAO_PAULO, Release
from models_py.ledger.marks import Mark
from models_py.quant.daycount import calendar

CDI, VIX = "br_cdi_spliced", "us_vix"
WINDOW_END = time(16)


class Market:
    """Marks of all sessions of a release, loaded once."""

    def __init__(self, release: Release) -> None:
        rows = release.sql("select * from gold.marks order by reference_date, instrument_id, available_at, vintage")
        self._days = rows["reference_date"].to_numpy().astype("datetime64[D]")
        self._at = rows["available_at"].dt.cast_time_unit("us").to_physical().to_numpy()
        self._columns = [rows[name].to_list() for name in MARK_COLUMNS]
        self._steps = {name: release.frontier(name) for name in (CDI, VIX) if name in release.catalogue}
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

    def cdi_factor(self, before: date | None, session: date, marks: dict[str, Mark], known: datetime) -> float:
        """Growth of cash from the session before: the accretion of its contracts, else of the last CDI known; 1 without a session before.

            (1 + CDI_{t-1})^(n/252), n business days between the sessions
        """
        if before is None:
            return 1.0
        accreted = next((mark.accretion for mark in marks.values() if mark.accretion != 1.0), None)
        if accreted is not None:
            return accreted
        rate = self._last(CDI, known)
        days = int(calendar("br").business_days(before, session))
        return 1.0 if rate is None else float((1.0 + rate) ** (days / 252))

    def vix(self, known: datetime) -> float | None:
        """Last close of the VIX known."""
        return self._last(VIX, known)

    def _last(self, name: str, known: datetime) -> float | None:
        steps = self._steps.get(name)
        if steps is None:
            return None
        place = int(np.searchsorted(steps["available_at"].to_physical().to_numpy(), microseconds(known), side="right")) - 1
        value = steps["value"][place] if place >= 0 else None
        return None if value is None else float(value)


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
