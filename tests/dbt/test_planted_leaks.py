"""Leaks planted in a private copy of the project: each is seen by the test that is there for it. The third is in `test_registries`."""

import polars as pl
import pytest

from tests.dbt import markets, private
from tests.dbt.test_bronze_poison import AFTER

pytestmark = pytest.mark.slow

SLOPE, FOCUS = "br_di1_slope_252_1260bd", "br_focus_ipca_12m_smoothed"
Z_SCORE = f"""case
        when series_id = '{SLOPE}'
            then (value - avg(value) over (partition by series_id)) / stddev_samp(value) over (partition by series_id)
        else value
    end as value,
"""
CLOCK = {"world": "sandbox", "now": markets.FETCHED}


def test_a_z_score_over_the_full_sample_in_a_factor_is_seen_by_the_poison_of_bronze(tmp_path):
    changed = private.project(tmp_path, {"models/gold/factors.sql": ("    value,\n", f"    {Z_SCORE}")})
    given = private.named(*markets.disturbed_world())
    truth = changed.run(*given, **CLOCK)
    instants = private.known(truth)
    bad = changed.run(*(private.poisoned(rows, instants, AFTER, "huge") for rows in given), **CLOCK)
    found = private.differences(truth, bad, AFTER)
    assert set(found) == {"factors", "frontier"}
    assert {name for frame in found.values() for name in frame["series_id"].unique()} == {SLOPE}
    early = truth["factors"].filter(pl.col("series_id") == SLOPE, pl.col("available_at") <= AFTER)
    assert found["factors"].height == 2 * early.height                       # every value known by then has another


def test_the_survey_day_as_knowledge_time_is_seen_by_the_calendar_of_the_survey(tmp_path):
    said = "bcb_focus,IPCA|S|0|Mediana,decimal,0.01,daily,day,,"
    rule = (f"{said}next_monday 08:30 BRT", f"{said}D 18:00 BRT")
    changed = private.project(tmp_path, {"seeds/series.csv": rule})
    gold = changed.run(*markets.disturbed_world(), **CLOCK)
    surveyed = gold["observations"].filter(series_id=FOCUS)
    assert changed.failures("surveys_are_known_from_the_monday_after", **CLOCK) == surveyed.height > 50


def test_what_is_planted_must_be_there_to_plant_it_in(tmp_path):
    with pytest.raises(AssertionError, match="says 0 times"):
        private.project(tmp_path, {"models/gold/factors.sql": ("no such line", "")})
