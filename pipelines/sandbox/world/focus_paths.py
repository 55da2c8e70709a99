"""What respondents of the survey think, on each weekday, of each period to come: the centre around which their answers lie.

    prices, month j     the print once out; IPCA: the market's projection, then climate: (π* + (πF − π*) 2^(−h/11)) / 12 + season
                        others: shift / 12 + slope · IPCA's, and what the last print had beyond that, halved each month
    prices, year        Π (1 + month) − 1
    Selic, meeting k    s_k = s_(k−1) + .30 (L + (q − L) e^(−.35 t_k) − s_(k−1)): the path of the DI curve
    USDBRL, month       ln s − ½ · misalignment · (1 − 2^(−h/24)) + .02 h / 12
    GDP, industry       on the same period a year before: g + (last print − g) · decay^k;  a year is the mean of its periods
    flows (USD bn)      months that are out, and the mean of the last twelve for each of the others
    ratios, rates       A + (last print − A) 2^(−h/24)

h: months from the day's to the period's end. Arrays are (weekdays, periods), periods counted from the day's own, or from the one
before (months, quarters), which is asked about until it is printed.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import copom, di_curve, focus, meetings, real_curve, schedule
from pipelines.sandbox.world.brazil import BELIEF_DECAY, SMOOTHING
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEARS, MONTHS, QUARTERS, MEETINGS = 6, 74, 12, 48       # periods of each array; one more year than is asked about
HALF_LIFE, LONG_LIFE = 11.0, 24.0
#                 column of truth and release; shift and slope are those of the twelve-month survey
PRICES: Mapping[str, tuple[str, str]] = {
    "IPCA": ("ipca", "ipca"), "IGP-M": ("printed_igp_m", "igpm"), "IGP-DI": ("printed_igp_di", "igpdi"), "INPC": ("printed_inpc", "ipca"),
    "IPCA Administrados": ("ipca_administered", "ipca"), "IPCA Livres": ("ipca_free", "ipca"),
}
#                 column, sign and unit, release: sums of months
FLOWS: Mapping[str, tuple[str, float, str]] = {
    "Conta corrente": ("bop_current_account", 1e-3, "external"), "Balança comercial": ("bop_goods", 1e-3, "external"),
    "Investimento direto no país": ("bop_idp", 1e-3, "external"),
}
#                 column, sign, release, where it goes
RATIOS: Mapping[str, tuple[str, float, str, float]] = {
    "Resultado primário": ("fiscal_primary_need_12m", -1.0, "fiscal", 0.5),
    "Resultado nominal": ("fiscal_nominal_need_12m", -1.0, "fiscal", -5.0),
    "Dívida líquida do setor público": ("fiscal_net_debt", 1.0, "fiscal", 60.0),
    "Taxa de desocupação": ("unemployment", 100.0, "labour", 9.5),
}
#                 periods of a year, release, long-run growth, decay a period
GROWTH: Mapping[str, tuple[int, str, float, float]] = {
    "PIB Total": (4, "gdp", 2.2, 0.75), "Produção industrial": (12, "industry", 1.8, 0.90),
}


def months(p: Publisher, indicator: str) -> Floats:
    """Prices: change of each month in %, (weekdays, MONTHS), the first column of the month before the day's."""
    ahead = p.grid.month_of[:, None] - 1 + np.arange(MONTHS)
    ipca = _ipca(p, ahead)
    if indicator == "IPCA":
        return ipca
    column, release = PRICES[indicator]
    _, shift, slope, _ = focus.INDICATORS[indicator]
    own, last = p.truth.monthly[column], printed(p, release)
    climate = shift / 12 + slope * ipca
    place = np.clip(last - ahead[:, 0], 0, MONTHS - 1)
    excess = own[last] - np.take_along_axis(climate, place[:, None], axis=1)[:, 0]
    since = ahead - last[:, None]
    guess = climate + excess[:, None] * 0.5 ** np.maximum(since, 1)
    return np.where(since <= 0, own[np.minimum(ahead, own.size - 1)], guess)


