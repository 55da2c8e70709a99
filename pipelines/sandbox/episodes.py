"""When a fault is on, for a call: its time in the plan against the clock, the sessions and the releases of the series."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from models_py.quant.daycount import calendar
from pipelines.sandbox.damage import duration
from pipelines.sandbox.damage._sessions import FORMS, published
from pipelines.sandbox.faults import Fault, as_instant_at
from pipelines.sandbox.view import NEW_YORK, SAO_PAULO, View, as_datetime, as_instant
from pipelines.sandbox.wire import Call
from pipelines.sandbox.world import documents

_UNTIL_CORRECTED = ("late_release", "corrected_print")
_DELAY = timedelta(hours=26)
_AMERICAN = ("fred", "us_treasury", "cftc", "yahoo", "fomc")


def is_on(fault: Fault, call: Call, view: View, key: str, started_at: datetime) -> bool:
    """Whether the clock is within the fault's time."""
    if fault.release is not None or (fault.kind in _UNTIL_CORRECTED and fault.start is None):
        return released_at(fault, call, view, key) is not None
    counted = fault.length is not None and fault.length[1] != "requests"
    if fault.start is None and fault.end is None and not counted:
        return True
    start = as_instant_at(fault.start, call.source) if fault.start is not None else (started_at if counted else None)
    if start is not None and call.now < start:
        return False
    end = _end(fault, call, view, key, start)
    return end is None or call.now < end


def _end(fault: Fault, call: Call, view: View, key: str, start: datetime | None) -> datetime | None:
    if fault.end is not None:
        return as_instant_at(fault.end, call.source, end=True)
    if fault.length is None or fault.length[1] == "requests" or start is None:
        is_day = fault.start is not None and not isinstance(fault.start, datetime)
        return as_instant_at(fault.start, call.source, end=True) if is_day and fault.start is not None else None
    number, unit = fault.length
    if unit == "seconds":
        return start + timedelta(seconds=number)
    if unit == "sessions":
        return _after_sessions(start, int(number), call.source)
    instants = _releases(call.source, key, view, "each")
    later = instants[instants > as_instant(start)]
    return as_datetime(later[int(number) - 1]) if later.size >= number else None


def _after_sessions(start: datetime, number: int, source: str) -> datetime:
    """Midnight after the `number`-th session from the start's date on."""
    american = source in _AMERICAN
    day = start.astimezone(NEW_YORK if american else SAO_PAULO).date()
    sessions = calendar("us_nyse" if american else "b3").days(day, day + timedelta(days=2 * number + 14))
    return as_instant_at(sessions[number - 1].item(), source, end=True)


def released_at(fault: Fault, call: Call, view: View, key: str) -> datetime | None:
    """The release that the fault holds back or spoils at the clock: the earliest whose time is not over; None without."""
    delay = _DELAY
    if "delay" in fault.options:
        delay = timedelta(seconds=duration(fault.options["delay"]))
    elif fault.length is not None and fault.length[1] == "seconds":
        delay = timedelta(seconds=fault.length[0])
    now, late = as_instant(view.now), np.timedelta64(delay)
    instants = _releases(call.source, key, view, fault.release or "each")
    due = instants[(instants <= now) & (now < instants + late)]
    return as_datetime(due[0]) if due.size else None


def _releases(source: str, key: str, view: View, reference: str) -> NDArray[np.datetime64]:
    """Instants of first prints of the series a call asks for, of a reference date (or its beginning), in order."""
    if source in FORMS:
        return np.array(sorted(published(source, key, view)), "datetime64[us]")
    if source in documents.SOURCES:
        return _first_versions(source, key, view, reference)
    return view.memory.get(("releases", source, key, reference), lambda: _first_prints(source, key, view, reference))


def _first_prints(source: str, key: str, view: View, reference: str) -> NDArray[np.datetime64]:
    names = [name for name in view.keys(source) if name == key or name.split("|")[0] in key.split("/")] or view.keys(source)
    instants = [np.zeros(0, "datetime64[us]")]
    for name in names:
        prints = view.archive.prints(source, name)
        chosen = prints.vintage == 1
        if reference != "each":
            chosen &= np.char.startswith(np.datetime_as_string(prints.source_date, unit="D"), reference)
        instants.append(prints.published_at[chosen])
    return np.unique(np.concatenate(instants))


def _first_versions(source: str, key: str, view: View, reference: str) -> NDArray[np.datetime64]:
    """Of the document asked for, or of all where a list is."""
    texts = view.archive.documents(source)
    named = [text for text in texts if text.id == key] or texts
    instants = [text.released_at for text in named if reference == "each" or str(text.meeting).startswith(reference)]
    return np.unique(np.array(instants, "datetime64[us]"))
