"""The benchmark: its inputs are seeded, its answers are compared, its rows are plain JSON, and nothing missing stops it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models_py.gold import open_release
from models_py.kernel.settings import Settings
from pipelines.bench import build, curves, fits, panel, publish, replay, risk, rows, scale, serve, store
from pipelines.bench.inputs import DAY, FIRST, vintaged
from pipelines.bench.measure import absent, answered, difference, row

KEYS = {"workload", "who", "n", "seconds", "rate", "unit", "cpu", "peak_mb", "check", "note"}


@pytest.fixture
def nowhere(tmp_path: Path) -> Settings:
    """Settings of a lake in which nothing is published."""
    return Settings(lake=str(tmp_path / "empty"), world="sandbox", now="2026-11-24T11:45:00+00:00")


def test_the_same_seed_makes_the_same_vintages() -> None:
    assert vintaged(7, series=3, decisions=4, references=20).readings.equals(vintaged(7, series=3, decisions=4, references=20).readings)
    assert not vintaged(7, series=3, decisions=4, references=20).readings.equals(vintaged(8, series=3, decisions=4, references=20).readings)


def test_vintages_come_in_knowledge_order_five_a_reference_date() -> None:
    made = vintaged(7, series=2, decisions=3, references=30)
    readings = made.readings.to_pylist()
    assert len(readings) == 2 * 30 * 5
    keys = [(r["series_id"], r["available_at"], r["reference_date"], r["vintage"]) for r in readings]
    assert keys == sorted(keys)
    assert all(r["available_at"].hour == 12 and r["available_at"].date() > r["reference_date"] for r in readings)


def test_decisions_are_made_at_a_quarter_to_nine_in_sao_paulo_and_read_up_to_five_minutes_before() -> None:
    made = vintaged(7, series=1, decisions=2, references=5)
    midnight = int(FIRST.astype("datetime64[us]").astype(np.int64))
    assert made.decisions.tolist() == [midnight + 705 * 60_000_000, midnight + DAY + 705 * 60_000_000]
    assert made.cutoffs.tolist() == [midnight + 700 * 60_000_000, midnight + DAY + 700 * 60_000_000]


def test_a_row_is_the_median_of_its_runs() -> None:
    calls: list[int] = []
    found = row("W0", "ours", 10, "things", lambda: calls.append(1), check="equal", peak_mb=None, runs=5)
    assert len(calls) == 5
    assert set(found) == KEYS
    assert found["unit"] == "things/s"
    assert found["rate"] == pytest.approx(10 / found["seconds"], rel=1e-2)


def test_a_median_of_fewer_than_three_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="3 runs or more, not 2"):
        row("W0", "ours", 1, "things", list, check="equal", peak_mb=None, runs=2)


def test_peak_memory_is_what_a_run_needed_on_top() -> None:
    _, peak = answered(lambda: np.ones(8_000_000))          # 64 million bytes: 61 MB of 1024² bytes
    assert peak is None or 55 < peak < 90


@pytest.mark.parametrize(
    ("answer", "reference", "told"),
    [
        ([1.0, float("nan")], [1.0, float("nan")], "equal"),
        ([1.0, 2.0], [1.0, 2.5], "5.0e-01"),
        ([1.0, float("nan")], [1.0, 2.0], "inf"),
        ([1.0], [1.0, 2.0], "shape (1,) against (2,)"),
        ([], [], "equal"),
    ],
)
def test_two_answers_are_equal_or_told_apart(answer: list[float], reference: list[float], told: str) -> None:
    assert difference(answer, reference) == told


def test_panels_snapshots_and_histories_agree_with_every_peer(tmp_path: Path, nowhere: Settings) -> None:
    found = list(panel.rows(tmp_path, 3, nowhere, series=11, decisions=300, asked=12))     # eleven: two of them withdraw values
    assert {r["workload"] for r in found} == {"W2A frontier", "W2A panel", "W2B snapshot", "W2C history"}
    assert {r["check"] for r in found} == {"equal", "reference", "see the panel"}


def test_what_is_published_is_what_was_built(tmp_path: Path, nowhere: Settings) -> None:
    ours, theirs = publish.rows(tmp_path, 3, nowhere, size=30_000)
    assert (ours["check"], theirs["check"]) == ("equal", "reference")
    assert ours["n"] == theirs["n"] == 30_000


def test_text_becomes_the_same_rows_and_answers_whoever_stores_it(tmp_path: Path, nowhere: Settings) -> None:
    found = {(r["workload"], r["who"]): r for r in store.rows(tmp_path, 3, nowhere, size=45_000)}        # three series, the last in part
    for workload, who in (("W3 load", "ours"), ("W3 load", "pyarrow"), ("W3 five queries", "ours")):
        assert found[workload, who]["check"] == "equal"
    assert found["W3 load", "ours"]["n"] == 45_000


def test_a_loss_or_another_answer_would_be_seen() -> None:
    one, other = pl.DataFrame({"a": ["x"], "mean": [0.5]}), pl.DataFrame({"a": ["x"], "mean": [0.25]})
    assert store._same([one], [one]) == "equal"
    assert store._same([one, other], [one, one]) == "answer 2 differs"
    assert store._same([one.with_columns(a=pl.lit("y"))], [one]) == "answer 1 differs"


def test_every_size_is_published_whole(tmp_path: Path, nowhere: Settings) -> None:
    found = list(scale.rows(tmp_path, 3, nowhere, sizes=(20_500, 41_000)))
    assert [(r["workload"], r["n"]) for r in found] == [
        ("scale frontier", 20_500), ("scale publish", 20_500), ("scale frontier", 41_000), ("scale publish", 41_000),
    ]  # fmt: skip
    with open_release(Settings(lake=str(tmp_path / "lake41000"), world="sandbox", now=nowhere.now)) as release:
        counted = release.sql("select count(*) as n, count(distinct series_id) as series from observations")
    assert counted.row(0) == (41_000, 3)


def test_everybody_serves_the_same_answers(tmp_path: Path, nowhere: Settings) -> None:
    asked = serve.rows(tmp_path, 3, nowhere, series=3, decisions=60, references=40, seconds=0.3, clients=3)
    found = {(r["workload"], r["who"]): r for r in asked}
    for workload in ("W8 serve, one value", "W8 serve, 250 columns"):
        for who in ("ours, each once", "ours, again", "DuckDB in memory"):
            assert found[workload, who]["check"] == "equal"
            assert "failed" not in found[workload, who]["note"]


def test_dbt_is_not_measured_where_there_is_no_bronze(tmp_path: Path, nowhere: Settings) -> None:
    [only] = build.rows(tmp_path, 3, nowhere)
    assert only["seconds"] is None
    assert "no bronze" in only["note"]


def test_curves_agree_with_plain_python_and_quantlib_to_twelve_digits(tmp_path: Path, nowhere: Settings) -> None:
    found = list(curves.rows(tmp_path, 3, nowhere, days=40))
    told = [r["check"] for r in found if r["check"] not in ("equal", "reference", "")]
    assert all(float(text) < 1e-12 for text in told)


def test_risk_agrees_with_the_order_statistics(tmp_path: Path, nowhere: Settings) -> None:
    found = {(r["workload"], r["who"]): r["check"] for r in risk.rows(tmp_path, 3, nowhere)}
    assert found["W5 historical VaR and ES", "ours"] == "equal"
    books = found["W5 book", "ours, measure books"]
    assert books == "equal" or float(books) < 1e-6              # BRL, of millions


def test_a_lake_without_a_release_is_a_row_that_says_so(tmp_path: Path, nowhere: Settings) -> None:
    first, *_ = replay.rows(tmp_path, 3, nowhere)
    assert first["seconds"] is None
    assert "nothing is published" in first["note"]


def test_every_row_is_one_line_of_json(nowhere: Settings) -> None:
    missing = absent("W0", "a peer", "not installed")
    found = list(rows(nowhere, (lambda folder, seed, settings: iter([missing]), risk.rows)))
    assert found[0] == missing
    for line in found:
        assert set(line) == KEYS
        assert json.loads(json.dumps(line, allow_nan=False)) == line


def test_fits_are_no_worse_than_scipy_s_and_bonds_equal_the_rule_in_plain_python(tmp_path: Path, nowhere: Settings) -> None:
    fitted, scipy, _, bonds = fits.rows(tmp_path, 3, nowhere, curves=40, many=80)
    ours, theirs = (float(found["check"].split()[-2 if found is scipy else -1]) for found in (fitted, scipy))
    assert ours <= theirs + 0.05
    assert bonds["check"] == "equal"
