"""Poison: a copy of a release in which everything that became known after an instant is wrong.

If a decision made before that instant changes by one byte, it read the future. Three poisons: every number becomes NaN, every
number is multiplied by 1e9, or the rows are gone.
"""

from datetime import datetime
from typing import Literal

import duckdb

from models_py.gold import Release, open_release
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings

Poison = Literal["nan", "huge", "nothing"]
POISONS: tuple[Poison, ...] = ("nan", "huge", "nothing")
# catalogues and calendars carry no knowledge time: they say what is measured, not what was measured
_EXPRESSION: dict[Poison, str] = {"nan": "'nan'::double", "huge": '"{column}" * 1e9'}


def poisoned(release: Release, after: datetime, poison: Poison, settings: Settings) -> Release:
    """The release with every row available after the instant poisoned, published in the lake of `settings` (another folder).

    All DOUBLE columns of such rows are replaced; keys, dates and instants stay, so that the rows are found where they were.
    """
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'")
    connection.execute("create schema gold")
    for table, objects in release.manifest.objects.items():
        paths = [release.lake.uri(item.path) for item in objects]
        source = f"read_parquet({paths!r})"
        types = dict(connection.execute(f"select column_name, column_type from (describe select * from {source})").fetchall())  # noqa: S608
        if "available_at" not in types:
            connection.execute(f'create table gold."{table}" as select * from {source}')  # noqa: S608
            continue
        known = "available_at <= ?::timestamptz"
        if poison == "nothing":
            query = f'create table gold."{table}" as select * from {source} where {known}'  # noqa: S608
            connection.execute(query, [after.isoformat()])
            continue
        doubles = [column for column, kind in types.items() if kind == "DOUBLE"]
        changed = ", ".join(
            f'case when available_at <= cut.known then "{column}" else {_EXPRESSION[poison].format(column=column)} end as "{column}"'
            for column in doubles
        )
        replace = f"replace ({changed})" if doubles else ""
        connection.execute(
            f'create table gold."{table}" as select * exclude (known) {replace} from {source}, (select ?::timestamptz as known) as cut',  # noqa: S608
            [after.isoformat()],
        )
    lake = open_lake(settings)
    manifest = release.manifest
    written = write(
        lake,
        connection,
        published_at=manifest.published_at,
        commit=f"{manifest.commit} poisoned {poison} after {after.isoformat()}",
        quality=manifest.quality,
        bronze_held_at=manifest.bronze_held_at,
    )
    return open_release(settings, written.id)
