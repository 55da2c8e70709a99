"""The lineage explorer: a number's way from gold to its bytes, as known at an instant."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from app.dashboard.instants import KEEP, SAO_PAULO, micro
from app.dashboard.numbers import number, reading
from app.dashboard.panels import count
from app.releases import lake_of
from models_py.gold import Release
from models_py.gold.lineage import Origin, origins

DAYS_OFFERED = 400


@dataclass(frozen=True)
class Step:
    """One vintage and the steps of its way."""

    title: str
    rows: pl.DataFrame


def days(release: Release, known: datetime, series_id: str) -> list[date]:
    """Dates with a value known at an instant, newest first."""
    history = release.histories.vintaged(series_id).known(micro(known))
    found: list[date] = history.dates[-DAYS_OFFERED:][::-1].tolist()
    return found


@lru_cache(maxsize=KEEP)
def chain(release: Release, known: datetime, series_id: str, day: date) -> tuple[Origin, ...]:
    """Where every vintage known at an instant came from, newest first. The raw bytes are hashed anew.

    Raises:
        UnknownSeries, LakeError: see `origins`.
    """
    found = origins(release, lake_of(release.settings), series_id, day)
    return tuple(one for one in reversed(found) if one.available_at <= known)


def verdict(found: tuple[Origin, ...], unit: str) -> str:
    """What the explorer found, in a line."""
    if not found:
        return "Nothing was known yet"
    newest = found[0]
    value = "withdrawn" if newest.value is None else reading(newest.value, unit)
    hashed = [one for one in found if one.raw_sha256]
    if newest.formula:
        return f"{value}: computed, {newest.formula}"
    sound = "bytes hashed anew: the same" if len(hashed) == len(found) else f"{len(found) - len(hashed)} without a payload"
    return f"{value}; {count(len(found), 'vintage')}, {sound}"


def shown(found: tuple[Origin, ...], unit: str) -> list[Step]:
    """A table of steps a vintage."""
    return [
        Step(_title(one, unit), pl.DataFrame(_steps(one, unit), {"step": pl.String, "what": pl.String, "where": pl.String}, orient="row"))
        for one in found
    ]


def frame(found: tuple[Origin, ...]) -> pl.DataFrame:
    """One row a step a vintage, for a download."""
    rows = [(one.vintage, one.value, *step) for one in found for step in _steps(one, "")]
    schema = {"vintage": pl.Int64, "value": pl.Float64, "step": pl.String, "what": pl.String, "where": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def _title(one: Origin, unit: str) -> str:
    value = "withdrawn" if one.value is None else reading(one.value, unit)
    return f"Vintage {one.vintage}: {value}, known {one.available_at.astimezone(SAO_PAULO):%Y-%m-%d %H:%M} BRT ({one.availability})"


def _steps(one: Origin, unit: str) -> list[tuple[str, str, str]]:
    value = "withdrawn" if one.value is None else f"{number(one.value, '.10g')} {unit}".strip()
    rows = [("gold", value, f"held {one.held_at:%Y-%m-%d %H:%M:%S} UTC, vintage {one.vintage}")]
    rows += [
        (
            "bronze",
            f"{row['source']} {row['source_key']} {row['source_date']} = {row['value']}",
            f"{row['filename']}, row {row['position']}",
        )
        for row in one.read
    ]
    if one.polls:
        poll, more = one.polls[0], len(one.polls) - 1
        again = f", and {count(more, 'later poll')}" if more else ""
        rows.append(
            ("poll", f"{poll.method} {poll.url}", f"{poll.poll_id}, {poll.fetched_at:%Y-%m-%d %H:%M:%S} UTC, status {poll.status}{again}")
        )
    if one.raw_sha256:
        rows.append(("raw", f"{one.size:,} bytes: hash taken anew, the same", one.raw_sha256))
    if one.formula:
        rows.append(("formula", one.formula, "its inputs have chains of their own"))
    return rows
