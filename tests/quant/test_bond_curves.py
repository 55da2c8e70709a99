"""Curves stripped from bonds: they reprice what they were stripped from, and carry the measured premium."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import bonds, ntnb
from models_py.quant.bond_curves import bond_curves
from models_py.quant.curve import flat_forward
from models_py.quant.daycount import calendar
from models_py.quant.realtime import frame
from models_py.quant.snapshots import Snapshots
from models_py.quant.strip import Strip
from tests.quant.vintages import evening, table

DAY = "2021-03-05"
COLUMNS = {"family": pl.String, "maturity_date": pl.Date, "rate": pl.Float64}
PREMIUM = pl.DataFrame({"tenor_bd": [1, 126, 378, 630, 1008], "premium": [0.0, 0.0002, 0.0008, 0.0012, 0.0015]}).to_arrow()
RATES = st.floats(0.02, 0.20)


def money(rate=0.019):
    """The overnight rate of the day, known before its bonds."""
    return table([{"reference_date": date.fromisoformat(DAY), "available_at": evening(DAY) - timedelta(hours=1), "value": rate}])


def curves_of(bonds_, overnight=None):
    return bond_curves(bonds_, money() if overnight is None else overnight, PREMIUM)


def market(*rows, day=DAY):
    return table(
        (
            {"family": family, "maturity_date": date.fromisoformat(maturity), "reference_date": date.fromisoformat(day),
             "available_at": at[0] if at else evening(day), "rate": rate}
            for family, maturity, rate, *at in rows
        ),
        **COLUMNS,
    )


def curve(found, curve_id):
    rows = frame(found).filter(pl.col("curve_id") == curve_id).sort("tenor_bd")
    return rows["tenor_bd"].to_list(), rows["zero_rate"].to_list()


LTN = [("ltn", "2021-07-01", 0.024), ("ltn", "2022-01-01", 0.035), ("ltn", "2023-01-01", 0.052)]
NTNF = [("ntnf", "2025-01-01", 0.068), ("ntnf", "2027-01-01", 0.075), ("ntnf", "2031-01-01", 0.081)]


@given(rates=st.lists(RATES, min_size=3, max_size=3))
def test_every_stripped_bond_is_worth_its_price_on_the_curve(rates):
    notes = [(family, maturity, rate) for (family, maturity, _), rate in zip(NTNF, rates, strict=True)]
    tenors, zeros = curve(curves_of(market(*LTN, *notes)), "br_pre")
    for _, maturity, rate in notes:
        flows = bonds.ntnf_flows(DAY, maturity)
        if flows.business_days.max() > tenors[-1]:
            continue
        on_curve = (1 + flat_forward(tenors, zeros, flows.business_days[0])) ** (-flows.business_days[0] / 252)
        # flows inside the LTN are discounted by them, as given
        assert float(np.nansum(flows.amount[0] * on_curve)) == pytest.approx(float(bonds.present_value(rate, flows)[0]), abs=1e-6)


def test_zeros_are_taken_as_given_and_the_short_end_is_the_overnight_rate():
    tenors, zeros = curve(curves_of(market(*LTN)), "br_pre")
    assert tenors == [1, *(int(calendar("br").business_days(DAY, maturity)) for _, maturity, _ in LTN)]
    assert zeros == pytest.approx([0.019, 0.024, 0.035, 0.052], abs=1e-14)


def test_a_flat_market_strips_to_a_flat_curve():
    notes = [(family, maturity, 0.07) for family, maturity, _ in LTN + NTNF]
    _, zeros = curve(curves_of(market(*notes), money(0.07)), "br_pre")
    assert zeros == pytest.approx([0.07] * 7, abs=1e-12)
    linkers = [("ntnb", maturity, 0.04) for maturity in ("2022-08-15", "2024-08-15", "2025-05-15", "2035-05-15", "2050-08-15")]
    _, real = curve(curves_of(market(*linkers)), "br_real")
    assert real == pytest.approx([0.04] * 5, abs=1e-12)


@given(rates=st.lists(st.floats(0.0, 0.09), min_size=4, max_size=4))
def test_every_ntnb_is_worth_its_quotation_on_the_real_curve(rates):
    maturities = ("2023-05-15", "2025-05-15", "2030-08-15", "2045-05-15")
    tenors, zeros = curve(curves_of(market(*(("ntnb", m, r) for m, r in zip(maturities, rates, strict=True)))), "br_real")
    for maturity, rate in zip(maturities, rates, strict=True):
        flows = ntnb.flows(DAY, maturity)
        if flows.business_days.max() <= tenors[-1]:
            on_curve = (1 + flat_forward(tenors, zeros, flows.business_days[0])) ** (-flows.business_days[0] / 252)
            assert float(np.nansum(flows.amount[0] * on_curve)) == pytest.approx(float(bonds.present_value(rate, flows)[0]), abs=1e-7)


def test_a_linker_of_less_than_half_a_year_prices_the_next_print_and_is_left_out():
    tenors, zeros = curve(curves_of(market(("ntnb", "2021-05-15", 0.25), ("ntnb", "2023-05-15", 0.01))), "br_real")
    assert tenors == [int(calendar("br").business_days(DAY, "2023-05-15"))]
    assert zeros == pytest.approx([0.01], abs=1e-3)


def test_the_di_curve_is_the_bond_curve_less_the_premium_of_each_term():
    found = curves_of(market(*LTN, *NTNF))
    tenors, zeros = curve(found, "br_pre")
    grid, derived = curve(found, "br_di1")
    rates = dict(zip(grid, derived, strict=True))
    for tenor, premium in {1: 0.0, 126: 0.0002, 252: 0.0005, 378: 0.0008, 504: 0.0010, 1008: 0.0015, 1260: 0.0015}.items():
        assert rates[tenor] == pytest.approx(flat_forward(tenors, zeros, [tenor])[0] - premium, abs=1e-14)
    assert max(grid) <= max(tenors)
    grades = dict(frame(found).select("curve_id", "grade").unique().rows())
    assert grades == {"br_pre": "derived", "br_di1": "derived"}


def test_a_corrected_yield_is_a_second_whole_curve_and_a_bad_line_does_not_lose_the_day():
    fixed = evening("2021-03-08")
    rows = [*LTN, *[(family, maturity, rate + 0.01, fixed) for family, maturity, rate in LTN]]
    found = frame(curves_of(market(*rows))).filter(pl.col("curve_id") == "br_pre")
    assert found.group_by("available_at").len()["len"].to_list() == [4, 4]
    tenors, zeros = curve(curves_of(market(*LTN, ("ltn", "2024-01-01", float("nan")), ("ltn", "2021-03-05", 0.02))), "br_pre")
    assert len(tenors) == 4
    assert np.isfinite(zeros).all()


def test_a_maturity_beyond_the_holiday_list_does_not_lose_the_day():
    tenors, _ = curve(curves_of(market(*LTN, ("ltn", "2121-01-01", 0.05))), "br_pre")
    assert len(tenors) == 4


@given(rates=st.lists(st.floats(-0.49, 9.9), min_size=6, max_size=6))
def test_absurd_yields_make_absurd_curves_or_none_but_never_an_error(rates):
    wild = [(family, maturity, rate) for (family, maturity, _), rate in zip(LTN + NTNF, rates, strict=True)]
    found = curves_of(market(*wild))
    for curve_id in ("br_pre", "br_di1"):
        Snapshots.of(found, curve_id)


def test_a_price_no_forward_can_meet_is_left_out_of_the_strip():
    strip = Strip(1)
    day = np.array([0])
    strip.add_zero(day, np.array([252.0]), np.array([0.10]))
    # worth less than its first flow alone
    strip.add_bond(day, bonds.Flows(np.array([[252.0, 504.0]]), np.array([[100.0, 1100.0]])), np.array([50.0]))
    assert strip.nodes()[1].tolist() == [252.0]


def test_days_with_other_bonds_are_stripped_in_one_batch_as_alone():
    days = {"2021-03-05": LTN + NTNF, "2021-03-08": LTN[:2] + NTNF[:1], "2021-03-09": NTNF}
    parts = [market(*rows, day=day) for day, rows in days.items()]
    together = frame(curves_of(pl.concat([frame(part) for part in parts]).to_arrow()))
    alone = pl.concat([frame(curves_of(part)) for part in parts])
    keys = ["curve_id", "reference_date", "tenor_bd"]
    assert together.sort(keys).equals(alone.sort(keys))


def test_no_bonds_no_curves():
    assert curves_of(market()).num_rows == 0


@pytest.mark.recorded
def test_the_premium_brings_the_bond_curve_of_2021_to_the_di_settlements(history):
    """The 53 sessions with prices test the derived curve; they are never part of it."""
    bonds_ = pl.read_parquet(history / "br_rates/anbima_tpf_2007_2023.parquet")
    bonds_ = bonds_.with_columns(pl.col("ReferenceDate", "MaturityDate").dt.date())
    weekly = pl.read_parquet(history / "br_rates/b3_futures_settlement_weekly_2021.parquet").filter(pl.col("commodity") == "DI1")
    letters = "FGHJKMNQUVXZ"
    weekly = weekly.with_columns(
        pl.col("refdate").dt.date(),
        expiry=pl.Series(calendar("br").following([f"20{c[1:]}-{letters.index(c[0]) + 1:02d}-01" for c in weekly["maturity_code"]])),
    )
    taken = bonds_.filter(pl.col("ReferenceDate").is_in(weekly["refdate"].unique().implode()))
    rows = taken.select(
        family=pl.col("BondType").str.to_lowercase().str.replace("-", ""), maturity_date="MaturityDate", reference_date="ReferenceDate",
        rate="IndicativeRate",
    ).filter(pl.col("family").is_in(["ltn", "ntnf"]))
    rows = rows.with_columns(
        available_at=pl.col("reference_date").cast(pl.Datetime("us", "UTC")).dt.offset_by("23h"),
        availability=pl.lit("scheduled"),
    ).with_columns(held_at=pl.col("available_at"))
    derived = Snapshots.of(curves_of(rows.to_arrow(), table([])), "br_di1")
    assert derived is not None
    errors = []
    for row, day in enumerate(derived.reference.astype("datetime64[D]")):
        session = weekly.filter(pl.col("refdate") == day.item(), pl.col("price") < 99_990)
        tenors = calendar("br").business_days(day, session["expiry"].to_numpy())
        quoted = (100_000 / session["price"].to_numpy()) ** (252 / tenors) - 1
        ours = derived.rates(np.full(len(tenors), row), tenors)
        inside = (tenors >= 126) & (tenors <= 1260) & np.isfinite(ours)
        errors.append((ours - quoted)[inside])
    error = np.concatenate(errors)
    assert len(error) > 500
    # the premium of the first half of 2021 was larger than the one taken: what is left of it is known (docs/method.md)
    assert 0 < np.median(error) < 8e-4
    assert np.quantile(np.abs(error), 0.9) < 20e-4
