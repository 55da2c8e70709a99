import os
import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models_py.kernel.errors import LakeError, PayloadError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import bronze_files, complete_loads
from pipelines.bronze import PAYLOADS, Bronze
from pipelines.connectors import OBSERVATIONS, QUOTES, SHAPES, Observation, Parsed, Quote
from pipelines.rows import tables
from tests.connectors.build import payload

NOW = datetime(2031, 3, 14, 11, 45, tzinfo=UTC)
DAY = date(2031, 3, 13)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(lake=str(tmp_path / "lake"))


@pytest.fixture
def lake(settings) -> Lake:
    return open_lake(settings)


def batch(poll: str, values: int = 3, source: str = "bcb_sgs") -> dict[str, pa.Table]:
    one = payload(source, "433", b"x")
    found = tables(Parsed(observations=[Observation("433", DAY, float(number)) for number in range(values)]), one)
    counts = [[source], [poll], ["f" * 64], [NOW], [values], [0], [0]]
    columns = [pa.array(column, field.type) for column, field in zip(counts, PAYLOADS, strict=True)]
    return {**found, "payloads": pa.table(columns, schema=PAYLOADS)}


def values(lake: Lake) -> list[float]:
    return [value for name in bronze_files(lake, "observations") for value in pq.read_table(lake.path(name))["value"].to_pylist()]


def test_a_load_is_parquet_in_the_bronze_schema_compressed_and_listed_complete(settings, lake):
    assert Bronze(settings, lake, "bcb_sgs").load(batch("p1")) == 4
    (name,) = bronze_files(lake, "observations")
    assert pq.read_schema(lake.path(name)).equals(OBSERVATIONS)
    assert pq.read_metadata(lake.path(name)).row_group(0).column(0).compression == "ZSTD"
    assert complete_loads(lake) == {".".join(name.rsplit("/", 1)[1].split(".")[:2])}
    assert values(lake) == [0.0, 1.0, 2.0]


def test_nothing_but_data_and_loads_is_left_behind(settings, lake):
    Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    assert not lake.glob("bronze/_dlt_pipeline_state/*")
    assert not list(Path(lake.local("state", "dlt")).rglob("*.parquet"))


def test_the_polls_of_complete_loads_are_known_by_source(settings, lake):
    Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    Bronze(settings, lake, "fred").load(batch("p2", source="fred"))
    Bronze(settings, lake, "fred").load(batch("p3", source="fred"))
    assert Bronze(settings, lake, "bcb_sgs").loaded() == {"p1"}
    assert Bronze(settings, lake, "fred").loaded() == {"p2", "p3"}
    assert Bronze(settings, lake, "fred").rows() == {"observations": 6, "quotes": 0, "documents": 0}


def test_a_payload_without_rows_is_known_to_be_read(settings, lake):
    Bronze(settings, lake, "fred").load({"payloads": batch("p9", 0, "fred")["payloads"]})
    assert Bronze(settings, lake, "fred").loaded() == {"p9"}
    assert bronze_files(lake, "observations") == []


def test_a_table_of_another_schema_never_reaches_dlt(settings, lake):
    odd = batch("p1")
    odd["observations"] = odd["observations"].set_column(4, "value", pa.array(["a", "b", "c"]))
    with pytest.raises(LakeError, match=r"bronze\.observations: table of another schema"):
        Bronze(settings, lake, "bcb_sgs").load(odd)
    assert complete_loads(lake) == set()


def test_files_of_a_load_that_is_not_complete_are_not_read(settings, lake):
    Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    lake.write(b"torn", "bronze", "observations", "1700000000.5.abc.parquet")
    assert len(bronze_files(lake, "observations")) == 1


def kill_in_load(settings: Settings, lake: Lake, when: str, poll: str) -> None:
    """Load in a child that is killed before dlt runs, after it has written the package, or before its load is listed."""
    child = os.fork()
    if child == 0:
        import dlt.destinations.impl.filesystem.filesystem as there
        from dlt.pipeline.pipeline import Pipeline

        def die(*_args, **_kwargs) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        places = {"before": (Pipeline, "run"), "packed": (Pipeline, "load"), "written": (there.FilesystemClient, "complete_load")}
        setattr(*places[when], die)
        Bronze(settings, lake, "bcb_sgs").load(batch(poll))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the child survived: {status}"


