"""The factors that are promised are the factors that are built."""

from models_py.kernel import seeds
from models_py.nlp.paths import COMMITTEES
from models_py.quant.excess_index import INSTRUMENTS
from models_py.quant.tenors import BEI_RETURNS, CARRY, CURVES, DI1, REAL


def test_every_factor_of_the_seed_is_one_that_is_built():
    built = {f"{curve}_{tenor}bd" for curve in ("br_di1", "br_real") for tenor in CURVES[curve]}
    built |= {f"br_bei_{tenor}bd" for tenor in REAL} | {f"br_di1_carry_{tenor}bd" for tenor in CARRY}
    built |= {f"{instrument}_excess_index" for instrument in INSTRUMENTS}
    built |= {f"{committee.name}_{what}" for committee in COMMITTEES for what in ("tone_z", "tone_change")}
    built |= {"br_output_gap", "br_rstar", "br_di1_slope_252_1260bd", "br_cdi_spliced", "us_short_rate"}
    built |= {"usdbrl_carry_63bd", "br_focus_ipca_18m", "br_copom_surprise"}
    assert set(seeds.read("factors")["factor_id"]) == built
    assert set(BEI_RETURNS) <= set(REAL) & set(DI1)
