"""A release as it was known at an instant, in one DuckDB file to hand to somebody else.

Time-stamped tables hold the vintages with available_at <= known, so that the file answers for every earlier instant too; reference
tables are those of the release, with what the catalogue counts counted anew. `gold.snapshot` says what the file is.
"""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from models_py.gold.macros import MACROS
from models_py.gold.release import Release
from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError

COUNTED = """
create or replace table gold.series as
select
    series.* replace (
        held.first_date as first_date, held.last_date as last_date, coalesce(held.observations, 0)::integer as observations
    )
from gold.series
left join (
    select series_id, min(reference_date) as first_date, max(reference_date) as last_date, count(distinct reference_date) as observations
    from (from gold.observations union all by name from gold.factors)
    where value is not null
    group by series_id
) as held using (series_id)
order by series_id
"""


def write_snapshot(release: Release, known: str | datetime, target: Path) -> dict[str, int]:
    """Write the file, whole or not at all, read-only; rows by table.

    Raises:
        NaiveCutoff: the instant has no offset.
        ConfigError: the instant is later than the release, or the file exists.
    """
    at = instant(known)
    if at > release.manifest.published_at:
        raise ConfigError(f"as of {at.isoformat()} is later than release {release.id}, which knows nothing of it")
    if target.exists():
        raise ConfigError(f"{target} exists: name another file")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside, rows = target.with_name(f".{target.name}.{uuid4().hex}"), {}
    try:
        with duckdb.connect(str(aside)) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute("create schema gold")
            for table in release.manifest.objects:
                timed = "available_at" in release.sql(f'select * from gold."{table}" limit 0').columns  # noqa: S608 - names of the manifest
                query = f'select * from gold."{table}"' + (" where available_at <= ?" if timed else "")  # noqa: S608
                connection.register("found", release.sql(query, (at,) if timed else ()).to_arrow())
                connection.execute(f'create table gold."{table}" as from found')
                connection.unregister("found")
            connection.execute(COUNTED)
            for macro in MACROS:
                connection.execute(macro)
            told = [release.id, release.world_id, release.manifest.commit, at, release.manifest.simulated]
            connection.execute(
                "create table gold.snapshot as select $1 as release_id, $2 as world, $3 as commit, $4::timestamptz as known, "
                "$5::boolean as simulated",
                told,
            )
            for table in release.manifest.objects:
                [[rows[table]]] = connection.execute(f'select count(*) from gold."{table}"').fetchall()  # noqa: S608
        aside.chmod(0o444)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return rows
