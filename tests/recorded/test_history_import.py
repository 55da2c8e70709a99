"""The whole history through the connector: every row of its map loads, nothing is lost, and it takes the time and memory allowed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models_py.quant.daycount import calendar
from tests.conftest import ROOT
from tests.recorded.world import World

pytestmark = pytest.mark.recorded

GRADES = {"published", "scheduled", "assumed", "observed"}


def test_every_row_of_the_map_loads(tested_history: World):
    """Counts and dates are compared with the map while parsing; here each row must have given something."""
    bronze = tested_history.bronze
    for row in tested_history.known.map.rows:
        keys = tested_history.known.files(row)
        frame = bronze[row.shape].filter(pl.col("raw_sha256").is_in(keys))
        target = row.target_id.replace("*", ".*")
        assert frame.filter(pl.col("source_key").str.contains(f"^{target}$")).height > 0, f"map line {row.line}"


def test_bronze_has_every_value_that_the_files_hold(parsed_history: World):
    for row in parsed_history.known.map.rows:
        if row.kind == "observation":
            frame = parsed_history.bronze["observations"].filter(pl.col("source_key") == row.target_id)
            keys = parsed_history.known.files(row)
            assert frame.filter(pl.col("raw_sha256").is_in(keys)).height == row.rows, f"map line {row.line}"


def test_what_is_kept_is_dated_and_what_is_dropped_is_not(tested_history: World):
    for frame in tested_history.bronze.values():
        is_dropped = frame["availability"].str.starts_with("dropped:")
        assert (frame["published_at"].is_null() == is_dropped).all()
        assert set(frame["availability"].filter(~is_dropped).unique()) <= GRADES


def test_priority_nine_stays_out_of_a_normal_load(parsed_history: World):
    for name in ("usdbrl_yahoo", "eurusd_yahoo", "usdbrl_ptax_bid_month_average"):
        assert name not in parsed_history.bronze["observations"]["source_key"]
    for name in ("br_sprd", "br_curve_taxaswap_pre", "br_option_premium", "br_collateral_price"):
        assert name not in parsed_history.bronze["quotes"]["source_key"]


def test_one_series_has_one_value_a_date_and_instant(parsed_history: World):
    key = ("series_id", "reference_date", "target", "available_at")
    assert parsed_history.observations.select(pl.struct(key).is_duplicated().any()).item() is False
    assert parsed_history.quotes.select(pl.struct("instrument_id", "field", "reference_date").is_duplicated().any()).item() is False
    assert parsed_history.documents["document_id"].is_duplicated().any() is False


def test_a_series_without_vintages_has_one_value_a_date(parsed_history: World):
    vintaged = {row.target_id for row in parsed_history.known.map.rows if row.kind == "vintage"}
    plain = parsed_history.observations.filter(
        ~pl.col("series_id").is_in(vintaged) & ~pl.col("series_id").str.starts_with("us_fredmd_")
    )
    assert plain.select(pl.struct("series_id", "reference_date").is_duplicated().any()).item() is False


def test_ipca_release_days_are_observed_in_216_of_228_months(parsed_history: World):
    releases = parsed_history.known.releases["ibge_ipca"]
    months = np.arange("2004-12", "2023-12", dtype="datetime64[M]")
    assert months.size == 228
    assert np.isin(releases.reference.astype("datetime64[M]"), months).sum() == 216
    rows = parsed_history.observations.filter(pl.col("series_id") == "br_ipca_mom")
    assert rows.filter(pl.col("availability") == "observed").height == 216


def test_every_change_of_the_policy_rate_is_known_from_its_meeting(parsed_history: World):
    rows = parsed_history.observations.filter(pl.col("series_id") == "br_selic_target").sort("reference_date")
    changed = rows.filter(pl.col("value") != pl.col("value").shift(1))
    evening = changed["available_at"].dt.convert_time_zone("America/Sao_Paulo").dt.strftime("%H:%M")
    assert evening.unique().to_list() == ["18:30"]
    meetings = parsed_history.known.releases["copom_decision"].reference
    decided = changed["available_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date().to_numpy().astype("datetime64[D]")
    assert np.isin(decided, meetings).all()
    effective = calendar("br").following(decided + 1)
    assert (changed["reference_date"].to_numpy().astype("datetime64[D]") <= effective).all()


def test_a_file_of_one_vintage_speaks_again_only_at_its_own_month(parsed_history: World):
    later = parsed_history.observations.filter(
        (pl.col("vintage_date") == pl.date(2026, 1, 31)) & pl.col("series_id").is_in(["us_cpi_sa", "us_payrolls", "us_unemployment"])
    )
    assert later.height > 400
    assert later["available_at"].unique().dt.strftime("%Y-%m-%d %H:%M").to_list() == ["2026-02-01 04:59"]
    assert later["reference_date"].max() <= pl.Series(["2020-10-31"]).str.to_date()[0]


# the peak of this process alone: what getrusage tells is never less than the parent's
LOAD = """
import sys
from pathlib import Path
from tests.recorded.world import body, payload, requests
from pipelines.connectors import files
planned = requests(Path(sys.argv[1]))
bodies = {request.key: body(request) for request in planned}
known = files.context(bodies.get, bodies)
rows = 0
for request in planned:
    found = files.parse(payload(request, bodies[request.key]), known)
    rows += found.observations.num_rows + found.quotes.num_rows + found.documents.num_rows
print(rows, next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1e6)
"""


@pytest.mark.slow
def test_the_whole_history_is_parsed_within_three_gigabytes(history: Path):
    command = [sys.executable, "-c", LOAD, str(history)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    rows, gigabytes = (float(text) for text in done.stdout.split())
    assert rows > 1_300_000
    assert gigabytes <= 3
