"""The table of checks of the lake's last build, kept whether or not anything was published: `quality/last.parquet`.

What stopped a release is read here, since the release itself does not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake

NAME = ("quality", "last.parquet")


@dataclass(frozen=True)
class LastCheck:
    """A table of checks, the score out of 100 and the instant of the run."""

    checks: pl.DataFrame
    score: float
    at: datetime


def keep(lake: Lake, table: pa.Table, *, score: float, at: datetime) -> None:
    """Write the checks of a build over those of the build before."""
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata({"score": repr(score), "at": at.isoformat()}), buffer)
    lake.write(buffer.getvalue(), *NAME)


def read(lake: Lake) -> LastCheck:
    """The checks of the last build.

    Raises:
        LakeError: nothing was checked yet.
    """
    if not lake.exists(*NAME):
        raise LakeError(f"no build of {lake.root} has been checked: run `macro build` first")
    table = pq.read_table(BytesIO(lake.read(*NAME)))
    told = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return LastCheck(frame, float(told["score"]), datetime.fromisoformat(told["at"]))
