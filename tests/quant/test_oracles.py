"""Published values of instruments, one test an oracle, at the tolerance it was published with."""

import csv
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from models_py.backtest.sharpe import deflated
from models_py.portfolio.risk_parity import risk_parity
from models_py.quant import bonds, cds, cupom, curve, dap, di1, fx, inflation, lft, ntnb, sofr, svensson, ust, ust_curve, ust_futures
from models_py.quant.daycount import calendar
from models_py.quant.decimals import trunc

PRE = svensson.Svensson(
    0.14244785469011, -4.17963085616872e-3, -1.76338937692003e-2, 2.21665799663186e-2, 1.25307136472059, 0.504334569312079
)
IPCA = svensson.Svensson(
    7.01110754708797e-2, 5.89431389506583e-2, -2.19914145293608e-2, 4.60229716669306e-2, 4.20925675129582, 0.495706741732079
)
NOTE = ("2025-02-03", "2034-11-15")


def _percent(parameters: svensson.Svensson, days: int) -> float:
    return float(trunc(svensson.rate(parameters, days) * 100, 4))


ORACLES: dict[str, tuple[Callable[[], object], float | list[float], float]] = {
    "CAL01": (lambda: calendar("br").business_days("2025-02-03", "2027-01-04"), 479, 0),
    "CAL02": (lambda: calendar("br").business_days("2024-11-14", "2024-11-22"), 4, 0),
    "CAL03": (lambda: calendar("br").business_days("2023-11-14", "2023-11-22"), 5, 0),
    "CAL04": (lambda: calendar("br").business_days("2024-12-20", "2025-01-02"), 7, 0),
    "DI01": (lambda: di1.price(0.14875, 479), 76828.74, 0.005),
    "DI02": (lambda: di1.price(0.13642, 226), 89164.37, 0.005),
    "DI03": (lambda: di1.dv01(0.14875, 479), 12.712564, 0.0001),
    "DI04": (lambda: curve.flat_forward([479, 730], [0.14875, 0.14625], [600])[0], 0.147283038, 1e-8),
    "DI05": (lambda: curve.forward_rate(0.14875, 479, 0.14625, 730), 0.141494172, 1e-8),
    "DAP01": (lambda: dap.price(0.07270, 239), 93560.82, 0.005),
    "DAP02": (lambda: dap.price(-0.03179, 28), 100359.60, 0.005),
    "DDI01": (lambda: cupom.ddi_price(0.06923, 57), 98915.74, 0.005),
    "FRC01": (lambda: cupom.frc(0.08252, 30, 0.06923, 57), 0.0541, 5e-5),
    "DOL01": (lambda: fx.forward(5.8301, 0.13370, 39, 0.06923, 57) * 1000, 5879.977, 0.002),
    "DOL02": (lambda: fx.implied_spot(6.135700, 0.14626, 166, 0.05939, 240) * 1000, 5830.100, 0.002),
    "CUP01": (lambda: cupom.clean(5.8150, 5.879977, 0.13370, 39, 57), 0.052693, 1e-6),
    "NDF01": (lambda: fx.ndf_yield(5.8150, 5.8900, 0.0433, 57, 39), 0.135365, 1e-6),
    "LTN01": (lambda: bonds.ltn_price(0.130636, 284), 870.775176, 1e-6),
    "NTNF01": (lambda: bonds.ntnf_price(0.133778, "2026-02-06", "2031-01-01"), 900.328662, 1e-6),
    "NTNF02": (lambda: bonds.ntnf_dv01(0.133778, "2026-02-06", "2031-01-01"), 0.307333, 1e-5),
    "NTNB01": (lambda: ntnb.quotation(0.061490, "2024-05-31", "2035-05-15"), 99.3651, 0),
    "NTNB02": (lambda: ntnb.price(4315.498383, 100.6409), 4343.156412, 1e-6),
    "NTNB03": (lambda: ntnb.vna_on_15th(6967.89), 4315.498383, 1e-6),
    "NTNB04": (lambda: ntnb.vna("2026-02-06", 4585.159356, 0.0033), 4596.158793, 1e-6),
    "NTNB05": (lambda: ntnb.price(4596.158793, ntnb.quotation(0.078168, "2026-02-06", "2028-08-15")), 4550.923398, 1e-6),
    "NTNB06": (lambda: ntnb.vna("2025-12-30", 4570.078408, 4585.159356 / 4570.078408 - 1, "stn"), 4577.369436, 1e-6),
    "LFT01": (lambda: lft.price(0.000419, 515, 18346.789004), 18331.084153, 2e-6),
    "ETTJ01": (lambda: _percent(PRE, 252), 13.9071, 0),
    "ETTJ02": (lambda: _percent(IPCA, 252), 8.7340, 0),
    "ETTJ03": (lambda: _percent(PRE, 2520), 14.4930, 0),
    "BEI01": (lambda: inflation.breakeven(0.139071, 0.087340) * 100, 4.7575, 0.0001),
    "UST01": (lambda: ust.clean_price(0.0425, 0.0425, "2024-11-15", "2034-11-15"), 100.0, 1e-8),
    "UST02": (lambda: ust.clean_price(0.0425, 0.0454, *NOTE), 97.724449, 1e-5),
    "UST03": (lambda: ust.dv01(0.0425, 0.0454, *NOTE), 0.077216, 1e-5),
    "UST04": (lambda: ust.accrued(0.0425, *NOTE), 0.939227, 1e-5),
    "UST05": (lambda: ust_curve.bootstrap([0.0425, 0.0420, 0.0418, 0.0420])[-1], 0.920230297, 1e-8),
    "FUT01": (lambda: ust_futures.conversion_factor(0.04, date(2032, 2, 15), date(2025, 3, 1), "quarter"), 0.8902, 0),
    "FUT02": (lambda: ust_futures.conversion_factor(0.0425, date(2027, 1, 31), date(2025, 3, 1), "month"), 0.9700, 0),
    "FUT03": (lambda: ust_futures.dv01(ust.dv01(0.04, 0.0430, "2025-03-03", "2032-02-15"), 0.8902, "zn"), 66.2252, 0.01),
    "SOFR01": (lambda: sofr.compounded([0.0433, 0.0434, 0.0431, 0.0430, 0.0435], [3, 1, 1, 1, 1]), 0.043284802, 1e-8),
    "TIPS01": (lambda: inflation.breakeven_bond_equivalent(0.0454, 0.0205), 0.024647365, 1e-8),
    "CDS01": (lambda: cds.upfront(0.0180, 0.04, 5.25, 1e7), 359683.66, 5400),
    "CDS02": (lambda: cds.survival(0.0180, 5.0), 0.88605, 0.0015),
    "CDS03": (lambda: cds.risky_annuity(0.0250, 0.04, 5.25), 4.3969, 0.06),
    "PRT01": (lambda: risk_parity([[0.04, 0.006, 0.002], [0.006, 0.0225, 0.003], [0.002, 0.003, 0.01]]),
              [0.234114, 0.297658, 0.468228], 1e-5),
    "PSR01": (lambda: deflated(2.5 / 250**0.5, 1250, -3, 10, trials=100, variance=0.5 / 250), 0.9004, 1e-4),
}
AWAITING = {
    "VAR01": "the Kupiec test belongs to the validation of VaR, which has no module yet",
    "VAR02": "so does the Christoffersen test",
    "VAR03": "the Cornish-Fisher quantile is of a parametric VaR; the desk's is historical",
    "VAR04": "so is the t quantile",
    "PRT02": "Black-Litterman has no module yet",
    "PRT03": "minimum variance has no module yet",
    "DBT01": "debt dynamics belong to the fiscal agent, which has no module yet",
}


