"""What `verify` asks of a release's tables: bytes, rows, contracts, catalogue, quality, freshness.

Each answer is whether it passed, and why.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import duckdb
import numpy as np
import yaml

from models_py.gold import Release
from models_py.kernel.lake import Lake
from models_py.kernel.seeds import of_world
from models_py.quant.daycount import calendar
from pipelines.connectors import SHAPES
from pipelines.expectations import GOLD

# without these nothing can be read or traded, in any world; others are needed where the world's sources sent what they hold
NEEDED = ("series", "instruments", "calendar", "observations", "quotes", "factors", "frontier", "curves", "marks", "returns", "quality")
SHOWN = 5                       # names told of those that fail
LATE_SHARE = 0.10               # of what is promised, late or missing: more is no accident of one source
SILENT_BD = 5                   # business days in which some source says something: the longest closure of both markets is shorter
UNPUBLISHED_BD = 3              # business days that a live desk may go without a release


def objects(release: Release) -> tuple[bool, str]:
    """Every object's bytes give its name."""
    broken = release.verify()
    count = sum(len(items) for items in release.manifest.objects.values())
    return not broken, f"{count} objects" if not broken else f"{len(broken)} of {count} do not: {_some(broken)}"


def contents(release: Release) -> tuple[bool, str]:
    """Every table has as many rows as its manifest says."""
    for table, count in release.manifest.rows.items():
        found = release.sql(f'select count(*) as n from gold."{table}"')["n"][0]  # noqa: S608 - names of the manifest
        if found != count:
            return False, f"{table} has {found} rows, the manifest says {count}"
    return True, f"{len(release.manifest.rows)} tables"


def filled(release: Release, lake: Lake) -> tuple[bool, str]:
    """No table is empty that the desk needs, or that the world's sources sent something for."""
    rows = release.manifest.rows
    sent = [shape for shape in SHAPES if lake.glob(f"bronze/{shape}/*.parquet")]
    missing = [table for table in dict.fromkeys((*NEEDED, *sent)) if not rows.get(table)]
    if missing:
        return False, f"empty or missing: {', '.join(missing)}"
    empty = [table for table, count in rows.items() if not count]
    told = f"; {', '.join(empty)} empty, as no source of this world sends any" if empty else ""
    return True, f"{sum(rows.values()):,} rows in {len(rows) - len(empty)} tables{told}"


def contracts(release: Release) -> tuple[bool, str]:
    """Every contracted table has the columns and types of its YAML, in order, and no null where it allows none."""
    broken = []
    for table, columns in contracted().items():
        if table not in release.manifest.objects:
            broken.append(f"{table} is missing")
            continue
        found = dict(release.sql(f'describe gold."{table}"').select("column_name", "column_type").iter_rows())
        wanted = {name: kind for name, (kind, _) in columns.items()}
        if list(found.items()) != list(wanted.items()):
            apart = [name for name in dict.fromkeys((*wanted, *found)) if wanted.get(name) != found.get(name)] or ["order of columns"]
            told = ", ".join(f"{name} {found.get(name, 'missing')} for {wanted.get(name, 'nothing')}" for name in apart[:SHOWN])
            broken.append(f"{table}: {told}")
            continue
        filled_in = [name for name, (_, is_filled) in columns.items() if is_filled]
        counts = ", ".join(f'count(*) filter (where "{name}" is null) as "{name}"' for name in filled_in)
        nulls: Mapping[str, int] = release.sql(f'select {counts} from gold."{table}"').row(0, named=True) if filled_in else {}  # noqa: S608
        broken += [f"{table}.{name} is null in {count} rows" for name, count in nulls.items() if count]
    return not broken, f"{len(contracted())} tables" if not broken else f"made by commit {release.manifest.commit}: {_some(broken)}"


@cache
def contracted() -> Mapping[str, Mapping[str, tuple[str, bool]]]:
    """By gold table, by column: type as DuckDB names it, and whether null is refused."""
    with duckdb.connect() as connection:

        def named(kind: str) -> str:
            return str(connection.execute(f"select typeof(null::{kind})").fetchall()[0][0])

        models: list[dict[str, Any]] = [
            model for path in sorted(GOLD.glob("*.yml")) for model in yaml.safe_load(path.read_text()).get("models", [])
        ]
        return {
            model["name"]: {column["name"]: (named(column["data_type"]), _is_filled(column)) for column in model["columns"]}
            for model in models
        }


def _is_filled(column: Mapping[str, Any]) -> bool:
    return (column.get("config") or {}).get("meta", {}).get("not_null") is True or "not_null" in column.get("data_tests", [])


def catalogue(release: Release) -> tuple[bool, str]:
    """The release catalogues every series of its world, and nothing is observed that it does not."""
    listed = set(release.catalogue)
    absent = sorted(set(of_world("series", release.settings.world)["series_id"]) - listed)
    if absent:
        return False, f"{len(absent)} series of the seed are not in the release, build again: {_some(absent)}"
    observed = {
        name for table in ("observations", "factors", "frontier") for (name,) in release.sql(
            f"select distinct series_id from gold.{table}"  # noqa: S608 - names above
        ).iter_rows()
    }  # fmt: skip
    if unknown := sorted(observed - listed):
        return False, f"{len(unknown)} ids have readings and are not in the catalogue: {_some(unknown)}"
    return bool(listed), f"{len(listed)} series and factors, {len(observed)} with readings"


def quality(release: Release) -> tuple[bool, str]:
    """The score of the release is at or above the minimum."""
    score, minimum = float(release.manifest.quality["score"]), release.settings.minimum_quality
    return score >= minimum, f"score {score:.1f}, minimum {minimum:g}"


def freshness(release: Release) -> tuple[bool, str]:
    """Sources spoke shortly before the release, few of their promises were late, and in the live world a release is due by now."""
    published = release.manifest.published_at
    newest = release.sql(
        "select max(available_at) as newest from "
        "(select available_at from gold.observations union all select available_at from gold.quotes) where available_at <= ?",
        (published,),
    )["newest"][0]
    if newest is None or _business_days(newest, published) > SILENT_BD:
        return False, f"nothing newer than {newest} was known at {published.isoformat()}"
    promised = release.sql("select name, status from gold.quality where kind = 'series'")
    late = promised.filter(promised["status"].is_in(["LATE", "MISSING"]))["name"].to_list()
    told = f"newest knowledge {newest:%Y-%m-%d %H:%M}Z; of {len(promised)} promised {len(late)} late or missing"
    if late:
        told += f": {_some(late)}"
    waited = _business_days(published, release.settings.clock.now())
    if release.settings.world == "live" and waited > UNPUBLISHED_BD:
        return False, f"no release for {waited} business days; {told}"
    return len(late) <= LATE_SHARE * len(promised), told


def _business_days(start: datetime, end: datetime) -> int:
    days = [np.datetime64(at.astimezone(UTC).date(), "D") for at in (start, end)]
    return int(calendar("br").business_days(*(np.array([day]) for day in days))[0])


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
