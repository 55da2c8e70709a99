"""States of each month measured from the blocks: the parts of the IPCA, credit and money, balance of payments, public accounts."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import brazil, cores, credit_money, external, fiscal, price_indices, volatility
from pipelines.sandbox.world.grid import Grid

Floats = NDArray[np.float64]

# weights of trading partners other than the United States in the effective exchange rate
PARTNERS = {"usdeur": 0.20, "usdcny": 0.27, "usdjpy": 0.06, "usdmxn": 0.09, "usdclp": 0.07, "usdgbp": 0.03, "usdcad": 0.03}


def prices(
    seed: int, grid: Grid, br: brazil.BrazilStates, daily: dict[str, Floats], vol: volatility.Volatility, groups: Floats,
    group_weights: Floats
) -> dict[str, Floats]:
    """IPCA aggregates and price indices by month, from the leaves."""
    out: dict[str, Floats] = {}
    for name, chosen in cores.classifications().items():
        out[f"ipca_{name}"] = cores.subset(br.leaves, br.leaf_weights, chosen)
    out["ipca_core_ma"] = cores.trimmed(br.leaves, br.leaf_weights)
    out["ipca_core_ms"] = cores.smoothed_trimmed(br.leaves, br.leaf_weights)
    out["ipca_core_dp"] = cores.double_weighted(br.leaves, br.leaf_weights, br.monthly["ipca"])
    out["ipca_core_p55"] = cores.percentile(br.leaves, br.leaf_weights)
    out["ipca_diffusion"] = cores.diffusion(br.leaves)
    for i, name in enumerate(cores.basket_groups()):
        out[f"ipca_group_{name}"] = groups[:, i].copy()
    indices = price_indices.build(seed, grid, br.monthly, groups, group_weights)
    out |= {f"printed_{name}": column for name, column in indices.change.items()}
    out |= {f"index_{name}": column for name, column in indices.index.items()}
    return out


def accounts(
    seed: int, grid: Grid, br: brazil.BrazilStates, daily: dict[str, Floats], monthly: dict[str, Floats],
    vol: volatility.Volatility
) -> dict[str, Floats]:
    """Credit and money, balance of payments, public accounts; daily columns come back with the prefix `daily_`."""
    closes, month_of = grid.closes, grid.month_of
    count = np.bincount(month_of)
    mean = lambda column: np.bincount(month_of, column) / count  # noqa: E731
    selic = daily["selic"][closes] * 100
    out = {f"credit_{name}": column for name, column in credit_money.build(seed, grid, {**br.monthly, "selic": selic},
                                                                           monthly["gdp_brl"]).items()}
    prices = np.cumsum(np.log1p(br.monthly["ipca"] / 100)) - np.cumsum(np.log1p(monthly["us_cpi_change"] / 100))
    fx = br.monthly["fx_mean"] / 100
    out["real_rate_log"] = fx - prices
    out["effective_rate_log"] = fx - prices - sum(weight * mean(np.log(daily[name])) for name, weight in PARTNERS.items())
    out["commodity_usd"] = br.monthly["commodity_mean"] - br.monthly["fx_mean"]
    out["cds_mean"] = mean(daily["cds"])
    out["commodity_index_log"] = mean(np.log(daily["commodity_index"])) + fx
    abroad = external.build(
        seed, grid,
        {"gap": br.monthly["gap"], "real_rate_log": out["real_rate_log"], "commodity_usd": out["commodity_usd"],
         "cds": out["cds_mean"],
         "carry": 100 * mean(daily["di_252"] - daily["ffr"])},
        {"log_usdbrl": br.daily["log_usdbrl"], "usdbrl_vol": daily["usdbrl_vol"], "cupom": daily["cupom_90"],
         "flow": br.daily["flow"]},
        (vol.global_ < 1.0) & (vol.brazil < 1.0),
    )
    out |= {f"bop_{name}": column for name, column in abroad.monthly.items()}
    out |= {f"daily_fx_{name}": column for name, column in abroad.daily.items()}
    spot = np.exp(br.daily["log_usdbrl"])[closes]
    public = fiscal.build(seed, grid, br.monthly, monthly["gdp_brl"], abroad.monthly["reserves"], spot)
    return out | {f"fiscal_{name}": column for name, column in public.items()}
