"""FX_BR_05: positioning and flow in the real."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import by_reading
from models_py.signals.scale import MONDAY, clip1, gated, weekly, z

WEEKS = 156
CROWDED = 1.5


@strategy(
    code="FX_BR_05",
    asset_class="fx",
    needs=("cot_brl_leveraged_net", "cot_brl_open_interest", "br_fx_flow_4w"),
    legs={"usdbrl": 1.0},                        # a positive score is long BRL: short DOL
    horizon="1M",
    rebalance="weekly",
    source="Klitgaard & Weir (2004), FRBNY EPR 10(1); Kang, Rouwenhorst & Tang (2020), JF 75(1)",
    cost_bp=1.0,
    max_age={"cot_brl_leveraged_net": 8, "cot_brl_open_interest": 8, "br_fx_flow_4w": 9},
)
def fx_usdbrl_flow(x: pl.DataFrame, *, weeks: int = WEEKS) -> pl.Series:
    """Long BRL with the month's dollar inflow, against leveraged funds where they are crowded.

        crowd = z(net / open interest; 156 weeks), flow = z(net inflow of 4 weeks; 156 weeks)
        s = clip1(0.5 tanh(flow) - 0.5 tanh(crowd) [|crowd| > 1.5])

    Positions are of the CFTC's traders in financial futures, known on the Friday after their Tuesday; flows are the central
    bank's. Read on Mondays. Why it pays: flows persist for weeks, and a crowd has only the exit left.
    When it fails: the CME's contract is a small part of the market, whose weight is onshore and in swaps.
    """
    net = x["cot_brl_leveraged_net"] / x["cot_brl_open_interest"]
    crowd = by_reading(net, x["cot_brl_leveraged_net__new"], lambda share: z(share, weeks))
    flow = by_reading(x["br_fx_flow_4w"], x["br_fx_flow_4w__new"], lambda inflow: z(inflow, weeks))
    return weekly(clip1(0.5 * flow.tanh() - 0.5 * gated(crowd.tanh(), crowd.abs() > CROWDED)), x["decision_at"], MONDAY)
