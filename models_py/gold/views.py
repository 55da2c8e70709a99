"""A release as DuckDB sees it: one view a table over its Parquet objects, and the as-of macros, in the schema `gold`.

Readers of Python get them in a private memory database. For everybody else `publish` leaves a small catalogue file beside each
manifest, `gold/releases/<id>.duckdb`, with paths relative to `gold/`:

    cd lake/sandbox/gold && duckdb -readonly releases/<id>.duckdb -c "from gold.series_asof(['br_ipca_mom'], '2024-01-15T08:40:00-03:00')"

The catalogue is a convenience: its bytes are not part of the release, and any reader can make it again.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import duckdb

from models_py.gold.macros import MACROS, READ
from models_py.gold.manifest import GoldObject, Manifest
from models_py.kernel.lake import Lake


def define(connection: duckdb.DuckDBPyConnection, manifest: Manifest, path: Callable[[GoldObject], str]) -> None:
    """Make the views and macros of a release; `path` says where an object is read from."""
    connection.execute("create schema gold")
    for table, objects in manifest.objects.items():
        listed = ", ".join("'" + path(item).replace("'", "''") + "'" for item in objects)
        connection.execute(f'create view gold."{table}" as select * from read_parquet([{listed}])')  # noqa: S608 - names of the manifest
    for macro in MACROS if manifest.objects.keys() >= READ else ():
        connection.execute(macro)


def write_catalogue(lake: Lake, manifest: Manifest) -> None:
    """Leave the catalogue file of a release beside its manifest; an S3 lake is read through `macro sql` alone."""
    if not lake.is_local:
        return
    target = Path(lake.path("gold/releases", f"{manifest.id}.duckdb"))
    aside = target.with_name(f".{target.name}.{uuid4().hex}")
    with duckdb.connect(str(aside)) as connection:
        connection.execute("set file_search_path = ?", [lake.path("gold")])
        define(connection, manifest, lambda item: item.path.removeprefix("gold/"))
    aside.replace(target)
