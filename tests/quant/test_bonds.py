"""Federal bonds against published prices, line by line, and against another library."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.quant import bonds, lft, ntnb
from models_py.quant.daycount import calendar
from models_py.quant.errors import BadRate, BadTerm, Matured, naming

YIELDS = st.floats(0.01, 0.30)
YEARS = st.integers(2027, 2045)


@pytest.fixture(scope="module")
def market(history):
    rows = pl.read_parquet(history / "br_rates/anbima_tpf_2007_2023.parquet")
    rows = rows.with_columns(pl.col("ReferenceDate", "MaturityDate").dt.date())
    return rows.rename({"BondType": "kind", "ReferenceDate": "day", "MaturityDate": "maturity", "IndicativeRate": "rate", "Price": "price"})


def priced(market, kind):
    rows = market.filter((pl.col("kind") == kind) & pl.col("price").is_not_null())
    return rows["day"].to_numpy(), rows["maturity"].to_numpy(), rows["rate"].to_numpy(), rows["price"].to_numpy()


@pytest.mark.recorded
def test_every_published_price_of_an_ltn_since_2020_is_exact(market):
    day, maturity, rate, price = priced(market, "LTN")
    value, valid = bonds.ltn_price_batch(rate, calendar("br").business_days(day, maturity))
    assert len(day) == 10_512
    assert valid.all()
    np.testing.assert_array_equal(value, price)


@pytest.mark.recorded
def test_every_published_price_of_an_ntnf_since_2020_is_exact(market):
    day, maturity, rate, price = priced(market, "NTN-F")
    value, valid = bonds.ntnf_price_batch(rate, day, maturity)
    assert len(day) == 5_459
    assert valid.all()
    np.testing.assert_array_equal(value, price)


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("kind", "maturity", "expected"),
    [("LTN", "2019-04-01", 985.196334), ("LTN", "2020-10-01", 888.265664), ("NTN-F", "2027-01-01", 1050.809713)],
)
def test_prices_of_2019_follow_from_the_rate_where_the_file_has_none(market, kind, maturity, expected):
    row = market.filter(pl.col("kind") == kind, pl.col("day") == pl.date(2019, 1, 2), pl.col("maturity") == pl.lit(maturity).str.to_date())
    rate = row["rate"][0]
    days = calendar("br").business_days("2019-01-02", maturity)
    price = bonds.ltn_price(rate, days) if kind == "LTN" else bonds.ntnf_price(rate, "2019-01-02", maturity)
    assert float(price) == pytest.approx(expected, abs=1e-6)


@pytest.mark.recorded
def test_a_price_of_november_2023_does_not_know_the_holiday_of_a_law_of_december(market):
    row = market.filter((pl.col("kind") == "LTN") & (pl.col("day") == pl.date(2023, 11, 23)) & (pl.col("maturity") == pl.date(2027, 7, 1)))
    rate, br = row["rate"][0], calendar("br")
    assert float(bonds.ltn_price(rate, br.business_days("2023-11-23", "2027-07-01"))) == pytest.approx(695.421456, abs=1e-6)
    today = br.business_days("2023-11-23", "2027-07-01", as_of="2024-01-02")
    assert float(bonds.ltn_price(rate, today)) - 695.421456 == pytest.approx(0.837, abs=0.01)


def test_a_path_of_unit_values_grows_by_the_rounded_daily_factor():
    path = lft.vna_path(18346.789004, [0.149, 0.149])
    factor = round(1.149 ** (1 / 252), 8)
    assert path[0] == pytest.approx(int(18346.789004 * factor * 1e6) / 1e6, abs=1e-6)
    assert path[1] > path[0]


@settings(max_examples=30)
@given(rate=YIELDS, year=YEARS)
def test_an_ntnf_is_the_sum_of_its_flows_as_another_library_sees_it(rate, year):
    quantlib = pytest.importorskip("QuantLib")
    br = quantlib.Brazil()
    settlement, maturity = quantlib.Date(3, 2, 2025), quantlib.Date(1, 1, year)
    schedule = quantlib.Schedule(
        settlement - quantlib.Period(1, quantlib.Years), maturity, quantlib.Period(6, quantlib.Months), br,
        quantlib.Unadjusted, quantlib.Unadjusted, quantlib.DateGeneration.Backward, False,
    )
    total = 0.0
    for date in schedule:
        if date > settlement:
            flow = 48.80885 + (1000.0 if date == maturity else 0.0)
            total += flow * (1 + rate) ** (-br.businessDaysBetween(settlement, date) / 252)
    assert float(bonds.ntnf_price(rate, "2025-02-03", f"{year}-01-01")) == pytest.approx(total, abs=2e-6)


@given(rate=YIELDS, year=YEARS)
def test_the_yield_of_a_price_is_the_yield_it_was_made_with(rate, year):
    flows = bonds.ntnf_flows("2025-02-03", f"{year}-01-01")
    assert bonds.solve_yield(bonds.present_value(rate, flows), flows)[0] == pytest.approx(rate, abs=1e-12)


@given(rate=YIELDS, year=YEARS)
def test_dv01_is_what_one_basis_point_moves_the_price(rate, year):
    maturity = f"{year}-01-01"
    flows = bonds.ntnf_flows("2025-02-03", maturity)
    move = (bonds.present_value(rate - 5e-5, flows) - bonds.present_value(rate + 5e-5, flows))[0]
    assert float(bonds.ntnf_dv01(rate, "2025-02-03", maturity)) == pytest.approx(move, rel=1e-6)


def test_a_bond_at_its_coupon_is_worth_its_face():
    # within what business days differ from halves of 252
    assert float(bonds.ntnf_price(0.10, "2025-01-01", "2033-01-01")) == pytest.approx(1000.0, rel=0.005)
    assert ntnb.quotation(0.06, "2024-08-15", "2034-08-15") == pytest.approx(100.0, abs=0.5)


def test_a_bond_that_has_matured_is_refused_alone_and_masked_in_a_batch():
    with pytest.raises(Matured, match=r"ntnf.*2025-01-01"):
        bonds.ntnf_price(0.13, "2025-01-01", "2025-01-01")
    with pytest.raises(BadRate, match="ntnb"):
        ntnb.quotation(float("nan"), "2025-01-02", "2030-08-15")
    value, valid = bonds.ntnf_price_batch([0.13, 0.13, np.nan], ["2025-02-03"] * 3, ["2031-01-01", "2025-01-01", "2031-01-01"])
    assert valid.tolist() == [True, False, False]
    assert np.isnan(value[1:]).all()
    quoted, known = ntnb.quotation_batch([0.07, 0.07], ["2025-02-03"] * 2, ["2030-08-15", "2024-08-15"])
    assert known.tolist() == [True, False]
    assert quoted[0] > 90
    assert lft.price_batch([0.0004, 0.0004], [515, 0], [18346.789004, 18346.789004]).valid.tolist() == [True, False]


def test_the_unit_value_has_two_rules_and_no_third():
    assert float(ntnb.vna("2026-01-15", 4585.159356, 0.0033)) == 4585.159356
    with pytest.raises(BadTerm, match="weekly"):
        ntnb.vna("2026-02-06", 4585.159356, 0.0033, "weekly")


def test_coupons_fall_on_the_two_15ths_of_the_maturity_and_the_first_is_after_settlement():
    flows = ntnb.flows("2025-02-14", "2026-08-15")
    assert np.isfinite(flows.business_days).sum() == 4          # 15 February and August of 2025 and 2026
    assert ntnb.flows("2025-02-15", "2026-08-15").amount[0].tolist()[-1] == pytest.approx(102.956301)
    assert np.isfinite(ntnb.flows("2025-02-15", "2026-08-15").business_days).sum() == 3


def test_an_ntnb_principal_is_one_flow():
    assert float(ntnb.principal_quotation(0.06, 252)) == 94.3396     # 100 / 1.06, cut


def test_the_spread_of_an_lft_quotation_and_what_it_risks():
    # 100 / 1.000419^(515/252) is 99.9144 when cut
    assert float(lft.spread(99.9144, 515)) == pytest.approx(0.000419, abs=1e-6)
    move = 18346.789004 * (1.000319 ** (-515 / 252) - 1.000519 ** (-515 / 252)) / 2
    assert float(lft.dv01(0.000419, 515, 18346.789004)) == pytest.approx(move, rel=1e-7)


def test_projected_unit_values_chain_months_and_cut_each_15th():
    # 4585.159356 · 1.0033 = 4600.290381 (cut), · 1.005 = 4623.291832
    path = ntnb.projected_vna(["2026-02-06", "2026-02-15", "2026-03-15"], 4585.159356, "2026-01-15", [0.0033, 0.005, 0.004])
    assert path.tolist() == [4596.158793, 4600.290381, 4623.291832]
    with pytest.raises(BadTerm, match="2026-04-15"):
        ntnb.projected_vna("2026-04-15", 4585.159356, "2026-01-15", [0.0033, 0.005, 0.004])


def test_a_bond_that_yields_50_bp_more_than_the_di_swaps_to_44_bp():
    assert float(bonds.asset_swap_spread(0.1387, 0.1337)) == pytest.approx(1.1387 / 1.1337 - 1, abs=1e-15)


def test_a_batch_tells_which_row_it_refused_and_what_was_given():
    batch = bonds.ltn_price_batch([0.13, -0.7], [284, 284])
    assert batch.refused(["ltn_20270401", "ltn_20280101"], rate=[0.13, -0.7], business_days=284) == [
        "ltn_20280101: no value for rate -0.7, business_days 284"
    ]


def test_an_error_names_the_contract_it_was_asked_of():
    with pytest.raises(Matured, match="ltn_20250101: needs business_days > 0, found 0"), naming("ltn_20250101"):
        bonds.ltn_price(0.13, 0)
    with pytest.raises(BadRate, match="ltn_20250101: curve node: "), naming("ltn_20250101"):
        raise BadRate("curve node", float("nan"), "needs a decimal rate")
