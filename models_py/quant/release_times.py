"""Knowledge times by rule, for the dates that no source has timed: one call a rule, its time zone and calendars included.

Events are `release` (the rule on a reference date), `next_release` (the rule on the period after it, for a revisable series that
keeps no vintages) and `vintage` (the rule's time of day on a date of publication). Instants are UTC microseconds.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models_py.kernel.errors import ConfigError
from models_py.quant.release_calendars import ReleaseDates, Releases
from models_py.quant.release_rule import at, next_release, resolve

INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("release_lag", pa.string()),
        ("frequency", pa.string()),
        ("event", pa.string()),
        ("event_date", pa.date32()),
        ("released_at", INSTANT),
        ("is_assumed", pa.bool_()),
    ]
)


def release_times(events: pa.Table, calendar: pa.Table) -> pa.Table:
    """When each event happened by its rule.

    Args:
        events: release_lag (the rule), frequency, event, event_date; any order.
        calendar: calendar, reference_date, release_date: real dates for rules that say `release:NAME`.
    Returns:
        The events with released_at, and is_assumed where a release calendar has no date for the event and a lag stands in.
    Raises:
        ConfigError: a rule is not of the grammar, or an event is of another kind.
    """
    releases = _releases(calendar)
    table = events.select(["release_lag", "frequency", "event", "event_date"])
    rules, frequencies, kinds = (np.asarray(table.column(name).to_pylist(), dtype=object) for name in table.column_names[:3])
    days = np.asarray(table.column("event_date").cast(pa.date32()).to_numpy(), dtype="datetime64[D]")
    released = np.empty(len(days), dtype="datetime64[us]")
    assumed = np.zeros(len(days), dtype=np.bool_)
    asked = sorted(set(zip(rules, frequencies, kinds, strict=True)))
    for rule, frequency, kind in asked:
        chosen = (rules == rule) & (frequencies == frequency) & (kinds == kind)
        released[chosen], assumed[chosen] = _one(rule, frequency, kind, days[chosen], releases)
    return pa.table(
        [*table.columns, pa.array(released).cast(pa.timestamp("us")).cast(INSTANT), pa.array(assumed)], schema=SCHEMA
    )


def _one(
    rule: str, frequency: str, kind: str, days: NDArray[np.datetime64], releases: Releases
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    match kind:
        case "release":
            return resolve(rule, days, releases=releases)
        case "next_release":
            return next_release(rule, days, frequency, releases=releases), np.ones(days.shape, dtype=np.bool_)
        case "vintage":
            return at(days, rule), np.zeros(days.shape, dtype=np.bool_)
    raise ConfigError(f"release event {kind!r} of rule {rule!r}: write release, next_release or vintage")


def _releases(calendar: pa.Table) -> Releases:
    names = np.asarray(calendar.column("calendar").to_pylist(), dtype=object)
    reference, published = (calendar.column(name).to_numpy() for name in ("reference_date", "release_date"))
    return {name: ReleaseDates.of(reference[names == name], published[names == name]) for name in sorted(set(names))}
