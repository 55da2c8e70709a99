"""The day's trading around the settlements, and the tickers that share their prefixes: what a price report holds besides.

Trades are drawn from (seed, session) alone. They move from yesterday's rate or price to today's; ticks are those of each
contract. Options, strategies and swaps carry no settlement, as in the exchange's files: a parser tells them by their form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
import polars as pl

from pipelines.sandbox.wire import pick
from pipelines.sandbox.world.rng import generator

Row = Mapping[str, Any]

FAMILIES = ("DI1", "DAP", "DDI", "FRC", "DOL", "WDO")
RATES = ("DI1", "DAP", "DDI", "FRC")
_TICK = {"DI1": 0.005, "DAP": 0.005, "DDI": 0.001, "FRC": 0.01, "DOL": 0.5, "WDO": 0.5}
_SHORT_TICK, _SHORT_CONTRACTS = 0.001, 3              # DI1: the first three contract months
_ACTIVE = {"DI1": (0.97, 34), "DAP": (0.6, 14), "DDI": (0.7, 1), "FRC": (0.6, 30), "DOL": (0.97, 2), "WDO": (0.9, 4)}
_MEAN_TRADES = {"DI1": 900.0, "DAP": 40.0, "DDI": 2.0, "FRC": 12.0, "DOL": 9000.0, "WDO": 90000.0}
_NOISE = {"DI1": 0.02, "DAP": 0.015, "DDI": 0.03, "FRC": 0.02, "DOL": 6.0, "WDO": 6.0}


@dataclass(frozen=True)
class Instrument:
    """One line of a price report: its ticker, its figures by tag, and the family of a settled contract."""

    symbol: str
    family: str
    figures: Mapping[str, float] = field(default_factory=dict)


def instruments(settlements: pl.DataFrame, seed: int, day: np.datetime64) -> list[Instrument]:
    """Contracts with settlements and trades, then the tickers beside them, in the order of the file: traded ones first."""
    rows = list(settlements.iter_rows(named=True))
    found = [*_contracts(rows, seed, day), *_beside(rows, seed, day)]
    return sorted(found, key=lambda one: ("LastPric" not in one.figures, pick(seed, "b3.order", 10**9, day, one.symbol)))


def _contracts(settlements: Sequence[Row], seed: int, day: np.datetime64) -> list[Instrument]:
    year = int(str(day)[:4])
    found: list[Instrument] = []
    for family in FAMILIES:
        rows = [row for row in settlements if row["family"] == family]
        draws = generator(seed, f"b3.trades.{family}.{day}", year).random((max(len(rows), 64), 6)).tolist()
        for place, row in enumerate(rows):
            figures = {"OpnIntrst": row["open_interest"], **_trades(family, place, row, draws[place])}
            figures |= {"AdjstdQt": row["settlement"], "AdjstdQtTax": row["rate"]}
            figures |= {"PrvsAdjstdQt": row["previous"], "PrvsAdjstdQtTax": row["previous_rate"]}
            found.append(Instrument(row["symbol"], family, {tag: value for tag, value in figures.items() if value is not None}))
    return found


def _trades(family: str, place: int, row: Row, draws: Sequence[float]) -> dict[str, float]:
    chance, active = _ACTIVE[family]
    last, before = (row["rate"], row["previous_rate"]) if family in RATES else (row["settlement"], row["previous"])
    if last is None or draws[0] >= chance * (1.0 if place < active else 0.05):
        return {}
    tick = _SHORT_TICK if family == "DI1" and place < _SHORT_CONTRACTS else _TICK[family]
    noise, before = _NOISE[family], last if before is None else before
    first = _to(before + noise * (draws[1] - 0.5), tick)
    final = _to(last + noise * (draws[2] - 0.5), tick)
    low = _to(min(first, final) - noise * draws[3], tick)
    high = _to(max(first, final) + noise * draws[4], tick)
    mean = round((first + final + low + high) / 4, 2 if family == "FRC" else 3)
    count = 1 + int(_MEAN_TRADES[family] / (1 + place) * -log(1 - draws[5]))
    if count == 1:
        first = low = high = mean = final
    return {"FrstPric": first, "MinPric": low, "MaxPric": high, "TradAvrgPric": mean, "LastPric": final, "RglrTxsQty": count}


def _to(value: float, tick: float) -> float:
    return round(round(value / tick) * tick, 3)


def _beside(settlements: Sequence[Row], seed: int, day: np.datetime64) -> list[Instrument]:
    """DI1 spreads and forwards, options on DOL, WDO and IDI, exchange swaps."""
    januaries = [row for row in settlements if row["symbol"].startswith("DI1F")][:5]
    legs = [(row["symbol"][3:], row["rate"], row["du"]) for row in januaries]
    found: list[Instrument] = []
    for (near, near_rate, near_du), (far, far_rate, far_du) in pairwise(legs):
        spread = round(far_rate - near_rate, 3)
        growth = (1 + far_rate / 100) ** (far_du / 252) / (1 + near_rate / 100) ** (near_du / 252)
        forward = round(100 * (growth ** (252 / (far_du - near_du)) - 1), 3)
        found += [_flat(f"DII{near}{far}", spread, 40), _flat(f"DIF{near}{far}", forward, 2)]
    for symbol, price in [(row["symbol"], row["settlement"]) for row in settlements if row["family"] == "DOL"][:1]:
        for side, step in (("C", 0), ("C", 100), ("P", 0), ("P", -100)):
            strike = int(round(price / 50) * 50 + step)
            open_interest = 5 * (1 + pick(seed, "b3.options", 4000, day, side, step))
            found.append(Instrument(f"DOL{symbol[3:]}{side}{strike:06d}", "", {"OpnIntrst": open_interest}))
            found.append(Instrument(f"WDO{symbol[3:]}{side}{strike:06d}", "", {"OpnIntrst": open_interest}))
    for near, _, _ in legs[:2]:
        found.append(Instrument(f"IDI{near}C385000", "", {"OpnIntrst": 1000 + pick(seed, "b3.idi", 90000, day, near)}))
        found.append(Instrument(f"SCS{near}1", "", {"OpnIntrst": 100_000 + pick(seed, "b3.scs", 300_000, near)}))
    return found


def _flat(symbol: str, price: float, count: int) -> Instrument:
    tags: Sequence[str] = ("FrstPric", "MinPric", "MaxPric", "TradAvrgPric", "LastPric")
    return Instrument(symbol, "", {**dict.fromkeys(tags, price), "RglrTxsQty": count})
