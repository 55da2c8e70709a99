"""From a build that passed its checks to the current release."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from models_py.gold.manifest import Manifest
from models_py.gold.write import write
from models_py.kernel.lake import Lake
from pipelines.commit import commit
from pipelines.progress import Step


def publish(
    lake: Lake,
    build: Path,
    *,
    published_at: datetime,
    score: dict[str, Any],
    checks: pa.Table,
    note: str = "",
    progress: Step | None = None,
    enlist: Callable[[Manifest], AbstractContextManager[object]] | None = None,
) -> Manifest:
    """Publish the gold tables of a build, and with them the table of its checks as `gold.quality`.

    The build file is private to this run; it is opened here after dbt has let it go.

    Raises:
        PublishError: see `models_py.gold.write.write`.
    """
    with duckdb.connect(str(build)) as connection:
        connection.execute("set global timezone = 'UTC'")
        connection.register("checks", checks)
        connection.execute("create or replace table gold.quality as select * from checks")
        held = connection.execute(
            "select max(held_at) at time zone 'UTC' from (select held_at from gold.observations union all select held_at from gold.quotes)"
        ).fetchone()
        return write(
            lake,
            connection,
            published_at=published_at,
            commit=commit(),
            quality=score,
            bronze_held_at=held[0].replace(tzinfo=published_at.tzinfo) if held and held[0] else None,
            note=note,
            progress=progress,
            enlist=enlist,
        )
