"""`/_sandbox/…`: the clock, and the truth behind the prints. For tests alone: no connector, model or strategy may come here."""

import json
from typing import TYPE_CHECKING

import numpy as np
import orjson

from models_py.kernel.clock import instant
from models_py.kernel.errors import NaiveCutoff
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import JSON, Answer
from pipelines.sandbox.world import documents

if TYPE_CHECKING:
    from pipelines.sandbox.service import Service

_NUMPY = orjson.OPT_SERIALIZE_NUMPY
TRUTHS = ("faults", "states", "calendar", "stances")


def behind_the_door(service: "Service", view: View, method: str, path: str, query: str, body: bytes) -> Answer:
    """Clock and truth; 404 for the rest, 400 for a clock that cannot be set."""
    name = path.removeprefix("/_sandbox/").rstrip("/")
    if name == "clock":
        return _clock(service, body) if method == "PUT" else _say(_reading(service))
    if name == "truth/faults":
        return _say({"plan": service.plan.name, "trips": service.plan.trips, "leaves": service.plan.leaves, "hits": service.hits})
    if name == "truth/states":
        return _states(view, query)
    if name == "truth/calendar":
        return _calendar(view)
    if name == "truth/stances":
        return _stances(view)
    return _say({"error": f"no such door: {path}", "doors": ["clock", *(f"truth/{one}" for one in TRUTHS)]}, 404)


def _clock(service: "Service", body: bytes) -> Answer:
    try:
        asked = json.loads(body)
        if not isinstance(asked, dict) or not asked or set(asked) - {"now", "rate"}:
            raise ValueError(f"found {asked!r}")
        to = instant(asked["now"]) if "now" in asked else None
        rate = float(asked["rate"]) if "rate" in asked else None
    except (ValueError, KeyError, TypeError, NaiveCutoff) as error:
        return _say({"error": f"the clock wants {{\"now\": ISO with offset}} or {{\"rate\": number}}: {error}"}, 400)
    service.moved(to, rate)
    return _say(_reading(service))


def _reading(service: "Service") -> dict[str, object]:
    return {"now": service.clock.now().isoformat(), "rate": service.clock.rate}


def _states(view: View, query: str) -> Answer:
    """Names of the states, or with `names=a,b` their columns."""
    truth, asked = view.archive.world.truth, query.removeprefix("names=").split(",") if query else []
    named: dict[str, object] = {"daily": sorted(truth.daily), "monthly": sorted(truth.monthly)}
    if asked:
        named = {name: table[name] for table in (truth.daily, truth.monthly) for name in asked if name in table}
        named |= {"days": truth.days.astype("datetime64[D]"), "months": truth.months.astype("datetime64[D]")}
    return _say({"seed": view.seed, "states": named})


def _stances(view: View) -> Answer:
    """Sentences of every document that is out, in the words of its newest version, with the level that each was made to say."""
    found = [
        {"document": text.id, "slot": said.slot, "level": said.level, "text": said.text}
        for source in documents.SOURCES for text in view.documents(source) for said in text.sentences
    ]
    return _say({"seed": view.seed, "stances": found})


def _calendar(view: View) -> Answer:
    """First day of each story event, by kind."""
    truth = view.archive.world.truth
    days = np.datetime_as_string(truth.days, unit="D")
    return _say({"seed": view.seed, "events": {kind: [str(days[place]) for place in at] for kind, at in truth.story.first.items()}})


def _say(value: object, status: int = 200) -> Answer:
    return Answer(orjson.dumps(value, option=_NUMPY | orjson.OPT_NON_STR_KEYS, default=str), JSON, status)
