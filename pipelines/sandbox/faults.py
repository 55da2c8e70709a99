"""Fault plans: which calls go wrong, when, and how. A plan is a pure function of (seed, request, clock).

    seed: 7                     # default: the world's
    trips: …                    # the alert or gate that it must trip; leaves: … the state it must leave
    faults:
      - {kind: http_status, source: fred, status: 429, when: {every: 7}, for: 3 requests, retry_after: 2}
      - {kind: stale_payload, source: b3, match: "SPRD*", at: 2015-08-24, for: 2 sessions}
      - {kind: late_release, source: bcb_sgs, key: "433", release: 2021-11, delay: 26h}

`match` and `key` are globs on the path, the file or the series. Time is `at`, `from` and `to`, or `release` (a reference date or
its beginning; `each` = any release); without, a length in seconds, sessions or releases counts from the start of the server. A
date without time is that date in the source's zone, all of it unless `for` says how long. `when` chooses requests: `every: n`
and `p: x` by a hash of seed, fault and request, `first: n` by attempt; `for: n requests` is the number of attempts of a chosen
request that fail. `p` beside `kind` is the chance of each row. The first fault that matches wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml

from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError
from pipelines.sandbox.damage import duration, kinds
from pipelines.sandbox.view import NEW_YORK, SAO_PAULO
from pipelines.sandbox.wire import Call, draw

PLANS = Path(__file__).parent / "plans"
Unit = Literal["requests", "seconds", "sessions", "releases"]
_UNITS: Mapping[str, tuple[Unit, float]] = {
    "request": ("requests", 1), "second": ("seconds", 1), "minute": ("seconds", 60), "hour": ("seconds", 3600),
    "day": ("seconds", 86400), "session": ("sessions", 1), "release": ("releases", 1),
}
_COMMON = frozenset(("kind", "source", "match", "key", "at", "from", "to", "release", "when", "for"))
_AMERICAN = ("fred", "us_treasury", "cftc", "yahoo", "fomc")


@dataclass(frozen=True)
class Fault:
    """One line of a plan. `start` and `end` are what `at`, `from` and `to` say: a date, or an instant."""

    index: int
    kind: str
    source: str = "*"
    target: str = "*"
    start: date | datetime | None = None
    end: date | datetime | None = None
    release: str | None = None
    when: tuple[str, float] | None = None
    length: tuple[float, Unit] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def meets(self, call: Call, key: str) -> bool:
        """Whether the call is to the source and series or path that the fault names."""
        names = (key, call.route, call.route.rsplit("/", 1)[-1], call.identity, *key.split("/"), *key.split(","))
        return fnmatchcase(call.source, self.source) and any(fnmatchcase(name, self.target) for name in names)

    def strikes(self, call: Call, seed: int) -> bool:
        """Whether chance chooses the call, in this attempt."""
        attempts = self.length[0] if self.length is not None and self.length[1] == "requests" else None
        if self.when is None:
            return attempts is None or call.attempt < attempts
        rule, number = self.when
        if rule == "first":
            return call.attempt < number
        chance = 1 / number if rule == "every" else number
        if attempts is None and rule == "p":
            return draw(seed, "fault.when", self.index, call.identity, call.now.date(), call.attempt) < chance
        return draw(seed, "fault.when", self.index, call.identity, call.now.date()) < chance and call.attempt < (attempts or 1)


@dataclass(frozen=True)
class Plan:
    """Faults in the order they are tried."""

    name: str
    faults: tuple[Fault, ...] = ()
    seed: int | None = None
    trips: str = ""
    leaves: str = ""


def shipped() -> tuple[str, ...]:
    """Names of the plans that come with the sandbox."""
    return tuple(sorted(path.stem for path in PLANS.glob("*.yaml")))


def load(plan: str | Path) -> Plan:
    """A shipped plan by name, or a YAML file.

    Raises:
        ConfigError: no such plan, or a line of it that says nothing the sandbox knows.
    """
    path = PLANS / f"{plan}.yaml" if str(plan) in shipped() else Path(plan)
    if not path.is_file():
        raise ConfigError(f"no fault plan {str(plan)!r}: name one of {', '.join(shipped())}, or a YAML file")
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"fault plan {path.name}: {error}") from error
    return parse(read, path.stem)


def parse(read: Mapping[str, Any], name: str) -> Plan:
    """A plan from its YAML value.

    Raises:
        ConfigError: an unknown word, named with the fault's place.
    """
    unknown = set(read) - {"seed", "trips", "leaves", "faults"}
    if unknown:
        raise ConfigError(f"fault plan {name}: unknown {sorted(unknown)}")
    lines: Sequence[Mapping[str, Any]] = read.get("faults") or ()
    faults = tuple(_fault(place, line, f"fault plan {name}, fault {place + 1}") for place, line in enumerate(lines))
    return Plan(name, faults, read.get("seed"), str(read.get("trips", "")), str(read.get("leaves", "")))


def _fault(index: int, line: Mapping[str, Any], where: str) -> Fault:
    found = kinds().get(str(line.get("kind")))
    if found is None:
        raise ConfigError(f"{where}: unknown kind {line.get('kind')!r}")
    options = {name: value for name, value in line.items() if name not in _COMMON}
    unknown = set(options) - found.options
    if unknown:
        raise ConfigError(f"{where}: {found.name} has no option {sorted(unknown)}; it reads {sorted(found.options)}")
    if "at" in line and "from" in line:
        raise ConfigError(f"{where}: says both at and from")
    start = _moment(line.get("at", line.get("from")), where)
    return Fault(
        index, found.name, str(line.get("source", "*")), str(line.get("key", line.get("match", "*"))), start,
        _moment(line.get("to"), where), None if "release" not in line else str(line["release"]),
        _when(line.get("when"), where), _length(line.get("for"), where), options,
    )


def _moment(value: object, where: str) -> date | datetime | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10):
        try:
            return instant(value)
        except ValueError as error:
            raise ConfigError(f"{where}: {error}") from error
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ConfigError(f"{where}: not a date or instant: {value!r}") from error


def _when(value: object, where: str) -> tuple[str, float] | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and len(value) == 1:
        (rule, number), = value.items()
        if rule in ("every", "p", "first") and isinstance(number, int | float) and number > 0:
            return str(rule), float(number)
    raise ConfigError(f"{where}: when is one of {{every: n}}, {{p: x}}, {{first: n}}, found {value!r}")


def _length(value: object, where: str) -> tuple[float, Unit] | None:
    if value is None:
        return None
    number, _, word = str(value).partition(" ")
    unit = _UNITS.get(word.rstrip("s"))
    if unit is None and not word:
        return duration(number), "seconds"
    if unit is None or not number.replace(".", "", 1).isdigit():
        raise ConfigError(f"{where}: for is a number of requests, seconds, sessions or releases, found {value!r}")
    return float(number) * unit[1], unit[0]


def as_instant_at(moment: date | datetime, source: str, *, end: bool = False) -> datetime:
    """The instant of a moment: a date begins, or ends, at midnight in the source's zone."""
    if isinstance(moment, datetime):
        return moment
    zone = NEW_YORK if source in _AMERICAN else SAO_PAULO
    return instant(datetime.combine(moment + timedelta(days=int(end)), time(0), zone))