def _ipca(p: Publisher, ahead: Ints) -> Floats:
    grid, projection, ipca = p.grid, p.curves.projection, p.truth.monthly["ipca"]
    expected = 100 * p.truth.daily["expected"][:, None]
    goals = np.array([copom.target(2006 + month // 12) for month in range(grid.months.size + MONTHS)])[np.maximum(ahead, 0)]
    horizon = np.maximum(ahead - grid.month_of[:, None], 0)
    found = (goals + (expected - goals) * 0.5 ** (horizon / HALF_LIFE)) / 12 + real_curve.season()[ahead % 12]
    place = ahead - projection.month[:, None]
    path = np.take_along_axis(projection.path, np.clip(place, 0, real_curve.MONTHS_AHEAD - 1), axis=1)
    found = np.where((place >= 0) & (place < real_curve.MONTHS_AHEAD), path, found)
    return np.where(place < 0, ipca[np.clip(ahead, 0, ipca.size - 1)], found)


def years_of_prices(p: Publisher, indicator: str) -> Floats:
    """Change over each calendar year in %, (weekdays, YEARS)."""
    change = np.log1p(months(p, indicator) / 100)
    own = np.concatenate([[0.0], np.nancumsum(np.log1p(p.truth.monthly[PRICES[indicator][0]] / 100))])     # some begin in 2008
    of_year = p.grid.month_of % 12
    total = np.concatenate([np.zeros((change.shape[0], 1)), np.cumsum(change, axis=1)], axis=1)
    gone = own[np.maximum(p.grid.month_of - 1, 0)] - own[p.grid.month_of - of_year]         # January to the month before last
    gone = np.where(of_year > 0, gone, 0.0)
    found = []
    for year in range(YEARS):
        first, end = np.maximum(12 * year - of_year + 1, 0), 12 * (year + 1) - of_year + 1
        # in January the month before is last year's
        first = np.where((year == 0) & (of_year == 0), 1, first)
        part = np.take_along_axis(total, end[:, None], 1)[:, 0] - np.take_along_axis(total, first[:, None], 1)[:, 0]
        found.append(100 * np.expm1(part + (gone if year == 0 else 0.0)))
    return np.stack(found, axis=1)


def selic(p: Publisher) -> Floats:
    """Target after each meeting to come in %, (weekdays, MEETINGS); the day of a meeting it is still ahead."""
    days, daily = p.truth.days, p.truth.daily
    ahead = np.searchsorted(meetings.copom(), days)
    took = meetings.copom_effective()[ahead[:, None] + np.arange(MEETINGS)]
    wait = (took - days[:, None]).astype(np.int64) / 365
    level, found = daily["selic"], []
    for k in range(MEETINGS):
        wanted = daily["long_run"] + (daily["q"] - daily["long_run"]) * np.exp(-BELIEF_DECAY * wait[:, k])
        level = np.maximum(level + SMOOTHING * (wanted - level), di_curve.FLOOR)
        found.append(100 * level)
    return np.stack(found, axis=1)


def years_of_selic(p: Publisher) -> Floats:
    """Target at the end of each year in %: that after its last meeting."""
    path, days = selic(p), p.truth.days
    ends = (days.astype("datetime64[Y]")[:, None] + np.arange(1, YEARS + 1)).astype("datetime64[D]")
    left = np.searchsorted(meetings.copom(), ends) - np.searchsorted(meetings.copom(), days)[:, None]
    after = np.take_along_axis(path, np.clip(left - 1, 0, MEETINGS - 1), axis=1)
    return np.where(left > 0, after, 100 * p.truth.daily["selic"][:, None])


def usdbrl(p: Publisher, horizon: Ints | Floats) -> Floats:
    """BRL per USD so many months ahead; `horizon` is (weekdays, n)."""
    daily = p.truth.daily
    faded = 0.5 * daily["misalignment"][:, None] * (1 - 0.5 ** (np.maximum(horizon, 0) / LONG_LIFE))
    return np.asarray(np.exp(daily["log_usdbrl"][:, None] - faded + 0.02 * np.maximum(horizon, 0) / 12))


def to_year_end(p: Publisher) -> Ints:
    """Months from the day's to the December of each year, (weekdays, YEARS)."""
    return 11 - p.grid.month_of[:, None] % 12 + 12 * np.arange(YEARS)


def years_of_flows(p: Publisher, indicator: str) -> Floats:
    """Sum of each year, USD billion."""
    column, unit, release = FLOWS[indicator]
    own = unit * p.truth.monthly[column]
    last = printed(p, release)
    total = np.concatenate([[0.0], np.cumsum(own)])
    mean = (total[last + 1] - total[last - 11]) / 12
    january = p.grid.month_of - p.grid.month_of % 12
    out = np.maximum(last + 1 - january, 0)
    this = total[january + out] - total[january] + (12 - out) * mean
    return np.column_stack([this, *(12 * mean for _ in range(YEARS - 1))])


def years_of_ratios(p: Publisher, indicator: str) -> Floats:
    """What each year ends with."""
    column, sign, release, goes_to = RATIOS[indicator]
    monthly = p.truth.monthly
    own = sign * (monthly["unemployed"] / monthly["labour_force"] if column == "unemployment" else monthly[column])
    return goes_to + (own[printed(p, release)][:, None] - goes_to) * 0.5 ** (to_year_end(p) / LONG_LIFE)


def growth(p: Publisher, indicator: str, count: int) -> Floats:
    """Growth over the same period a year before in %, (weekdays, count) quarters or months, the first of the period before the day's."""
    a_year, release, goes_to, decay = GROWTH[indicator]
    own = _activity(p, indicator)
    over = np.concatenate([np.full(a_year, goes_to), 100 * (own[a_year:] / own[:-a_year] - 1)])
    last = printed(p, release, 12 // a_year)
    ahead = (p.grid.month_of // (12 // a_year))[:, None] - 1 + np.arange(count)
    guess = goes_to + (over[last][:, None] - goes_to) * decay ** np.maximum(ahead - last[:, None], 0)
    return np.where(ahead <= last[:, None], over[np.clip(ahead, 0, over.size - 1)], guess)


def years_of_growth(p: Publisher, indicator: str) -> Floats:
    """Mean growth of the periods of each year."""
    a_year = GROWTH[indicator][0]
    own = _activity(p, indicator)
    over = np.concatenate([np.full(a_year, GROWTH[indicator][2]), 100 * (own[a_year:] / own[:-a_year] - 1)])
    ahead = growth(p, indicator, a_year * (YEARS + 1))
    now = p.grid.month_of // (12 // a_year)
    place = now % a_year
    found = []
    for year in range(YEARS):
        periods = (now - place)[:, None] + a_year * year + np.arange(a_year)
        column = periods - now[:, None] + 1
        told = np.take_along_axis(ahead, np.clip(column, 0, ahead.shape[1] - 1), axis=1)
        found.append(np.where(column < 0, over[np.clip(periods, 0, over.size - 1)], told).mean(axis=1))
    return np.stack(found, axis=1)


def _activity(p: Publisher, indicator: str) -> Floats:
    return p.truth.quarterly["gdp_nsa"] if indicator == "PIB Total" else p.truth.monthly["ip_nsa"]


def printed(p: Publisher, release: str, width: int = 1) -> Ints:
    """Position of the newest period that is out on each day; months, or quarters (`width` 3)."""
    out = np.maximum.accumulate(schedule.published(p.seed, release, p.truth.months[::width]))
    evening = p.truth.days.astype("datetime64[us]") + np.timedelta64(21, "h")
    return np.maximum(np.searchsorted(out, evening, side="right") - 1, 0)