@pytest.mark.parametrize("oracle", ORACLES)
def test_the_library_gives_the_published_value_of(oracle):
    compute, expected, tolerance = ORACLES[oracle]
    assert np.asarray(compute(), dtype=float).tolist() == pytest.approx(expected, rel=0, abs=tolerance)


@pytest.mark.recorded
def test_every_oracle_of_the_table_is_tested_at_its_tolerance_or_awaits_its_engine(spec):
    with (spec / "oracles.csv").open() as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert set(ORACLES) | set(AWAITING) == set(rows)
    assert not set(ORACLES) & set(AWAITING)
    for oracle, (_, expected, tolerance) in ORACLES.items():
        published = [float(part) for part in rows[oracle]["expected"].split(";")]
        assert (np.atleast_1d(expected).tolist(), tolerance) == (published, float(rows[oracle]["tolerance"])), oracle


@pytest.mark.parametrize(
    ("parameters", "published"),
    [
        (IPCA, {126: 9.3052, 252: 8.7340, 504: 8.6624, 1008: 8.5984, 2520: 7.9884, 8442: 7.3144}),
        (PRE, {126: 13.8029, 252: 13.9071, 504: 14.1769, 1008: 14.4820, 2520: 14.4930}),
    ],
)
def test_anbima_curves_reproduce_at_every_published_vertex(parameters, published):
    assert {days: _percent(parameters, days) for days in published} == published


def test_breakevens_of_anbima_reproduce_at_every_published_vertex():
    published = {126: 4.1148, 252: 4.7575, 504: 5.0748, 1008: 5.4177, 2520: 6.0234}
    for days, expected in published.items():
        implied = inflation.breakeven(_percent(PRE, days) / 100, _percent(IPCA, days) / 100) * 100
        assert float(implied) == pytest.approx(expected, abs=2e-4)


def test_the_example_of_carry_and_roll_down_earns_69_51_reais():
    rolled = curve.flat_forward([417, 479], [0.14950, 0.14875], [458])[0]
    assert rolled == pytest.approx(0.148981, abs=5e-7)
    assert float(di1.carry(0.14875, 479, rolled, 0.1315, 21)) == pytest.approx(69.51, abs=0.005)
    assert float(di1.carry_per_dv01(0.14875, 479, rolled, 0.1315, 21)) * 1e4 == pytest.approx(5.47, abs=0.005)


def test_the_clean_cupom_of_the_example_is_165_bp_below_the_dirty_one():
    dirty = cupom.clean(5.8301, 5.879977, 0.13370, 39, 57)
    assert float(dirty) == pytest.approx(0.06923, abs=1e-6)
    assert float(cupom.clean(5.8150, 5.879977, 0.13370, 39, 57)) == pytest.approx(0.052693, abs=1e-6)


def test_the_isda_engine_and_the_quarterly_hazard_agree_where_the_triangle_drifts():
    assert float(np.exp(-5 * cds.hazard(0.0180, 0.04, 5.25))) == pytest.approx(0.88605, abs=2e-4)
