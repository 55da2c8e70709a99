"""What a source drops after some sessions: what is still to be had and for how long, and what is gone.

    perishables/<source>.json      kinds, sessions kept and held, written by each run of the source

A session is one of B3, in São Paulo. One that is due and not held is missed as long as the source keeps it, then lost. Of the `keeps`
sessions up to today the oldest goes with the next session: one is left. Nothing counts before the first session that was held.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models_py.kernel.errors import NaiveCutoff
from models_py.kernel.lake import Lake
from models_py.quant.daycount import calendar

FOLDER = "perishables"
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_REMEMBERED = timedelta(days=366)          # what was lost longer ago is no news


@dataclass(frozen=True, slots=True)
class Held:
    """Sessions that a lake has of one kind of thing: `source` keeps `keeps` of them, and has each out by `due`, local time."""

    source: str
    kind: str
    keeps: int
    due: time
    sessions: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one kind of thing stands. `missed` are sessions still to be had, each with the number of sessions for which it is; `lost` are
    those of the last year that are not."""

    source: str
    kind: str
    keeps: int
    newest: date | None
    missed: tuple[tuple[date, int], ...]
    lost: tuple[date, ...]

    @property
    def sessions_left(self) -> int:
        """For how many sessions nothing is lost: those of the missed session that goes first, else those of today's."""
        return min((left for _, left in self.missed), default=self.keeps)


def standing(lake: Lake, now: datetime) -> list[Standing]:
    """Where everything stands that sources drop, what goes first at the top; nothing of a source that has not been run.

    Raises:
        NaiveCutoff: an instant without offset.
    """
    found = [stands(held, now) for held in read(lake)]
    return sorted(found, key=lambda one: (one.sessions_left, one.source, one.kind))


def stands(held: Held, now: datetime) -> Standing:
    """Where one kind stands at an instant.

    Raises:
        NaiveCutoff: an instant without offset.
    """
    if now.tzinfo is None:
        raise NaiveCutoff(f"{held.source} {held.kind}: the instant {now.isoformat()} has no offset")
    today = now.astimezone(SAO_PAULO).date()
    sessions = sessions_until(today, max(today - min(held.sessions, default=today), timedelta(0)))
    left = {day: held.keeps - place for place, day in enumerate(reversed(sessions))}
    have, first = set(held.sessions), min(held.sessions, default=today)
    wanted = [day for day in sessions if day >= first and day not in have and datetime.combine(day, held.due, SAO_PAULO) <= now]
    return Standing(
        held.source, held.kind, held.keeps, max(held.sessions, default=None),
        tuple((day, left[day]) for day in wanted if left[day] > 0),
        tuple(day for day in wanted if left[day] <= 0 and day >= today - _REMEMBERED),
    )  # fmt: skip


def sessions_until(today: date, span: timedelta) -> list[date]:
    """Sessions of the days up to today."""
    days: list[date] = calendar("b3").days(today - span, today).tolist()
    return days


def read(lake: Lake) -> list[Held]:
    """What runs wrote down."""
    found = [one for name in lake.glob(f"{FOLDER}/*.json") for one in json.loads(lake.read(name))]
    return [
        Held(one["source"], one["kind"], one["keeps"], time.fromisoformat(one["due"]), tuple(map(date.fromisoformat, one["sessions"])))
        for one in found
    ]


def write(lake: Lake, source: str, held: Sequence[Held]) -> None:
    """Write down what a lake has of a source."""
    content = [
        {**asdict(one), "due": one.due.isoformat(), "sessions": [day.isoformat() for day in one.sessions]} for one in held
    ]
    lake.write(json.dumps(content).encode(), FOLDER, f"{source}.json")
