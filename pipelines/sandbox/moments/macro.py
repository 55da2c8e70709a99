"""Monthly, survey and policy moments of both economies."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.moments.published import Published
from pipelines.sandbox.moments.statistics import autocorrelation, season_share

Floats = NDArray[np.float64]

PRICES = {"ipca": "433", "ipca_food": "27864", "ipca_industrial": "27863", "ipca_services": "10844", "ipca_administered": "4449"}
CORES = {"ex0": "11427", "ex3": "27839", "ms": "4466", "dp": "16122", "p55": "28750"}
GROUPS = {"alimentacao": "1635", "habitacao": "1636", "artigos": "1637", "vestuario": "1638", "transportes": "1639", "saude": "1641",
          "despesas": "1642", "educacao": "1643", "comunicacao": "1640"}
SHORT_WINDOW = np.datetime64("2020-01-01")
QUARTER, HALF_YEAR = 63, 126


def measure(p: Published) -> dict[str, float]:
    """Every moment of monthly and survey series, by id."""
    return _brazil_prices(p) | _policy(p) | _focus(p) | _activity(p) | _united_states(p)


def _brazil_prices(p: Published) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, code in PRICES.items():
        month, value = p.monthly("bcb_sgs", code)
        share, rest = season_share(value, month)
        out |= {f"{name}_mean": float(value.mean()), f"{name}_sd": float(value.std()), f"{name}_ac1": autocorrelation(value, 1),
                f"{name}_seas_r2": share, f"{name}_sa_ac1": autocorrelation(rest, 1)}
    for name, code in CORES.items():
        value = p.latest("bcb_sgs", code).value
        out |= {f"core_{name}_sd": float(value.std()), f"core_{name}_ac1": autocorrelation(value, 1)}
    for name, code in GROUPS.items():
        found = p.latest("bcb_sgs", code)
        out[f"group_{name}_sd"] = float(found.value[found.source_date >= SHORT_WINDOW].std())
    twelve = p.latest("bcb_sgs", "13522").value
    out |= {"ipca12_min": float(twelve.min()), "ipca12_max": float(twelve.max()), "ipca12_sd": float(twelve.std())}
    diffusion, ipca = p.latest("bcb_sgs", "21379").value, p.latest("bcb_sgs", "433").value
    out |= {"diffusion_mean": float(diffusion.mean()), "diffusion_sd": float(diffusion.std()),
            "diffusion_corr_ipca": float(np.corrcoef(diffusion, ipca)[0, 1])}
    return out


def _policy(p: Published) -> dict[str, float]:
    """COPOM from the published target: a meeting is an instant at which days ahead were fixed."""
    found = p.world.prints("bcb_sgs", "432")
    inside = (found.published_at >= p.first.astype("datetime64[us]")) & (found.published_at <= (p.last + 1).astype("datetime64[us]"))
    held, start = np.unique(found.published_at[inside], return_index=True)
    level = found.value[inside][start]
    before = p.world.prints("bcb_sgs", "432").value[0]
    move = np.diff(np.concatenate([[before], level]))
    size = np.round(np.abs(move[move != 0]), 2)
    sign = np.sign(move[move != 0])
    meetings = held.astype("datetime64[D]")
    daily = p.latest("bcb_sgs", "432").value
    years = (p.last - p.first).astype(np.int64) / 365.25
    half = p.curve["di126"]
    after = np.searchsorted(half.dates, meetings, side="right")
    after = after[(after > 0) & (after < half.dates.size)]
    out = {
        "copom_meetings_per_year": held.size / round(years), "copom_gap_days": float(np.diff(meetings).astype(np.int64).mean()),
        "copom_share_hold": float((move == 0).mean()), "copom_same_sign_prob": float((sign[1:] == sign[:-1]).mean()),
        "selic_cycles": float(1 + (sign[1:] != sign[:-1]).sum()), "selic_min": float(daily.min()), "selic_max": float(daily.max()),
        "selic_sd": float(daily.std()), "selic_mean": float(daily.mean()),
        "copom_next_day_di126_sd": float(((half.level[after] - half.level[after - 1]) * 100).std()),
    }
    return out | {f"copom_share_step_{step}": float((size == step / 100).mean()) for step in (25, 50, 75, 100)}


def _focus(p: Published) -> dict[str, float]:
    found = p.latest("bcb_focus", "IPCA|S|0")
    days, level = found.source_date, found.value
    week = level[(days.astype(np.int64) + 3) % 7 == 4]
    change = np.diff(level)
    out = {
        "focus12_mean": float(level.mean()), "focus12_sd": float(level.std()), "focus12_dchg_sd_bp": float(change.std() * 100),
        "focus12_share_unch": float((np.round(change, 4) == 0).mean()), "focus12_dac1": autocorrelation(np.diff(week), 1),
        "focus12_rev3m_sd": float((level[QUARTER:] - level[:-QUARTER]).std()),
        "focus12_rev6m_sd": float((level[HALF_YEAR:] - level[:-HALF_YEAR]).std()),
    }
    realised = p.world.prints("bcb_sgs", "13522").latest()
    months = realised.source_date.astype("datetime64[M]")
    ends = np.searchsorted(days, (months + 1).astype("datetime64[D]")) - 1
    usable = (months + 12 <= months[-1]) & (months + 12 <= p.last.astype("datetime64[M]")) & (ends >= QUARTER)
    forecast, revision = level[ends[usable]], level[ends[usable]] - level[ends[usable] - QUARTER]
    error = realised.value[np.flatnonzero(usable) + 12] - forecast
    out |= {"focus12_err_mean": float(error.mean()), "focus12_err_sd": float(error.std()),
            "focus12_CG_beta": float(np.cov(revision, error)[0, 1] / revision.var(ddof=1))}
    return out


def _growth(p: Published, source: str, key: str, *, calm: bool) -> Floats:
    """Monthly % changes (log), outside the crash year if asked."""
    found = p.latest(source, key)
    change = 100 * np.diff(np.log(found.value))
    months = found.source_date[1:].astype("datetime64[M]")
    return change[np.isin(months, p.calm_months)] if calm else change


def _activity(p: Published) -> dict[str, float]:
    ibcbr, industry = _growth(p, "bcb_sgs", "24364", calm=True), _growth(p, "bcb_sgs", "28503", calm=True)
    real = p.latest("bcb_sgs", "11752").value
    commodity = 100 * np.diff(np.log(p.latest("bcb_sgs", "27574").value))
    found = p.latest("bcb_sgs", "22109")
    quarterly = 100 * np.diff(np.log(found.value))
    quarters = found.source_date[1:].astype("datetime64[M]")
    calm = np.isin(quarters, p.calm_months) & np.isin(quarters + 2, p.calm_months)
    return {
        "ibcbr_mom_sd": float(ibcbr.std()), "ibcbr_mom_ac1": autocorrelation(ibcbr, 1), "br_ip_mom_sd": float(industry.std()),
        "br_ip_mom_ac1": autocorrelation(industry, 1), "br_retail_mom_sd": float(_growth(p, "bcb_sgs", "28473", calm=True).std()),
        "br_gdp_qoq_sd_ex20": float(quarterly[calm].std()), "reer_mom_sd": float((100 * np.diff(np.log(real))).std()),
        "reer_mom_ac1": autocorrelation(np.diff(np.log(real)), 1), "reer_ac12": autocorrelation(np.log(real), 12),
        "icbr_mom_sd": float(commodity.std()), "icbr_mom_ac1": autocorrelation(commodity, 1),
    }


def _united_states(p: Published) -> dict[str, float]:
    cpi, core = _growth(p, "fred", "CPIAUCSL", calm=False), _growth(p, "fred", "CPILFESL", calm=False)
    index = p.world.prints("fred", "CPIAUCSL").latest()
    yearly = (index.value[12:] / index.value[:-12] - 1) * 100
    yearly = yearly[(index.source_date[12:] >= p.first) & (index.source_date[12:] <= p.last)]
    rate, jobs = p.latest("fred", "UNRATE"), p.latest("fred", "PAYEMS")
    calm = np.isin(rate.source_date[1:].astype("datetime64[M]"), p.calm_months)
    claims = p.latest("fred", "ICSA")
    week = np.isin(claims.source_date[1:].astype("datetime64[M]"), p.calm_months)
    funds = p.latest("fred", "FEDFUNDS").value
    return {
        "us_cpi_mom_sd": float(cpi.std()), "us_cpi_mom_ac1": autocorrelation(cpi, 1), "us_cpi_yoy_sd": float(yearly.std()),
        "us_cpi_yoy_max": float(yearly.max()), "us_core_cpi_mom_sd": float(core.std()), "us_core_cpi_mom_ac1": autocorrelation(core, 1),
        "us_unrate_sd": float(rate.value.std()), "us_unrate_chg_sd_ex20": float(np.diff(rate.value)[calm].std()),
        "us_payrolls_chg_sd_ex20": float(np.diff(jobs.value)[calm].std()),
        "us_ip_mom_sd_ex20": float(_growth(p, "fred", "INDPRO", calm=True).std()),
        "us_claims_wchg_sd_ex20": float((100 * np.diff(np.log(claims.value)))[week].std()),
        "fed_mean": float(funds.mean()), "fed_sd": float(funds.std()), "fed_share_zlb": float((funds < 0.30).mean()),
        "fed_max": float(funds.max()),
    }
