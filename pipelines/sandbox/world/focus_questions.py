"""What the Focus survey asks: sets, indicators, the periods of each day, and how far answers lie apart.

    σ(h) = near + (far − near) (1 − 2^(−h/8)),  h in months to the end of the period

Names of sets, indicators and periods are Olinda's: years `2026`, months `09/2026`, quarters `3/2026`, meetings `R5/2026`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import focus_paths as paths
from pipelines.sandbox.world import meetings
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

FIRST_YEAR = 2006                                        # of the grid's months and of the list of meetings
YEARS, MONTHS, QUARTERS, MEETINGS = 5, 25, 9, 16         # periods asked about on a day
#                share of respondents, sd of far and of near answers, step they are rounded to
ANSWERS: Mapping[str, tuple[float, float, float, float]] = {
    "IPCA": (1.0, 0.45, 0.05, 0.01), "IGP-M": (0.62, 0.90, 0.10, 0.01), "IGP-DI": (0.40, 0.90, 0.10, 0.01),
    "INPC": (0.45, 0.50, 0.06, 0.01), "IPCA Administrados": (0.40, 0.80, 0.08, 0.01), "IPCA Livres": (0.35, 0.50, 0.06, 0.01),
    "Selic": (0.90, 1.00, 0.08, 0.25),
    "Câmbio": (0.85, 0.25, 0.03, 0.01), "PIB Total": (0.75, 0.50, 0.10, 0.01), "Produção industrial": (0.30, 1.20, 0.20, 0.01),
    "Conta corrente": (0.25, 9.0, 1.5, 0.01), "Balança comercial": (0.25, 9.0, 1.5, 0.01),
    "Investimento direto no país": (0.25, 9.0, 2.0, 0.01), "Resultado primário": (0.35, 0.35, 0.05, 0.01),
    "Resultado nominal": (0.25, 0.80, 0.15, 0.01), "Dívida líquida do setor público": (0.20, 2.5, 0.4, 0.01),
    "Taxa de desocupação": (0.20, 0.60, 0.10, 0.01),
}
DETAIL = {"Balança comercial": "Saldo"}
_ONE_MONTH = 0.30                                        # answers on one month lie this much closer than on a year

_PRICES = tuple(paths.PRICES)
INDICATORS: Mapping[str, tuple[str, ...]] = {
    "Anuais": tuple(ANSWERS), "Mensais": (*_PRICES, "Câmbio"), "Trimestrais": ("PIB Total",), "Selic": ("Selic",),
}


@dataclass(frozen=True)
class Question:
    """One set and indicator. Arrays have a row a weekday; periods are numbered from the first of 2006.

    `centres` has the periods from number `now` on; the first `asked` of them are asked about, that of `now` only while `printed`
    (number of the newest that is out) is below it. `spread` is σ of each, `names` what Olinda calls each number.
    """

    indicator: str
    centres: Floats
    now: Ints
    asked: int
    spread: Floats
    names: Texts
    printed: Ints | None = None

    @property
    def share(self) -> float:
        return ANSWERS[self.indicator][0]

    @property
    def step(self) -> float:
        return ANSWERS[self.indicator][3]


def question(p: Publisher, frequency: str, indicator: str) -> Question:
    """The question of a frequency (`Anuais`, `Mensais`, `Trimestrais`, `Selic`) about an indicator.

    Raises:
        KeyError: it is not asked in this world.
    """
    if indicator not in INDICATORS[frequency]:
        raise KeyError(f"{frequency}|{indicator}")
    return {"Anuais": _years, "Mensais": _months, "Trimestrais": _quarters, "Selic": _meetings}[frequency](p, indicator)


def _years(p: Publisher, indicator: str) -> Question:
    if indicator in paths.PRICES:
        centres = paths.years_of_prices(p, indicator)
    elif indicator in paths.FLOWS:
        centres = paths.years_of_flows(p, indicator)
    elif indicator in paths.RATIOS:
        centres = paths.years_of_ratios(p, indicator)
    elif indicator in paths.GROWTH:
        centres = paths.years_of_growth(p, indicator)
    else:
        centres = paths.years_of_selic(p) if indicator == "Selic" else paths.usdbrl(p, paths.to_year_end(p))
    now = p.grid.month_of // 12
    names = np.array([str(FIRST_YEAR + number) for number in range(int(now[-1]) + paths.YEARS + 1)])
    return Question(indicator, centres, now, YEARS, _spread(indicator, paths.to_year_end(p)), names)


def _months(p: Publisher, indicator: str) -> Question:
    now = p.grid.month_of - 1
    horizon = np.broadcast_to(np.arange(-1, MONTHS), (now.size, MONTHS + 1))
    if indicator == "Câmbio":
        far = np.broadcast_to(np.arange(-1, paths.MONTHS - 1), (now.size, paths.MONTHS))
        centres, printed, scale = paths.usdbrl(p, far), now, 1.0                 # no one asks about a month that is over
    else:
        centres, printed, scale = paths.months(p, indicator), paths.printed(p, paths.PRICES[indicator][1]), _ONE_MONTH
    names = np.array([f"{month % 12 + 1:02d}/{FIRST_YEAR + month // 12}" for month in range(int(now[-1]) + paths.MONTHS + 1)])
    return Question(indicator, centres, now, MONTHS + 1, scale * _spread(indicator, np.maximum(horizon, 0)), names, printed)


def _quarters(p: Publisher, indicator: str) -> Question:
    now = p.grid.month_of // 3 - 1
    horizon = np.broadcast_to(3 * np.arange(-1, QUARTERS), (now.size, QUARTERS + 1))
    centres = paths.growth(p, indicator, paths.QUARTERS)
    printed = paths.printed(p, paths.GROWTH[indicator][1], 3)
    names = np.array([f"{quarter % 4 + 1}/{FIRST_YEAR + quarter // 4}" for quarter in range(int(now[-1]) + paths.QUARTERS + 1)])
    return Question(indicator, centres, now, QUARTERS + 1, _spread(indicator, np.maximum(horizon, 0)), names, printed)


def _meetings(p: Publisher, indicator: str) -> Question:
    now = np.searchsorted(meetings.copom(), p.truth.days)
    horizon = np.broadcast_to(1.5 * np.arange(MEETINGS), (now.size, MEETINGS))
    names = np.array([f"R{number % 8 + 1}/{FIRST_YEAR + number // 8}" for number in range(int(now[-1]) + paths.MEETINGS + 1)])
    return Question(indicator, paths.selic(p), now, MEETINGS, _spread(indicator, horizon), names)


def _spread(indicator: str, horizon: Floats | Ints) -> Floats:
    _, far, near, _ = ANSWERS[indicator]
    return near + (far - near) * (1 - 0.5 ** (horizon / 8.0))
