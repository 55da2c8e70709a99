"""Bronze: append-only Parquet written with dlt, one pipeline a source. A load counts once dlt lists it complete.

    bronze/<table>/<load_id>.<file_id>.parquet       bronze/_dlt_loads/<source>__<load_id>.jsonl

Tables are `observations`, `quotes`, `documents`; `payloads`: one row a payload loaded, with its rows by shape, written in the
same load, so that a load is all or nothing and a payload without rows is known to be read; and `asked`: what each poll asked for
(`pipelines.evidence`). Readers list the files of complete
loads; a file of a killed load is torn or an orphan. A killed load is finished first (`heal`), since dlt drops what is handed to
a pipeline that still holds a package.
"""

import os
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models_py.kernel import s3
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import bronze_files
from pipelines.connectors import INSTANT, SHAPES
from pipelines.evidence import ASKED

PAYLOADS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("poll_id", pa.string(), nullable=False),
        pa.field("raw_sha256", pa.string(), nullable=False),
        pa.field("fetched_at", INSTANT, nullable=False),
        *(pa.field(shape, pa.int64(), nullable=False) for shape in SHAPES),
    ]
)
TABLES: Mapping[str, pa.Schema] = {**SHAPES, "payloads": PAYLOADS, "asked": ASKED}

_ENVIRONMENT = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "LOAD__DELETE_COMPLETED_JOBS": "true",                     # else pipelines_dir keeps a second copy of all data
    "LOAD__RAISE_ON_MAX_RETRIES": "2",                         # the client has tried each time; the next run plans again from raw
    "RESTORE_FROM_DESTINATION": "false",
    "DATA_WRITER__COMPRESSION": "zstd",
    "NORMALIZE__DATA_WRITER__COMPRESSION": "zstd",
    "DATA_WRITER__ROW_GROUP_SIZE": "122880",
    "NORMALIZE__DATA_WRITER__ROW_GROUP_SIZE": "122880",
}
_LAYOUT = "{table_name}/{load_id}.{file_id}.{ext}"
_CONTRACT = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}
_TYPES = {
    pa.string(): "text", pa.date32(): "date", pa.float64(): "double", INSTANT: "timestamp", pa.int32(): "bigint", pa.int64(): "bigint",
    pa.bool_(): "bool",
}
_ONE_LOAD = Lock()                                             # loads are short; one at a time keeps memory and dlt's context apart


class Bronze:
    """One source's way into the bronze of a lake."""

    def __init__(self, settings: Settings, lake: Lake, source: str) -> None:
        self._settings, self._lake, self._source = settings, lake, source

    def heal(self) -> None:
        """Finish what a killed run left."""
        if not self._lake.local("state", "dlt").joinpath(self._source).exists():
            return
        with _ONE_LOAD:
            pipeline = self._pipeline()
            if pipeline.has_pending_data:
                self._run(pipeline, None)

    def load(self, tables: Mapping[str, pa.Table]) -> int:
        """Load tables as one load; the answer is the number of rows.

        Raises:
            LakeError: dlt could not load them; nothing of them counts.
        """
        import dlt

        make: Any = dlt.resource
        for name, table in tables.items():
            if not table.schema.equals(TABLES[name]):
                raise LakeError(f"bronze.{name}: table of another schema: {table.schema.names}")
        with _ONE_LOAD:
            resources = [
                make([table], name=name, columns=_hints(TABLES[name]), write_disposition="append", schema_contract=_CONTRACT)
                for name, table in tables.items()
            ]
            self._run(self._pipeline(), resources)
        return sum(table.num_rows for table in tables.values())

    def loaded(self) -> set[str]:
        """Polls whose payloads are in complete loads of this source."""
        return {poll for (poll,) in self.told("payloads", "poll_id")}

    def told(self, table: str, *columns: str) -> set[tuple[Any, ...]]:
        """What complete loads of this source have in some columns of a table."""
        found: set[tuple[Any, ...]] = set()
        for name in bronze_files(self._lake, table, self._source):
            read = pq.read_table(pa.BufferReader(self._lake.read(name)), columns=list(columns))
            found.update(zip(*(read[column].to_pylist() for column in columns), strict=True))
        return found

    def rows(self) -> dict[str, int]:
        """Rows of this source in bronze, by shape."""
        totals = dict.fromkeys(SHAPES, 0)
        for name in bronze_files(self._lake, "payloads", self._source):
            table = pq.read_table(pa.BufferReader(self._lake.read(name)), columns=list(SHAPES))
            for shape in SHAPES:
                totals[shape] += int(table[shape].to_numpy().sum())
        return totals

    def _pipeline(self) -> Any:
        os.environ.update(_ENVIRONMENT)
        import dlt
        from dlt.destinations import filesystem

        make: Any = dlt.pipeline
        return make(
            pipeline_name=self._source,
            pipelines_dir=str(self._lake.local("state", "dlt")),
            dataset_name="bronze",
            destination=filesystem(bucket_url=self._lake.uri(), layout=_LAYOUT, **_reached(self._settings)),
            progress=None,
        )

    def _run(self, pipeline: Any, resources: Sequence[Any] | None) -> None:
        from dlt.pipeline.exceptions import PipelineStepFailed

        try:
            pipeline.run(resources, loader_file_format="parquet") if resources else pipeline.run()
        except PipelineStepFailed as error:
            pipeline.abort_packages()
            raise LakeError(f"bronze of {self._source} could not be loaded: {error}") from error
        if pipeline.has_pending_data:
            raise LakeError(f"bronze of {self._source}: a load is still pending in {pipeline.pipelines_dir}")


def _hints(schema: pa.Schema) -> dict[str, dict[str, object]]:
    return {column.name: {"name": column.name, "data_type": _TYPES[column.type], "nullable": column.nullable} for column in schema}


def _reached(settings: Settings) -> dict[str, Any]:
    """What dlt's own client of a lake on S3 is made with."""
    if not settings.lake.startswith("s3://"):
        return {}
    from dlt.common.configuration.specs import AwsCredentials

    key, secret, token = s3.credentials(settings, settings.lake)
    keys = AwsCredentials(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, **s3.client(settings))
    return {"credentials": keys, "config_kwargs": s3.configuration(settings), "kwargs": {"use_listings_cache": False}}
