"""Runs and what sources drop: catch-up asks first for what goes first, and a missed session is an error of the run that finds it.

A connector whose source drops what is old says for how many sessions it keeps it (`KEEPS_SESSIONS`), when a session is out
(`DUE`, local time) and what of it a request asks for (`perishes(key)`). A session is held once a poll for it has given data.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from types import ModuleType

from models_py.gold.perishables import SAO_PAULO, Held, sessions_until, stands, write
from models_py.kernel.errors import LostSession, MissedSession, SourceError
from models_py.kernel.lake import Lake
from models_py.kernel.stored import Poll
from pipelines.connectors import Request, connectors
from pipelines.connectors._perishing import Perishing
from pipelines.vault import DATA, Vault

_FOR_EVER = 10**6
_FORGOTTEN = timedelta(days=60)            # what is not asked for any more is not missed

Perishes = Callable[[str], Perishing | None]


def most_perishable_first(sources: Iterable[str]) -> list[str]:
    """Sources in the order in which what they have is dropped, those that keep everything last."""
    return sorted(sources, key=lambda source: getattr(connectors().get(source), "KEEPS_SESSIONS", _FOR_EVER))


def in_order(connector: ModuleType, requests: Sequence[Request]) -> list[Request]:
    """Requests in the order of the plan, but before the others those for what is dropped, the oldest session first."""
    perishes: Perishes | None = getattr(connector, "perishes", None)
    if perishes is None:
        return list(requests)
    asked = {request.key: perishes(request.key) for request in requests}

    def rank(request: Request) -> tuple[bool, date]:
        found = asked[request.key]
        return found is None, (found.session or date.min) if found else date.min

    return sorted(requests, key=rank)


def is_key_of(connector: ModuleType, request: Request) -> bool:
    """Whether the answer is a key that opens something else for a while, and is of no use later."""
    perishes: Perishes | None = getattr(connector, "perishes", None)
    found = perishes(request.key) if perishes is not None else None
    return found is not None and not found.is_it


def told(lake: Lake, connector: ModuleType, now: datetime) -> Iterator[SourceError]:
    """Write down what the lake has of a source, and tell what of it is missed, and what has been lost since the run before."""
    perishes: Perishes | None = getattr(connector, "perishes", None)
    if perishes is None:
        return
    polls = [poll for poll in Vault(lake).polls(connector.SOURCE) if poll.fetched_at <= now]
    before = max((poll.fetched_at for poll in polls if poll.fetched_at < now), default=now)
    found = list(_held(connector, polls, now))
    write(lake, connector.SOURCE, found)
    for held in found:
        stand = stands(held, now)
        if stand.missed:
            days = ", ".join(f"{day} ({left} session{'s' if left > 1 else ''} left)" for day, left in stand.missed)
            yield MissedSession(held.source, held.kind, f"not held and dropped soon: {days}")
        if lost := [day for day in stand.lost if day not in stands(held, before).lost]:
            kept = f"the source keeps {held.keeps} session{'s' if held.keeps > 1 else ''}"
            yield LostSession(held.source, held.kind, f"lost for good, {kept}: {', '.join(map(str, lost))}")


def _held(connector: ModuleType, polls: Sequence[Poll], now: datetime) -> Iterator[Held]:
    kinds: dict[str, list[tuple[Poll, date | None]]] = {}
    last = max((poll.fetched_at for poll in polls), default=now)
    asked: set[str] = set()
    for poll in polls:
        found: Perishing | None = connector.perishes(poll.key)
        if found is None:
            continue
        if poll.fetched_at >= last - _FORGOTTEN:
            asked.add(found.kind)
        if poll.outcome in DATA and found.is_it:
            kinds.setdefault(found.kind, []).append((poll, found.session))
    for kind in sorted(asked & kinds.keys()):
        answers = kinds[kind]
        keeps = 1 if answers[0][1] is None else int(connector.KEEPS_SESSIONS)
        days = {session or _last_out(connector, poll.fetched_at) for poll, session in answers}
        yield Held(connector.SOURCE, kind, keeps, connector.DUE, tuple(sorted(days)))


def _last_out(connector: ModuleType, at: datetime) -> date:
    """The session of what holds the last one alone, by when it was fetched."""
    local = at.astimezone(SAO_PAULO)
    sessions = sessions_until(local.date(), timedelta(days=30))
    return max(day for day in sessions if datetime.combine(day, connector.DUE, SAO_PAULO) <= local)

