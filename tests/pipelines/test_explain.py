"""What lowers the score: points that add up with it to 100, the dimension, and what to do."""

from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import checks, last_check
from pipelines.cli import app
from pipelines.explain import losses, trouble
from pipelines.scoring import WEIGHTS

WHOLE = dict.fromkeys(WEIGHTS, 1.0)


def promise(name, source, status="OK", **answers):
    given = {**WHOLE, **answers} if status != "MISSING" else dict.fromkeys(WEIGHTS, 0.0)
    score = 100 * sum(WEIGHTS[part] * value for part, value in given.items())
    return {"kind": "series", "name": name, "source": source, "status": status, "value": score, "detail": "told", **given}


ROWS = [
    promise("a", "fred", completeness=0.5),
    promise("b", "fred"),
    promise("c", "b3", status="MISSING"),
    {"kind": "identity", "name": "one", "source": "b3 fred", "status": "warn", "detail": "off"},
    {"kind": "identity", "name": "two", "source": "fred", "status": "not checked", "detail": "inputs missing"},
    {"kind": "test", "name": "three", "status": "pass", "detail": ""},
    {"kind": "anomaly", "name": "a", "source": "fred", "status": "warn", "detail": "jumped"},
    *({"kind": "score", "name": part, "source": source, "value": value, "detail": "1 promised"}
      for source, value in (("b3", 0.0), ("fred", 92.5)) for part in (*WEIGHTS, "score")),
]  # fmt: skip
EMPTY = dict.fromkeys(checks.SCHEMA.names) | {"failures": 0, "detail": ""}
TABLE = pa.Table.from_pylist([EMPTY | row for row in ROWS], checks.SCHEMA)
FRAME = pl.DataFrame(TABLE)


def test_what_is_missing_loses_its_whole_share_and_half_the_dates_half_of_their_weight():
    found = losses(FRAME)
    assert [(one.item, one.dimension, one.points) for one in found] == [("c", "all", 50.0), ("a", "completeness", pytest.approx(3.75))]
    score = (0.0 + (100 * 0.85 + 100.0) / 2) / 2
    assert sum(one.points for one in found) == pytest.approx(100 - score)
    assert "macro ingest --source b3" in found[0].to_do


def test_one_source_keeps_its_points_of_the_world():
    assert [(one.item, one.points) for one in losses(FRAME, "fred")] == [("a", pytest.approx(3.75))]


def test_checks_that_did_not_pass_are_told_by_source_and_what_was_not_checked_is_no_trouble():
    assert trouble(FRAME).select("kind", "name").rows() == [("anomaly", "a"), ("identity", "one")]
    assert trouble(FRAME, "b3").select("kind", "name").rows() == [("identity", "one")]


@pytest.fixture
def lake(tmp_path):
    chosen = Settings(lake=str(tmp_path))
    opened = open_lake(chosen)
    last_check.keep(opened, TABLE, score=46.25, at=datetime(2024, 3, 1, 11, 45, tzinfo=UTC))
    return opened


def test_the_checks_of_the_last_build_are_kept_though_nothing_was_published(lake, tmp_path):
    kept = last_check.read(lake)
    assert (kept.score, kept.at, kept.checks.height) == (46.25, datetime(2024, 3, 1, 11, 45, tzinfo=UTC), len(ROWS))
    told = CliRunner().invoke(app, ["quality", "explain", "--lake", str(tmp_path)])
    assert told.exit_code == 0
    for words in ("the build of 2024-03-01 11:45Z: 46.2 of 100, nothing is published below 80", "MISSING", "50.0000", "3.7500", "jumped"):
        assert words in told.stdout


def test_a_source_that_was_not_checked_is_wrong_use(lake, tmp_path):
    told = CliRunner().invoke(app, ["quality", "explain", "--lake", str(tmp_path), "--source", "nowhere"])
    assert (told.exit_code, "nothing of source 'nowhere' was checked" in told.stderr) == (2, True)


def test_before_any_build_there_is_nothing_to_explain(tmp_path):
    with pytest.raises(LakeError, match="macro build"):
        last_check.read(open_lake(Settings(lake=str(tmp_path))))
