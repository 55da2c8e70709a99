"""The unit value of NTN-B on each session: by prices, as published, by the rule."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from models_py.quant import ntnb
from models_py.quant.realtime import frame
from models_py.quant.vna_path import daily_vna, implied
from tests.quant.vintages import evening, nodes, readings, table

ANCHORS = pl.DataFrame({"month_end": [date(2025, 12, 31), date(2026, 12, 31)], "level": [7403.29, 9999.0]}).to_arrow()
BONDS = {"maturity_date": pl.Date, "rate": pl.Float64, "price": pl.Float64}
NO_BONDS, NO_READINGS = table([], **BONDS), table([])


def sessions(*days):
    return nodes("br_real", {evening(day): {date.fromisoformat(day): {252: 0.07}} for day in days})


def prints(*months):
    """(month end, IPCA, day of the print at 09:00 in São Paulo)."""
    return table(
        {"reference_date": date.fromisoformat(month), "available_at": datetime.fromisoformat(f"{at}T12:00:00+00:00"), "value": value}
        for month, value, at in months
    )


SURVEY = readings([("2026-01-02", 1.0033**12 - 1)])
IPCA = prints(("2026-01-31", 0.0033, "2026-02-10"), ("2026-02-28", 0.0070, "2026-03-12"))


def value(found, day):
    return frame(found).filter(pl.col("reference_date") == date.fromisoformat(day)).to_dicts()


def build(days, bonds=NO_BONDS, published=NO_READINGS, monthly=IPCA, survey=SURVEY):
    return daily_vna(sessions(*days), bonds, published, monthly, survey, ANCHORS)


def test_before_the_print_the_month_runs_at_the_monthly_equivalent_of_the_survey():
    (row,) = value(build(["2026-02-06"]), "2026-02-06")
    assert row["value"] == pytest.approx(4596.158793, abs=1e-6)          # oracle NTNB04: 0.33 % projected, 16 of 22 days
    assert row["method"] == "anbima rule, survey"
    assert row["available_at"] == evening("2026-02-06")


def test_from_the_print_on_the_month_runs_at_the_print_and_the_15th_starts_from_the_new_index():
    found = build(["2026-02-10", "2026-02-18"])
    (printed,) = value(found, "2026-02-10")
    assert printed["method"] == "anbima rule, print"
    assert printed["value"] == pytest.approx(float(ntnb.vna("2026-02-10", 4585.159356, 0.0033)))
    (after,) = value(found, "2026-02-18")
    start = ntnb.vna_of_level(7403.29 * 1.0033)
    assert after["value"] == pytest.approx(float(ntnb.vna("2026-02-18", start, 0.0033)))
    assert after["method"] == "anbima rule, survey"


def test_a_print_that_comes_after_the_session_does_not_change_what_it_was_worth():
    late = prints(("2026-01-31", 0.0100, "2026-02-10"))
    (row,) = value(build(["2026-02-06"], monthly=late), "2026-02-06")
    assert row["value"] == pytest.approx(4596.158793, abs=1e-6)


def test_an_overdue_print_is_bridged_by_the_survey_and_two_more_end_the_path():
    only = prints(("2026-01-31", 0.0033, "2026-02-10"))
    (row,) = value(build(["2026-03-18"], monthly=only), "2026-03-18")
    start = ntnb.vna_of_level(7403.29 * 1.0033 * 1.0033)
    assert row["value"] == pytest.approx(float(ntnb.vna("2026-03-18", start, 0.0033)))
    assert build(["2026-08-18"], monthly=only).num_rows == 0


def test_the_index_starts_from_the_last_published_level_before_the_session_never_a_later_one():
    (row,) = value(build(["2026-02-18"]), "2026-02-18")
    assert 4590 < row["value"] < 4620


CHAIN = [(f"2026-{month:02d}-28", 0.005, f"2026-{month + 1:02d}-10") for month in range(1, 5)]
DECEMBERS = pl.DataFrame({"month_end": [date(2024, 12, 31), date(2025, 12, 31)], "level": [7000.0, 7403.29]}).to_arrow()


def test_a_chain_that_reaches_further_back_gives_the_same_value_and_one_that_reaches_no_published_level_none():
    """Where the lake begins says nothing of a session: the level of December 2025 is the same with the year before and without it."""
    year = [(f"2025-{month:02d}-28", 0.004, f"2025-{month + 1:02d}-10") for month in range(1, 12)] + [("2025-12-31", 0.004, "2026-01-09")]
    short, long = prints(*CHAIN), prints(*year, *CHAIN)
    found = [frame(daily_vna(sessions("2026-04-15"), NO_BONDS, NO_READINGS, each, SURVEY, DECEMBERS)) for each in (short, long)]
    assert found[0]["value"][0] == pytest.approx(float(ntnb.vna_of_level(7403.29 * 1.005**3)))
    assert found[0].equals(found[1])
    assert daily_vna(sessions("2026-04-15"), NO_BONDS, NO_READINGS, prints(*CHAIN[2:]), SURVEY, DECEMBERS).num_rows == 0


def test_a_published_level_is_known_with_the_print_of_its_month():
    monthly = prints(("2025-11-30", 0.004, "2025-12-10"), ("2025-12-31", 0.005, "2026-01-20"), *CHAIN)
    levels = pl.DataFrame({"month_end": [date(2025, 10, 31), date(2025, 12, 31)], "level": [7300.0, 8000.0]}).to_arrow()
    found = daily_vna(sessions("2026-01-16", "2026-01-21"), NO_BONDS, NO_READINGS, monthly, SURVEY, levels)
    (early,), (late,) = (value(found, day) for day in ("2026-01-16", "2026-01-21"))
    start = ntnb.vna_of_level(7300.0 * 1.004 * 1.0033)                   # December is bridged by the survey
    assert early["value"] == pytest.approx(float(ntnb.vna("2026-01-16", start, 0.0033)))
    assert late["value"] == pytest.approx(float(ntnb.vna("2026-01-21", ntnb.vna_of_level(8000.0), 0.0033)))


def bonds(prices, day="2026-02-06"):
    rows = []
    for maturity, rate, unit in prices:
        quoted = ntnb.quotation(rate, day, maturity)
        rows.append(
            {"reference_date": date.fromisoformat(day), "available_at": evening(day), "maturity_date": date.fromisoformat(maturity),
             "rate": rate, "price": float(ntnb.price(unit, quoted))}
        )
    return table(rows, **BONDS)


def test_prices_that_agree_overrule_what_is_published():
    market = bonds([("2028-08-15", 0.078, 4596.2), ("2035-05-15", 0.075, 4596.2), ("2050-08-15", 0.071, 4596.2)])
    wrong = table([{"reference_date": date(2026, 2, 6), "available_at": evening("2026-02-06"), "value": 4000.0}])
    (row,) = value(build(["2026-02-06"], market, wrong), "2026-02-06")
    assert row["value"] == pytest.approx(4596.2, abs=2e-6)
    assert row["method"] == "implied by prices"


def test_prices_that_disagree_imply_nothing():
    assert implied(bonds([("2028-08-15", 0.078, 4596.2), ("2035-05-15", 0.075, 4597.0)])).value.size == 0
    assert implied(bonds([("2028-08-15", 0.078, 4596.2)])).value.size == 0


def test_what_is_published_overrules_the_rule():
    stated = table([{"reference_date": date(2026, 2, 6), "available_at": evening("2026-02-06"), "value": 4600.0}])
    found = build(["2026-02-06", "2026-02-09"], published=stated)
    assert [row["method"] for row in value(found, "2026-02-06")] == ["published"]
    assert [row["method"] for row in value(found, "2026-02-09")] == ["anbima rule, survey"]


def test_without_prints_or_survey_there_is_no_value():
    assert build(["2026-02-06"], monthly=NO_READINGS).num_rows == 0
    assert build(["2026-02-06"], survey=NO_READINGS).num_rows == 0
    later = readings([("2026-02-06", 0.04)], hour=24 * 7)
    assert build(["2026-02-06"], survey=later).num_rows == 0


def test_a_corrected_curve_does_not_value_its_day_again():
    known = (evening("2026-02-06"), evening("2026-02-06") + timedelta(hours=15))
    twice = nodes("br_real", {at: {date(2026, 2, 6): {252: 0.07}} for at in known})
    found = daily_vna(twice, NO_BONDS, NO_READINGS, IPCA, SURVEY, ANCHORS)
    assert [row["available_at"] for row in value(found, "2026-02-06")] == [evening("2026-02-06")]


LATER = evening("2026-02-06") + timedelta(days=3)


def again(rows, **changes):
    """The rows, and once more what is said of them three days after the session."""
    return pl.concat([frame(rows), frame(rows).with_columns(available_at=pl.lit(LATER, pl.Datetime("us", "UTC")), **changes)]).to_arrow()


def test_a_withdrawn_price_leaves_what_is_published_and_a_withdrawn_publication_the_rule():
    market = bonds([("2028-08-15", 0.078, 4596.2), ("2035-05-15", 0.075, 4596.2)])
    stated = table([{"reference_date": date(2026, 2, 6), "available_at": evening("2026-02-06"), "value": 4600.0}])
    nothing = {"price": pl.lit(None, pl.Float64)}
    told = value(build(["2026-02-06"], again(market, **nothing), stated), "2026-02-06")
    assert [(row["method"], row["available_at"]) for row in told] == [("implied by prices", evening("2026-02-06")), ("published", LATER)]
    told = value(build(["2026-02-06"], published=again(stated, value=pl.lit(None, pl.Float64))), "2026-02-06")
    assert [row["method"] for row in told] == ["published", "anbima rule, survey"]
    told = value(build(["2026-02-06"], again(market, **nothing), monthly=NO_READINGS), "2026-02-06")
    assert [(row["value"] is None, row["available_at"]) for row in told] == [(False, evening("2026-02-06")), (True, LATER)]


def test_a_print_that_the_value_stands_on_is_followed_when_it_is_corrected_or_withdrawn():
    corrected = prints(("2026-01-31", 0.0033, "2026-02-10"), ("2026-01-31", 0.0050, "2026-02-20"), ("2026-01-31", None, "2026-02-25"))
    told = value(build(["2026-02-10"], monthly=corrected), "2026-02-10")
    assert [row["method"] for row in told] == ["anbima rule, print", "anbima rule, print", "anbima rule, survey"]
    expected = [float(ntnb.vna("2026-02-10", 4585.159356, rate)) for rate in (0.0033, 0.0050, 0.0033)]
    assert [row["value"] for row in told] == pytest.approx(expected)
    # the session before the print took up no print, and says nothing of it
    assert len(value(build(["2026-02-06"], monthly=corrected), "2026-02-06")) == 1


def test_a_withdrawn_survey_leaves_the_one_before_or_nothing():
    one = readings([("2026-01-02", 1.0033**12 - 1)])
    gone = again(one, value=pl.lit(None, pl.Float64))
    assert [row["value"] is None for row in value(build(["2026-02-06"], survey=gone), "2026-02-06")] == [False, True]
    both = pl.concat([frame(readings([("2025-12-26", 1.0050**12 - 1)])), frame(gone)]).to_arrow()
    told = value(build(["2026-02-06"], survey=both), "2026-02-06")
    assert told[-1]["value"] == pytest.approx(float(ntnb.vna("2026-02-06", 4585.159356, 0.0050)))
