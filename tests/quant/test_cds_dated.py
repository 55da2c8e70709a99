"""Dated CDS against another library's ISDA engine, and hazard curves."""

import numpy as np
import pytest

from models_py.quant import cds, cds_curve
from models_py.quant.cds_dated import Legs, hazard, maturity, upfront
from models_py.quant.errors import BadCurve, BadRate, BadTerm, Matured

ISSUED = Legs.of("2025-03-20", "2030-06-20")


@pytest.mark.parametrize(
    ("trade", "ends"),
    [("2025-03-19", "2029-12-20"), ("2025-03-20", "2030-06-20"), ("2025-09-19", "2030-06-20"), ("2025-09-20", "2030-12-20"),
     ("2025-12-31", "2030-12-20"), ("2015-09-21", "2020-12-20"), ("2014-06-20", "2019-09-20")],
)  # fmt: skip
def test_five_years_end_on(trade, ends):
    assert str(maturity(trade)) == ends


def test_the_upfront_of_the_published_example_is_met_to_a_thousandth():
    assert upfront(0.0180, 0.04, ISSUED) * 1e7 == pytest.approx(359_683.66, rel=1.5e-3)
    assert ISSUED.annuity(hazard(0.0250, 0.04, ISSUED), 0.04) == pytest.approx(4.3969, rel=1e-3)


@pytest.mark.parametrize("trade", [(2025, 4, 15), (2024, 12, 3), (2022, 2, 28)])
@pytest.mark.parametrize("spread", [0.005, 0.018, 0.06, 0.12])
def test_an_upfront_is_what_another_library_s_isda_engine_says(trade, spread):
    quantlib = pytest.importorskip("QuantLib")
    year, month, day = trade
    text = f"{year}-{month:02d}-{day:02d}"
    ends = maturity(text)
    today, last = quantlib.Date(day, month, year), quantlib.DateParser.parseISO(str(ends))
    quantlib.Settings.instance().evaluationDate = today
    money = quantlib.YieldTermStructureHandle(quantlib.FlatForward(today, 0.04, quantlib.Actual365Fixed()))
    schedule = quantlib.Schedule(
        today, last, quantlib.Period(3, quantlib.Months), quantlib.WeekendsOnly(), quantlib.Following, quantlib.Unadjusted,
        quantlib.DateGeneration.CDS2015, False,
    )

    def swap(coupon):
        return quantlib.CreditDefaultSwap(
            quantlib.Protection.Buyer, 1e7, coupon, schedule, quantlib.Following, quantlib.Actual360(), True, True, today,
            quantlib.FaceValueClaim(), quantlib.Actual360(True), True, today,
        )

    rate = swap(spread).impliedHazardRate(0.0, money, quantlib.Actual365Fixed(), 0.25, 1e-12, quantlib.CreditDefaultSwap.ISDA)
    flat = quantlib.FlatHazardRate(today, quantlib.QuoteHandle(quantlib.SimpleQuote(rate)), quantlib.Actual365Fixed())
    standard = swap(0.01)
    standard.setPricingEngine(quantlib.IsdaCdsEngine(quantlib.DefaultProbabilityTermStructureHandle(flat), 0.25, money))
    legs = Legs.of(text, ends)
    assert hazard(spread, 0.04, legs) == pytest.approx(rate, rel=1e-3)
    assert upfront(spread, 0.04, legs) == pytest.approx(standard.NPV() / 1e7, abs=8e-5)


def test_a_contract_at_its_coupon_costs_nothing_and_a_wider_one_more():
    assert upfront(0.01, 0.04, ISSUED) == pytest.approx(0.0, abs=1e-12)
    costs = [upfront(spread, 0.04, ISSUED) for spread in (0.02, 0.05, 0.10, 0.30)]
    assert np.all(np.diff(costs) > 0)
    assert costs[-1] < 0.75


def test_above_500_bp_the_upfront_is_that_of_the_quarterly_legs():
    low, high = (float(cds.upfront(spread, 0.04, 5.25)) for spread in (0.0499, 0.0601))
    assert low == pytest.approx((0.0499 - 0.01) * float(cds.risky_annuity(0.0499, 0.04, 5.25)), rel=1e-12)
    assert high == pytest.approx(upfront(0.0601, 0.04, ISSUED), rel=0.01)
    batch = cds.upfront([0.0180, 0.0601], 0.04, 5.25, 1e7)
    assert batch.tolist() == pytest.approx([float(cds.upfront(0.0180, 0.04, 5.25, 1e7)), high * 1e7])


def test_a_contract_without_days_or_off_the_premium_dates_is_refused():
    with pytest.raises(Matured, match="2025-06-20"):
        Legs.of("2025-06-20", "2025-06-20")
    with pytest.raises(BadTerm, match="2030-06-21"):
        Legs.of("2025-03-20", "2030-06-21")
    with pytest.raises(BadRate, match=r"-0\.01"):
        upfront(-0.01, 0.04, ISSUED)


def test_every_spread_of_a_hazard_curve_reprices():
    terms, spreads = [1.0, 2.0, 3.0, 5.0, 7.0, 10.0], [0.006, 0.009, 0.012, 0.018, 0.021, 0.0235]
    curve = cds_curve.bootstrap(terms, spreads, 0.04)
    assert [curve.par_spread(term) for term in terms] == pytest.approx(spreads, abs=1e-9)          # 0.00001 bp
    assert (np.diff(curve.survival(np.linspace(0, 15, 100))) < 0).all()
    assert (curve.hazards > 0).all()


def test_a_flat_curve_has_the_hazard_of_its_one_spread():
    curve = cds_curve.bootstrap([1.0, 3.0, 5.0], [0.018] * 3, 0.04)
    assert curve.hazards == pytest.approx([cds.hazard(0.018, 0.04, 5.0)] * 3, rel=2e-3)


def test_terms_that_do_not_rise_and_spreads_that_undo_default_are_refused():
    with pytest.raises(BadCurve, match=r"\[5.0, 1.0\]"):
        cds_curve.bootstrap([5.0, 1.0], [0.01, 0.01], 0.04)
    with pytest.raises(BadRate, match="2 years"):
        cds_curve.bootstrap([1.0, 2.0], [0.10, 0.01], 0.04)
