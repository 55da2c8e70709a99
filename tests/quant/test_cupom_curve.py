"""The clean cupom curve out of FRC quotes and one live spot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import cupom, cupom_curve, fx
from models_py.quant.errors import BadCurve, BadRate

DAYS, BUSINESS = np.array([30, 57, 149, 240, 331, 696]), np.array([20, 39, 102, 166, 229, 479])


@given(stale=st.floats(0.97, 1.03), level=st.floats(0.01, 0.09), slope=st.floats(-0.02, 0.03))
def test_a_stale_ptax_in_every_ddi_leaves_no_trace_in_the_clean_curve(stale, level, slope):
    spot, di = 5.8150, 0.1337
    clean = level + slope * DAYS / 696
    forwards = fx.forward(spot, di, BUSINESS, clean, DAYS)
    # the exchange makes DDI of the PTAX of the eve
    dirty = cupom.clean(spot * stale, forwards, di, BUSINESS, DAYS)
    quotes = cupom.frc(dirty[0], DAYS[0], dirty[1:], DAYS[1:])
    short = float(cupom.clean(spot, forwards[0], di, BUSINESS[0], DAYS[0]))
    curve = cupom_curve.of_frc(short, float(DAYS[0]), quotes, DAYS[1:])
    assert curve.rates(DAYS) == pytest.approx(clean, abs=1e-12)
    assert curve.forward(30, DAYS[1:]) == pytest.approx(quotes, abs=1e-12)


def test_the_published_forward_is_met_and_the_short_end_held():
    curve = cupom_curve.of_frc(0.05, 30.0, [0.0541], [57])
    # (1 + 0.05 · 30/360) · (1 + 0.0541 · 27/360) over 57 days
    assert float(curve.rates(57)) == pytest.approx(((1 + 0.05 * 30 / 360) * (1 + 0.0541 * 27 / 360) - 1) * 360 / 57, abs=1e-14)
    assert float(curve.rates(30)) == pytest.approx(0.05, abs=1e-14)
    assert float(curve.rates(1)) == pytest.approx(0.05, abs=2e-4)


def test_quotes_that_make_no_curve_are_refused():
    with pytest.raises(BadCurve):
        cupom_curve.of_frc(0.05, 30.0, [], [])
    with pytest.raises(BadCurve, match="20"):
        cupom_curve.of_frc(0.05, 30.0, [0.05], [20])
    with pytest.raises(BadRate, match="nan"):
        cupom_curve.of_frc(0.05, 30.0, [np.nan], [57])
