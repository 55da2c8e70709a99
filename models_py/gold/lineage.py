"""From a number in gold back to the bytes it was read from: gold row, bronze row, poll, raw object, its hash taken anew.

    gold.observations  ->  bronze/<table>/<file>.parquet, row `position` of its payload  ->  raw/polls  ->  raw/objects/<sha256>

A factor is computed: its chain ends at the formula, and the readings it is made of have chains of their own.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from models_py.gold import Release
from models_py.kernel.errors import UnknownSeries
from models_py.kernel.lake import Lake
from models_py.kernel.stored import Poll, bronze_files, payload, polled_sources, polls


@dataclass(frozen=True)
class Origin:
    """One vintage of one number, and where it came from.

    `read` are the rows of bronze that say it, in the source's own key, date and unit; `polls` the requests that were answered with
    these bytes, oldest first; `size` the bytes of the payload, whose hash was found to be `raw_sha256`. `set_aside` says who signed that
    the figure before it is wrong, from when and why: then this vintage is its withdrawal.
    """

    id: str
    field: str | None
    reference_date: date
    available_at: datetime
    held_at: datetime
    vintage: int
    value: float | None
    availability: str
    raw_sha256: str | None
    read: tuple[dict[str, Any], ...]
    polls: tuple[Poll, ...]
    size: int
    formula: str | None
    set_aside: str | None


def origins(release: Release, lake: Lake, wanted: str, day: date) -> list[Origin]:
    """Where every vintage of a series, factor or instrument on a reference date came from, oldest first.

    Raises:
        UnknownSeries: the release has no such id, or nothing of that date.
        LakeError: the raw bytes are missing, or are not those that were stored.
    """
    formula, table, rows = None, "observations", []
    if wanted in release.catalogue:
        table = release.table_of(wanted)
        formula = release.catalogue[wanted]["note"] if table == "factors" else None
        rows = release.sql(
            f"select *, null as field from gold.{table} where series_id = ? and reference_date = ? "  # noqa: S608 - one of two names
            "order by target_date, available_at, vintage",
            (wanted, day),
        ).to_dicts()
    else:
        query = "select * from gold.quotes where instrument_id = ? and reference_date = ? order by field, available_at, vintage"
        table, rows = "quotes", release.sql(query, (wanted, day)).to_dicts()
    if not rows:
        raise UnknownSeries(f"nothing of {wanted!r} on {day} in release {release.id}")
    return [_origin(release, lake, table, wanted, row, formula) for row in rows]


def _origin(release: Release, lake: Lake, table: str, wanted: str, row: dict[str, Any], formula: str | None) -> Origin:
    digest: str | None = row["raw_sha256"] if table != "factors" else None
    read: tuple[dict[str, Any], ...] = ()
    answers: tuple[Poll, ...] = ()
    size = 0
    if digest is not None:
        size = len(payload(lake, digest))
        read = _bronze(lake, table, digest, wanted, row, release.catalogue.get(wanted))
        sources = {line["source"] for line in read} or set(polled_sources(lake))
        answers = tuple(poll for source in sorted(sources) for poll in polls(lake, source) if poll.raw_sha256 == digest)
    return Origin(
        wanted, row["field"], row["reference_date"], row["available_at"], row["held_at"], row["vintage"], row["value"],
        row["availability"], digest, read, answers, size, formula, _set_aside(release, wanted, row) if table == "quotes" else None,
    )  # fmt: skip


def _set_aside(release: Release, wanted: str, row: dict[str, Any]) -> str | None:
    """What the release says of a figure that was withdrawn by a signature and not by its source."""
    if row["value"] is not None:
        return None
    query = "select detail from gold.quality where kind = 'set aside' and name = ? and starts_with(detail, ?)"
    found = release.sql(query, (f"{wanted} {row['field']}", f"{row['reference_date']}: "))["detail"].to_list()
    return next((detail for detail in found if f"{row['available_at']:%Y-%m-%d %H:%MZ}" in detail), None)


def _bronze(
    lake: Lake, table: str, digest: str, wanted: str, row: dict[str, Any], listed: dict[str, Any] | None
) -> tuple[dict[str, Any], ...]:
    """Rows of the payload that say the number: its key, the last date not after the reference date, the vintage then known."""
    names = bronze_files(lake, table)
    if not names:
        return ()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        if not lake.is_local:
            connection.register_filesystem(lake.fs)
        if table == "quotes":
            where, parameters = "lower(replace(replace(symbol, ' ', '_'), '-', '')) = ? and field = ?", [wanted, row["field"]]
        else:
            where, parameters = "source_key = ?", [listed and listed["source_key"]]
        query = f"""
            select source, source_key, source_date, value, * exclude (source, source_key, source_date, value, raw_sha256)
            from read_parquet(?, filename = true) where raw_sha256 = ? and {where} and source_date <= ?
            qualify source_date = max(source_date) over ()
            order by position
        """  # noqa: S608 - one of two fixed conditions
        found = connection.execute(query, [[lake.uri(name) for name in names], digest, *parameters, row["reference_date"]])
        columns = [column[0] for column in found.description or ()]
        prefix = lake.uri("")
        lines = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
    dated = [line for line in lines if line.get("vintage_date") and line["vintage_date"] <= row["available_at"].date()]
    newest = max((line["vintage_date"] for line in dated), default=None)
    said = [line for line in dated if line["vintage_date"] == newest] or lines
    return tuple({**line, "filename": str(line["filename"]).removeprefix(prefix)} for line in said)


def as_dict(origin: Origin) -> dict[str, Any]:
    """An origin as JSON has it."""
    return {**asdict(origin), "polls": [{**asdict(poll), "headers": dict(poll.headers)} for poll in origin.polls]}


def as_text(release: Release, found: list[Origin]) -> str:
    """The chain of each vintage, from gold down to the bytes."""
    unit = release.catalogue.get(found[0].id, {}).get("unit") or ""
    label = "SIMULATED " if release.manifest.simulated else ""
    lines = [f"{label}{found[0].id} of {found[0].reference_date}, release {release.id}"]
    for one in found:
        name = f"{one.field} " if one.field else ""
        value = "withdrawn" if one.value is None else f"{one.value:.10g}"
        lines += [
            f"vintage {one.vintage}  {name}{value} {unit}".rstrip(),
            f"  gold    known {one.available_at:%Y-%m-%d %H:%M:%SZ} ({one.availability}), held {one.held_at:%Y-%m-%d %H:%M:%SZ}",
        ]
        lines += [
            f"  bronze  {row['filename']} row {row['position']}: {row['source']} {row['source_key']} {row['source_date']} = {row['value']}"
            for row in one.read
        ]
        if one.polls:
            poll, again = one.polls[0], f", and {len(one.polls) - 1} later" if len(one.polls) > 1 else ""
            lines.append(f"  poll    {poll.poll_id} {poll.method} {poll.url} at {poll.fetched_at:%Y-%m-%d %H:%M:%SZ}{again}")
        if one.raw_sha256:
            lines.append(f"  raw     {one.raw_sha256}, {one.size:,} bytes: hash taken anew, the same")
        if one.set_aside:
            lines.append(f"  set aside {one.set_aside}")
        if one.formula:
            lines.append(f"  factor  {one.formula}")
    return "\n".join(lines)
