"""No look-ahead in what dbt builds: of bronze, all that was published after a date may be wrong or gone; what was known stays.

Two small worlds that have every curve and factor, built by dbt itself with all checks off, Python models included.
"""

from datetime import date

import polars as pl
import pytest

from models_py.kernel.seeds import read
from models_py.nlp.paths import COMMITTEES
from tests.dbt import longer, markets, private
from tests.dbt.lake import at

pytestmark = pytest.mark.slow

AFTER, END = at("2024-03-14T15:00:00+00:00"), at("2100-01-01T00:00:00+00:00")


@pytest.fixture(scope="module", params=longer.WORLDS)
def world(request, tmp_path_factory):
    """Name, project, bronze rows and the gold that dbt makes of them."""
    given = private.named(*longer.WORLDS[request.param]())
    ours = private.project(tmp_path_factory.mktemp(request.param))
    return request.param, ours, given, ours.run(*given, world=request.param, now=markets.FETCHED)


@pytest.mark.parametrize("poison", ["nan", "huge", "nothing"])
def test_what_was_known_by_a_date_is_the_same_whatever_was_published_after_it(world, poison):
    name, ours, given, truth = world
    instants = private.known(truth)
    bad = ours.run(*(private.poisoned(rows, instants, AFTER, poison) for rows in given), world=name, now=markets.FETCHED)
    assert private.differences(truth, bad, AFTER) == {}
    assert set(private.differences(truth, bad, END)) == set(private.DATED)             # the control: what came after is another


# factors of documents, of a survey, or of futures that a small world does not have
WITHOUT = {f"{committee.name}_{what}" for committee in COMMITTEES for what in ("tone_z", "tone_change")} | {"br_focus_ipca_18m"}
WITHOUT_INPUTS = {"sandbox": WITHOUT, "files": WITHOUT | {"usdbrl_carry_63bd"}}


def test_the_small_worlds_have_every_curve_mark_return_and_factor_on_both_sides_of_the_date(world):
    name, _, _, truth = world
    for early in (True, False):
        found = {table: frame.filter((pl.col("available_at") <= AFTER) == early) for table, frame in truth.items()}
        assert set(found["factors"]["series_id"]) == set(read("factors")["factor_id"]) - WITHOUT_INPUTS[name]
        assert set(found["frontier"]["series_id"]) == set(found["factors"]["series_id"]) | set(found["observations"]["series_id"])
        assert set(found["curves"]["curve_id"]) == {"br_di1", "br_real", "us_ust"} | ({"br_pre"} if name == "files" else set())
        assert set(found["marks"]["instrument_id"].str.slice(0, 3)) == {"di1", "dap", "dol"}
        assert set(found["returns"]["instrument_id"]) == {
            "usdbrl", *(f"di1_{n}bd" for n in (63, 126, 252, 504, 756, 1260, 2520)), *(f"bei_{n}bd" for n in (252, 504, 756, 1260)),
            *(f"ust_{n}y" for n in (2, 5, 10, 30)),
        }  # fmt: skip


def test_the_date_falls_between_a_settlement_and_its_correction_and_what_follows(world):
    name, _, _, truth = world
    if name == "sandbox":
        day = truth["curves"].filter(curve_id="br_di1", reference_date=markets.CORRECTED)
        assert set(day["vintage"]) == {1, 2}
        assert truth["observations"].filter(series_id="us_payrolls", reference_date=date(2024, 2, 29))["available_at"].n_unique() == 2
