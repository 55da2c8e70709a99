"""What `verify` asks of knowledge: vintages, the stored frontier, panels against the definition, and the way back to the bytes.

Samples are the same each time for the same release.
"""

import hashlib

import numpy as np

from models_py.gold import Release
from models_py.gold.lineage import origins
from models_py.kernel.lake import Lake

SAMPLE = 25
SPOTS = 3                       # decisions at which every series is compared
WALKS = 4

# what an instant knew of each series, written out: of the rows known the last of each key, of those that stand the newest date
KNOWN = """
with known as (
    select series_id, reference_date, target_date, arg_max_null(value, (available_at, vintage)) as value
    from (from gold.observations union all by name from gold.factors)
    where available_at <= ? group by all
)
select series_id, arg_max(value, (reference_date, target_date)) as value from known where value is not null group by series_id
"""


def vintages(release: Release) -> tuple[bool, str]:
    """No observation is known twice at one instant."""
    doubled = release.sql(
        "select series_id, reference_date, count(*) as n from gold.observations "
        "group by series_id, reference_date, target_date, available_at having n > 1 order by all limit 1"
    )
    if len(doubled):
        return False, f"{doubled['series_id'][0]} {doubled['reference_date'][0]} is known twice at one instant"
    return True, "no observation is known twice at one instant"


def steps(release: Release) -> tuple[bool, str]:
    """The stored frontier against the last row of the as-of history, at sampled knowledge times."""
    columns = "series_id, available_at, reference_date, value"
    found = release.sql(f"select {columns} from gold.frontier using sample {SAMPLE} rows (reservoir, 1)")  # noqa: S608
    for series_id, at, reference_date, value in found.iter_rows():
        history = release.as_of(at).history(series_id).sort("reference_date").tail(1)
        last = (history["reference_date"][0], history["value"][0]) if len(history) else (None, None)
        if last != (reference_date, value):
            return False, f"{series_id} at {at}: frontier says {(reference_date, value)}, its history {last}"
    return len(found) > 0, f"{len(found)} sampled readings equal the as-of history"


def spots(release: Release) -> tuple[bool, str]:
    """Panels of some decisions, every series and factor, against their definition over the rows themselves."""
    published = release.manifest.published_at
    first = release.sql("select min(reference_date) as first from gold.observations")["first"][0]
    due = [] if first is None else [at for at in release.decisions(first, published.date()) if at <= published]
    if not due:
        return False, "no decision was due at the release"
    names = sorted(release.catalogue)
    for place in np.linspace(len(due) - 1, len(due) // 4, SPOTS).astype(int):
        known = dict(release.sql(KNOWN, (due[place] - release.settings.pause,)).iter_rows())
        told = release.readings(names, [due[place]]).value[:, 0].tolist()
        for name, value in zip(names, told, strict=True):
            if known.get(name) != (None if np.isnan(value) else value):
                return False, f"{name} at {due[place].isoformat()}: the panel says {value}, its rows {known.get(name)}"
    return True, f"{len(names)} series and factors at {SPOTS} decisions equal what their rows say was known"


def payloads(release: Release, lake: Lake) -> tuple[bool, str]:
    """Raw payloads that observations came from give their names."""
    rows = release.sql(f"select distinct raw_sha256 from gold.observations using sample {SAMPLE} rows (reservoir, 1)")  # noqa: S608
    for (sha,) in rows.iter_rows():
        if hashlib.sha256(lake.read("raw/objects", sha[:2], sha)).hexdigest() != sha:
            return False, f"raw object {sha} does not give its name"
    return len(rows) > 0, f"{len(rows)} raw payloads found and re-hashed"


def walk(release: Release, lake: Lake) -> tuple[bool, str]:
    """Numbers of the release back to rows of bronze, to requests that were answered with them, to the bytes."""
    query = "select {id}, reference_date from gold.{table} using sample {n} rows (reservoir, 1)"
    wanted = [
        row for id, table in (("series_id", "observations"), ("instrument_id", "quotes"))
        for row in release.sql(query.format(id=id, table=table, n=WALKS // 2)).iter_rows()
    ]  # fmt: skip
    for name, day in wanted:
        for one in origins(release, lake, name, day):
            if not one.read or not one.polls:
                what = "row of bronze" if not one.read else "request"
                return False, f"{name} of {day}, vintage {one.vintage}: no {what} is found for payload {one.raw_sha256}"
    return len(wanted) > 0, f"{', '.join(f'{name} {day}' for name, day in wanted)} walked to rows, requests and bytes"
