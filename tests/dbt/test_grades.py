"""Grades: market, derived, proxy. The weakest input wins, and one thing has one grade wherever it is found."""

import re
from datetime import date

import polars as pl
import pytest

from models_py.kernel.seeds import read
from models_py.quant.fx_returns import spot
from models_py.quant.listed import listed_marks
from models_py.quant.realtime import GRADES, frame
from models_py.quant.ust_returns import par_returns
from tests.dbt import markets, priced
from tests.quant.vintages import evening, nodes, readings

WORLDS = {"sandbox": markets.futures_world, "files": markets.bonds_world}
FACTORS = read("factors")


def worst(grades):
    return max(grades, key=GRADES.index)


@pytest.fixture(scope="module", params=WORLDS)
def world(request):
    return request.param, priced.build(*WORLDS[request.param](), request.param, markets.FETCHED)


def stated(world, pattern):
    """The grade that the seed gives each factor of a pattern."""
    return {row["factor_id"]: row[f"grade_{world}"] for row in FACTORS.iter_rows(named=True) if re.fullmatch(pattern, row["factor_id"])}


def of_curves(gold, *curves):
    return worst(gold["curves"].filter(pl.col("curve_id").is_in(curves))["grade"].unique())


def test_what_is_read_off_a_curve_has_its_grade(world):
    name, gold = world
    nominal = "br_pre" if name == "files" else "br_di1"
    assert set(stated(name, r"br_di1_\d+bd|br_di1_carry_\d+bd|br_di1_slope_\w+").values()) == {of_curves(gold, "br_di1")}
    assert set(stated(name, r"br_real_\d+bd").values()) == {of_curves(gold, "br_real")}
    assert set(stated(name, r"br_bei_\d+bd").values()) == {of_curves(gold, nominal, "br_real")}


def test_settlements_are_market_and_what_is_stripped_or_bootstrapped_is_derived(world):
    name, gold = world
    found = dict(gold["curves"].select("curve_id", "grade").unique().rows())
    futures = "derived" if name == "files" else "market"
    assert found == {"br_di1": futures, "br_real": futures, "us_ust": "derived"} | ({"br_pre": "derived"} if name == "files" else {})


def test_returns_and_marks_are_no_better_than_what_they_are_made_of(world):
    name, gold = world
    futures = {"files": {"derived"}, "sandbox": {"market"}}[name]
    for table, pattern, grades in (
        ("returns", "^di1_", futures), ("returns", "^usdbrl$", futures), ("returns", "^ust_", {"derived"}),
        ("marks", "^di1", futures), ("marks", "^dol", futures), ("marks", "^dap", {"derived"}), ("returns", "^bei_", {"derived"}),
    ):  # fmt: skip
        found = gold[table].filter(pl.col("instrument_id").str.contains(pattern))
        if grades == {"derived"} and name == "sandbox":                 # a survey carries the index until the print is out
            assert set(found["grade"]) <= {"market", "derived"}, pattern
            assert "derived" in set(found["grade"]), pattern
        else:
            assert set(found["grade"]) == grades, pattern


@pytest.mark.parametrize("world", ["sandbox", "live", "files"])
@pytest.mark.parametrize("spliced", ["br_cdi_spliced", "us_short_rate"])
def test_a_spliced_series_is_of_the_grade_of_its_weakest_window(world, spliced):
    windows = read("splices").filter(pl.col("spliced_id") == spliced, pl.col("worlds").str.split(" ").list.contains(world))
    assert stated(world, spliced) == {spliced: worst(windows["grade"])}
    assert windows["first_date"].n_unique() == windows.height


def test_the_bill_stands_for_overnight_dollars_only_where_no_rate_is_on_file():
    windows = read("splices").filter(pl.col("spliced_id") == "us_short_rate")
    bills = windows.filter(pl.col("series_id") == "us_ust_3m")
    assert bills.select("worlds", "grade", "last_date").rows() == [("files", "proxy", "2012-10-19")]
    assert stated("files", "us_short_rate") == {"us_short_rate": "proxy"}
    assert stated("sandbox", "us_short_rate") == {"us_short_rate": "market"}


DAYS = ("2012-10-18", "2012-10-19", "2012-10-22", "2012-10-23")


def test_what_is_paid_for_at_the_bill_is_a_proxy_and_from_federal_funds_on_derived():
    grades = {"2012-10-17": "proxy", "2012-10-18": "proxy", "2012-10-19": "proxy", "2012-10-22": "market"}
    paid = frame(readings([(day, 0.0015) for day in grades]))
    dollars = paid.with_columns(grade=pl.Series([grades[str(day)] for day in paid["reference_date"]])).to_arrow()
    ptax, money = readings([(day, 2.03) for day in DAYS], hour=-7), readings([(day, 0.0725) for day in DAYS])
    yields = frame(readings([(day, 0.018) for day in DAYS])).with_columns(series_id=pl.lit("us_ust_10y")).to_arrow()
    for found in (spot(ptax, money, dollars), par_returns(yields, dollars, {"us_ust_10y": 10.0})):
        told = dict(frame(found).select("reference_date", "grade").rows())
        assert told == {date(2012, 10, 19): "proxy", date(2012, 10, 22): "proxy", date(2012, 10, 23): "derived"}
    curve = nodes("br_di1", {evening(day): {date.fromisoformat(day): {1: 0.07, 252: 0.075}} for day in DAYS}, "derived")
    marks = frame(listed_marks(curve, ptax, dollars)).filter(pl.col("instrument_id") == "dolz12")
    assert dict(marks.select("reference_date", "grade").rows()) == {
        date(2012, 10, 18): "proxy", date(2012, 10, 19): "proxy", date(2012, 10, 22): "proxy", date(2012, 10, 23): "derived",
    }  # fmt: skip