@pytest.mark.parametrize("when", ["before", "packed", "written"])
@pytest.mark.parametrize("first", [True, False], ids=["first load", "later load"])
def test_a_killed_load_is_finished_or_forgotten_never_half_seen(settings, lake, when, first):
    bronze = Bronze(settings, lake, "bcb_sgs")
    if not first:
        bronze.load(batch("p0", 1))
    kept = [] if first else [0.0]
    kill_in_load(settings, lake, when, "p1")
    assert values(lake) == kept
    bronze.heal()
    done = "p1" in bronze.loaded()
    healed = [*kept, 0.0, 1.0, 2.0] if done else kept
    assert values(lake) == healed
    assert done == (when != "before")
    bronze.load(batch("p2", 2))
    assert sorted(values(lake)) == sorted([*healed, 0.0, 1.0])


def test_lineage_closes_each_row_and_positions_count_within_the_payload():
    one = payload("bcb_sgs", "433", b"x")
    rows = tables(Parsed(observations=[Observation("433", DAY, 1.0), Observation("433", DAY, None)]), one)["observations"].to_pylist()
    assert [row["position"] for row in rows] == [0, 1]
    assert {(row["source"], row["poll_id"], row["raw_sha256"], row["fetched_at"]) for row in rows} == {
        ("bcb_sgs", one.poll_id, one.raw_sha256, one.fetched_at)
    }


def test_shapes_without_rows_make_no_table():
    assert list(tables(Parsed(quotes=[Quote("SPRD", DAY, "DI1F32", "rate", 10.0)]), payload("b3", "k", b"x"))) == ["quotes"]


WITHOUT_LINEAGE = pa.schema([QUOTES.field(name) for name in QUOTES.names[:-4] if name != "source"])


def quotes_table(**columns) -> pa.Table:
    cells = {"source_key": "SPRD", "source_date": DAY, "symbol": "DI1F32", "maturity_date": None, "field": "rate", "value": 1.0,
             "published_at": NOW, "availability": "published", **columns}
    return pa.table({name: pa.array([value], WITHOUT_LINEAGE.field(name).type) for name, value in cells.items()})


NAIVE = pa.array([NOW.replace(tzinfo=None)], pa.timestamp("us"))


@pytest.mark.parametrize(
    ("parsed", "reason"),
    [
        (Parsed(observations=[Observation("433", DAY, float("nan"))]), "a value is NaN or infinite"),
        (Parsed(observations=[Observation("433", DAY, float("inf"))]), "a value is NaN or infinite"),
        (Parsed(observations=[Observation("433", DAY, "1.5")]), "value: Could not convert '1.5'"),  # type: ignore[arg-type]
        (Parsed(observations=[Observation("433", None, 1.5)]), "source_date is null"),  # type: ignore[arg-type]
        (Parsed(observations=[Observation(433, DAY, 1.5)]), "source_key: Expected bytes"),  # type: ignore[arg-type]
        (Parsed(quotes=quotes_table().drop_columns(["field"])), "columns missing .'field'."),
        (Parsed(quotes=quotes_table().append_column("note", pa.array(["x"]))), "unknown .'note'."),
        (Parsed(quotes=quotes_table().set_column(5, "value", pa.array(["1.0"]))), "value string"),
        (Parsed(quotes=quotes_table().set_column(6, "published_at", NAIVE)), r"published_at timestamp\[us\]"),
        (Parsed(quotes=quotes_table(value=float("inf"))), "a value is NaN or infinite"),
        (Parsed(quotes=quotes_table(symbol=None)), "symbol is null"),
    ],
)
def test_rows_that_do_not_fit_the_schema_are_refused_before_bronze(parsed, reason):
    with pytest.raises(PayloadError, match=reason):
        tables(parsed, payload("b3", "k", b"x"))


def test_every_shape_has_the_same_lineage():
    assert {tuple(schema.names[-4:]) for schema in SHAPES.values()} == {("fetched_at", "poll_id", "raw_sha256", "position")}
