"""Releases in plain DuckDB, without our code: the catalogue file of each, and the snapshot to hand on."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from models_py.gold.snapshot import write_snapshot
from models_py.kernel.errors import ConfigError, NaiveCutoff

ROWS = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 1.5),
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0),
]
ELEVENTH = "2024-01-11T00:00:00+00:00"


def test_plain_duckdb_reads_a_release_through_its_catalogue(publish):
    release = publish(ROWS)
    script = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect('releases/{release.id}.duckdb', read_only=True)\n"
        f"print(connection.execute(\"select value from gold.series_asof(['x'], '{ELEVENTH}')\").fetchall())\n"
        f"print(connection.execute(\"select value from gold.panel_asof(['x'], ['{ELEVENTH}', '2024-01-13T00:00:00Z'])\").fetchall())\n"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=release.lake.path("gold"), capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["[(1.5,)]", "[(1.5,), (2.0,)]"]


def test_a_snapshot_holds_what_was_known_and_nothing_later(publish, tmp_path: Path):
    release, target = publish(ROWS), tmp_path / "out" / "x.duckdb"
    rows = write_snapshot(release, ELEVENTH, target)
    assert rows["observations"] == 2
    assert not target.stat().st_mode & 0o222
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.execute("select value from gold.observations order by available_at").fetchall() == [(1.0,), (1.5,)]
        earlier = connection.execute("select value from gold.series_asof(['x'], '2023-12-31T00:00:00Z')").fetchall()
        assert earlier == [(1.0,)]
        assert connection.execute("select reference_date from gold.frontier").fetchall() == [(date(2023, 12, 1),)] * 2
        [told] = connection.execute("select release_id, world, simulated from gold.snapshot").fetchall()
        assert told == (release.id, release.world_id, True)
        counted = "select series_id, first_date, last_date, observations from gold.series order by 1"
        assert connection.execute(counted).fetchall() == [
            ("never_there", None, None, 0), ("x", date(2023, 12, 1), date(2023, 12, 1), 1),
        ]


def test_a_snapshot_of_an_instant_the_release_does_not_know_is_refused(publish, tmp_path: Path):
    release = publish(ROWS)
    with pytest.raises(ConfigError, match="later than release"):
        write_snapshot(release, "2024-03-01T00:00:00Z", tmp_path / "x.duckdb")
    with pytest.raises(NaiveCutoff):
        write_snapshot(release, "2024-01-11", tmp_path / "x.duckdb")
    assert not list(tmp_path.glob("*.duckdb"))


def test_a_snapshot_never_overwrites_a_file(publish, tmp_path: Path):
    target = tmp_path / "x.duckdb"
    target.write_bytes(b"mine")
    with pytest.raises(ConfigError, match="exists"):
        write_snapshot(publish(ROWS), ELEVENTH, target)
    assert target.read_bytes() == b"mine"
