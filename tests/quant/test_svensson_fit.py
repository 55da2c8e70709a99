"""Fitted curves: noise-free parameters come back, noise is not fitted, and nothing depends on chance."""

import numpy as np
import pytest

from models_py.quant import svensson
from models_py.quant.errors import BadCurve
from models_py.quant.svensson_fit import fit

TENORS = np.array([21, 42, 63, 126, 189, 252, 378, 504, 630, 756, 1008, 1260, 1512, 1764, 2016, 2520, 3024, 3780], dtype=float)
PRE = (0.14244785469011, -4.17963085616872e-3, -1.76338937692003e-2, 2.21665799663186e-2, 1.25307136472059, 0.504334569312079)
IPCA = (7.01110754708797e-2, 5.89431389506583e-2, -2.19914145293608e-2, 4.60229716669306e-2, 4.20925675129582, 0.495706741732079)


def rates(parameters):
    return np.array([svensson.rate(svensson.Svensson(*row), TENORS) for row in np.atleast_2d(parameters)])


def some(n, seed):
    random = np.random.default_rng(seed)
    first = np.exp(random.uniform(np.log(0.4), np.log(4.0), n))
    return np.column_stack([
        random.uniform(0.05, 0.15, n), random.uniform(-0.04, 0.04, n), random.uniform(-0.05, 0.05, n),
        random.choice([-1, 1], n) * random.uniform(0.01, 0.05, n), first, first * random.choice([0.3, 0.45, 2.2, 3.3], n),
    ])  # fmt: skip


def test_the_published_curves_of_anbima_give_their_parameters_back():
    found = fit(TENORS, rates([PRE, IPCA]))
    np.testing.assert_allclose(found.parameters, [PRE, IPCA], rtol=0, atol=1e-8)


def test_noise_free_nelson_siegel_parameters_come_back_to_a_thousandth_of_a_basis_point():
    wanted = some(300, 7)
    wanted[:, 3] = 0.0
    found = fit(TENORS, rates(wanted), humps=1)
    assert np.abs(found.parameters[:, :3] - wanted[:, :3]).max() < 1e-7
    assert np.abs(found.parameters[:, 4] / wanted[:, 4] - 1).max() < 1e-5
    assert (found.parameters[:, 3] == 0).all()


def test_noise_free_svensson_curves_come_back_within_a_tenth_of_a_basis_point():
    wanted = some(300, 11)
    found = fit(TENORS, rates(wanted))
    again = rates(found.parameters)
    assert np.abs(again - rates(wanted)).max() < 1e-5
    # two valleys may describe one curve to a tenth of a basis point: nearly all are the valley it was made in
    assert (np.abs(found.parameters[:, :4] - wanted[:, :4]).max(axis=1) < 1e-5).mean() > 0.97


def test_noise_of_3_bp_leaves_what_eighteen_points_and_six_parameters_leave():
    random = np.random.default_rng(5)
    noisy = rates(np.repeat([PRE], 200, axis=0)) + random.normal(0, 3e-4, (200, len(TENORS)))
    found = fit(TENORS, noisy)
    # at most 3 · √(12/18) = 2.45 on average: six of eighteen degrees are fitted
    assert 2.0 < found.rmse.mean() * 1e4 < 2.5


def test_a_fit_is_the_same_whatever_the_company_and_the_gaps():
    wanted = some(20, 3)
    together, padded = fit(TENORS, rates(wanted)), rates(wanted)
    alone = fit(TENORS, rates(wanted)[7])
    np.testing.assert_allclose(alone.parameters[0], together.parameters[7], rtol=0, atol=1e-7)
    padded[:, [2, 9]] = np.nan
    gappy = fit(np.tile(TENORS, (20, 1)), padded)
    assert gappy.valid.all()
    assert np.abs(rates(gappy.parameters) - rates(wanted)).max() < 2e-5


def test_a_curve_with_fewer_rates_than_parameters_is_told_and_not_fitted():
    short = np.full((2, len(TENORS)), np.nan)
    short[0] = rates([PRE])[0]
    short[1, :5] = 0.13
    found = fit(TENORS, short)
    assert found.valid.tolist() == [True, False]
    assert np.isnan(found.parameters[1]).all()
    with pytest.raises(BadCurve):
        fit(TENORS, np.empty((0, len(TENORS))))
    with pytest.raises(BadCurve, match="3"):
        fit(TENORS, short, humps=3)


def test_weights_move_the_fit_toward_the_rates_they_favour():
    bumped = rates([PRE])[0]
    bumped[-1] += 0.0050
    weight = np.ones(len(TENORS))
    weight[-1] = 1e4
    free, drawn = (svensson.rate(fit(TENORS, bumped, w).curve(), TENORS[-1:]) - bumped[-1] for w in (None, weight))
    assert abs(float(drawn[0])) < abs(float(free[0])) / 10
