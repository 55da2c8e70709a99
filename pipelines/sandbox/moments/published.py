"""Series a moment is measured on: published values of the window, or truth where no simulated source publishes the thing yet."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import World
from pipelines.sandbox.world.prints import Prints

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

FIRST, LAST = np.datetime64("2010-01-01"), np.datetime64("2023-12-29")
DI_NODES = (126, 252, 504, 756, 1260)
REAL_NODES = (504, 756, 1260, 2520)
#                 source, code, kind of change
PUBLISHED = {
    "usdbrl": ("bcb_sgs", "1", "log"), "ibov": ("bcb_sgs", "7", "log"), "vix": ("fred", "VIXCLS", "log"), "spx": ("fred", "SP500", "log"),
    "wti": ("fred", "DCOILWTICO", "log"), "usdmxn": ("fred", "DEXMXUS", "log"), "usdzar": ("fred", "DEXSFUS", "log"),
    "ust2": ("fred", "DGS2", "bp"), "ust10": ("fred", "DGS10", "bp"), "tips10": ("fred", "DFII10", "bp"),
    "usbei10": ("fred", "T10YIE", "bp"),
}
CURVES = ("di252", "di1260", "rr1260", "bei1260")
TRUE = {"dxy": ("dxy", "log"), "gold": ("gold", "log"), "copper": ("copper", "log"), "cds": ("cds", "log"), "embi": ("embi", "bp_of_bp")}


@dataclass(frozen=True)
class Daily:
    """A daily series of the window: level in the unit of its moments, whether changes are logs (then in %) or points (then in bp)."""

    dates: Dates
    level: Floats
    kind: str

    def at(self, dates: Dates) -> Floats:
        """Levels in which a difference is a change in the moment's unit: 100·log, or bp."""
        chosen = self.level[np.searchsorted(self.dates, dates)]
        return 100 * np.log(chosen) if self.kind == "log" else chosen * (100 if self.kind == "bp" else 1)


@dataclass(frozen=True)
class Published:
    """Series of one world by the names the moments use."""

    world: World
    first: np.datetime64 = FIRST
    last: np.datetime64 = LAST

    def latest(self, source: str, key: str) -> Prints:
        """Final prints of a series inside the window, blanks left out."""
        found = self.world.prints(source, key).latest()
        return found.take((found.source_date >= self.first) & (found.source_date <= self.last) & np.isfinite(found.value))

    def monthly(self, source: str, key: str) -> tuple[NDArray[np.int64], Floats]:
        """Calendar month (0 = January) and value of each month of the window."""
        found = self.latest(source, key)
        return found.source_date.astype("datetime64[M]").astype(np.int64) % 12, found.value

    @cached_property
    def calm_months(self) -> NDArray[np.datetime64]:
        """Months outside the year of a crash: what leaving out 2020 is in this world."""
        truth = self.world.truth
        stormy = np.zeros(truth.months.size, bool)
        for start in truth.story.first["crash"]:
            month = int(truth.grid.month_of[start])
            stormy[month : month + 12] = True
        return truth.months[~stormy]

    def daily(self, name: str) -> Daily:
        """A daily series by its moment name."""
        if name in PUBLISHED:
            source, key, kind = PUBLISHED[name]
            found = self.latest(source, key)
            return Daily(found.source_date, found.value, kind)
        if name in CURVES:
            return self.curve[name]
        column, kind = TRUE[name]
        days = self.world.truth.days
        inside = (days >= self.first) & (days <= self.last)
        return Daily(days[inside], self.world.truth.daily[column][inside], kind)

    @cached_property
    def curve(self) -> dict[str, Daily]:
        """Zero rates of DI1 and DAP settlements by flat forward, and breakevens on zeros; rates in %."""
        exchange = self.world.b3
        days = exchange.sessions[(exchange.sessions >= self.first) & (exchange.sessions <= self.last)]
        nominal = np.array([_at_nodes(exchange.quotes("DI1", day), (*DI_NODES, 2520)) for day in days])
        real = np.array([_at_nodes(exchange.quotes("DAP", day), (252, *REAL_NODES)) for day in days])
        out = {f"di{node}": Daily(days, nominal[:, i], "bp") for i, node in enumerate((*DI_NODES, 2520))}
        out |= {f"rr{node}": Daily(days, real[:, i], "bp") for i, node in enumerate((252, *REAL_NODES))}
        for node in (252, 504, 756, 1260, 2520):
            bei = ((1 + out[f"di{node}"].level / 100) / (1 + out[f"rr{node}"].level / 100) - 1) * 100
            out[f"bei{node}"] = Daily(days, bei, "bp")
        return out


def _at_nodes(quotes: object, nodes: tuple[int, ...]) -> Floats:
    """Flat-forward zero rates in % at terms in business days."""
    du, rate = quotes.du, quotes.rate  # type: ignore[attr-defined]
    log = np.log1p(rate / 100) * du / 252
    wanted = np.array(nodes, float)
    value = np.interp(wanted, du, log)
    beyond = wanted > du[-1]
    if beyond.any():
        slope = (log[-1] - log[-2]) / (du[-1] - du[-2])
        value = np.where(beyond, log[-1] + slope * (wanted - du[-1]), value)
    return np.expm1(value * 252 / wanted) * 100
