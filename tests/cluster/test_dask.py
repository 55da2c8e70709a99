"""Work spread over a Dask cluster of processes through Prefect gives what this process gives."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster
from prefect import flow

from models_py.backtest.alone import DESK, policies
from models_py.gold import open_release
from models_py.kernel.errors import ConfigError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import bronze_files
from pipelines import runners, stages
from pipelines.connectors import SHAPES
from pipelines.endpoints import endpoints
from pipelines.flows.daily import ingest_sources
from pipelines.flows.research import replay_one, research
from pipelines.progress import silent

START, NOW = "2024-05-01", "2024-06-28T08:45:00-03:00"
SOURCES = ("bcb_focus", "bcb_sgs", "us_treasury")
FIRST, LAST = date(2024, 6, 3), date(2024, 6, 14)


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """Address of a scheduler with two workers, each a process."""
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def bronze(settings: Settings) -> dict[str, list[tuple]]:
    """Every row of bronze, sorted, by table."""
    lake = open_lake(settings)
    found = {}
    for table in SHAPES:
        rows = [row for name in bronze_files(lake, table) for row in pq.read_table(lake.path(name)).to_pylist()]
        found[table] = sorted(tuple(map(repr, row.values())) for row in rows)
    return found


def test_ingestion_on_dask_leaves_the_raw_and_bronze_that_threads_leave(prefect, dask, tmp_path: Path):
    one, other = (Settings(lake=str(tmp_path / name), world="sandbox", start=START, now=NOW) for name in ("here", "there"))
    spread = other.model_copy(update={"runner": "dask", "dask": dask})

    @flow(task_runner=runners.runner(spread), validate_parameters=False)
    def over_dask() -> list[object]:
        run = stages.start(spread)
        with endpoints(run.settings) as served:
            return ingest_sources(run, {source: served[source] for source in SOURCES}, silent)

    reports = over_dask()
    here = stages.start(one)
    with endpoints(here.settings) as served:
        expected = stages.ingest(here, served, SOURCES)
    assert [(r.source, r.requests, r.rows, r.errors) for r in reports] == [(r.source, r.requests, r.rows, r.errors) for r in expected]
    assert bronze(other) == bronze(one)
    assert sum(map(len, bronze(one).values())) > 1_000
    raw = "raw/objects/*/*"
    assert open_lake(other).glob(raw) == open_lake(one).glob(raw)


def test_replays_on_dask_are_those_of_this_process(prefect, dask, small_world):
    settings = small_world.settings.model_copy(update={"runner": "dask", "dask": dask})
    with open_release(settings, small_world.release_id) as release:
        every = policies(release)
    name = next(name for name in every if name != DESK)
    spread = research.with_options(task_runner=runners.runner(settings))(settings, FIRST, LAST, [DESK, name])
    assert list(spread) == [DESK, name]
    for which, replay in spread.items():
        expected = replay_one(settings, small_world.release_id, FIRST, LAST, every[which], 2)
        for field in fields(expected):
            got, wanted = getattr(replay, field.name), getattr(expected, field.name)
            if isinstance(wanted, np.ndarray):
                np.testing.assert_array_equal(got, wanted, err_msg=f"{which}: {field.name}")
            elif field.name != "scores":
                assert got == wanted, f"{which}: {field.name}"
    assert len(spread[DESK].sessions) == 10


def test_the_profile_cluster_spreads_over_dask_and_others_over_threads(dask):
    assert not runners.is_dask(Settings())
    assert runners.is_dask(Settings(profile="cluster"))
    assert not runners.is_dask(Settings(profile="cluster", runner="thread"))
    assert runners.runner(Settings(runner="dask", dask=dask)).address == dask
    assert runners.runner(Settings(runner="dask")).cluster_kwargs["host"] == "127.0.0.1"


def test_without_the_extra_dask_is_a_setting_that_cannot_be_used(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "prefect_dask", None)
    with pytest.raises(ConfigError, match=r"macro-desk\[cluster\]"):
        runners.runner(Settings(runner="dask"))
