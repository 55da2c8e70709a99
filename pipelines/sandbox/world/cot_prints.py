"""Commitments of Traders as published: every leg of every group, in whole contracts, weekly.

    net of a group = s · open interest, s from `positioning` or an AR(1) of its own; the last group closes the sum
    long = common + max(net, 0)     short = common + max(−net, 0)     Σ long + Σ spread = Σ short + Σ spread = open interest

The legacy report counts the same contracts in other groups: managed money, leveraged and other reportables are non-commercial,
the rest commercial. A report is dated Tuesday (Monday where that is a federal holiday) and published when the CFTC did or would:
Friday 15:30 in New York, later after holidays and shutdowns. One in 120 first reports has some contracts in the wrong group, put
right with the next one. Keys are `<report>|<contract code>`: the value is open interest, `extra` has `<group>|<leg>`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models_py.quant.federal_holidays import is_closed
from models_py.quant.release_calendars import dated
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.cot_markets import BY_CODE, MARKETS, Market
from pipelines.sandbox.world.noise import autoregressive
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Legs = dict[str, Ints]

SOURCE = "cftc"
CORRECTED = 1 / 120
MOST = 0.9                                 # of what is not spread, the most that nets may take

# Report → its groups, the closing one first; share of open interest in common positions, and in spreads.
GROUPS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "tff": {
        "dealer": (0.28, 0.02), "asset_mgr": (0.26, 0.02), "lev_money": (0.26, 0.06), "other_rept": (0.10, 0.02), "nonrept": (0.10, 0.0),
    },
    "disagg": {
        "prod_merc": (0.34, 0.0), "swap": (0.20, 0.07), "m_money": (0.22, 0.10), "other_rept": (0.12, 0.06), "nonrept": (0.12, 0.0),
    },
}
# Net over open interest of the groups that no state has: persistence, sd.
SPECULATORS = {"tff": ("lev_money", 0.96, 0.12), "disagg": ("m_money", 0.97, 0.14)}
MANAGERS = {"tff": ("asset_mgr", 0.98, 0.16), "disagg": ("swap", 0.985, 0.10)}
SMALL = {"other_rept": (0.95, 0.03), "nonrept": (0.94, 0.03)}
NONCOMMERCIAL = frozenset(("lev_money", "m_money", "other_rept"))
KEYS = tuple(sorted(f"{report}|{market.code}" for market in MARKETS for report in (market.report, "legacy")))


def series(p: Publisher, key: str) -> Prints:
    """Every print of one contract in one report.

    Raises:
        KeyError: no such report or contract.
    """
    if key not in KEYS:
        raise KeyError(key)
    report, code = key.split("|")
    market = BY_CODE[code]
    tuesdays = p.truth.tuesdays
    chosen = tuesdays >= np.datetime64(market.since)
    interest, legs = _positions(p, market)
    legs = {name: leg[chosen] for name, leg in legs.items()}
    interest, tuesdays = interest[chosen], tuesdays[chosen]
    dates, following = _report_dates(tuesdays), _report_dates(tuesdays + 7)
    at, again = dated("cftc_cot", dates, None, None, None)[0], dated("cftc_cot", following, None, None, None)[0]
    draw = rng.daily(p.seed, f"cot.error.{code}", tuesdays, 2, "uniform")
    wrong = (draw[:, 0] < CORRECTED) & (again > at)
    first = _misplaced(market.report, legs, np.where(wrong, np.floor(draw[:, 1] * 0.02 * interest), 0).astype(np.int64))
    mended = np.flatnonzero(wrong)
    if report == "legacy":
        first, legs = _legacy(first), _legacy(legs)
    value = np.append(interest, interest[mended]).astype(np.float64)
    return p.prints(
        SOURCE, key, np.append(dates, dates[mended]), np.append(at, again[mended]), value, 0,
        f"{market.name} - {market.exchange}", "contracts", "W",
        extra={name: np.append(first[name], legs[name][mended]).astype(np.float64) for name in legs},
    )


def _report_dates(tuesdays: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Tuesday, or the Monday before where it is a holiday."""
    return np.where(is_closed(tuesdays), tuesdays - 1, tuesdays)


def _positions(p: Publisher, market: Market) -> tuple[Ints, Legs]:
    """Open interest and the legs of every group on every Tuesday."""
    tuesdays, states = p.truth.tuesdays, p.truth.tuesday
    draws = rng.daily(p.seed, f"cot.{market.code}", tuesdays, 5)
    groups = GROUPS[market.report]
    interest = states.get(f"cot_oi_{market.speculators}")
    if interest is None:
        interest = np.round(market.interest * np.exp(autoregressive(draws[:, 0], 0.97, 0.15)))
    nets = {}
    for place, (name, state, law) in enumerate((
        (SPECULATORS[market.report][0], market.speculators, SPECULATORS[market.report][1:]),
        (MANAGERS[market.report][0], market.managers, MANAGERS[market.report][1:]),
        ("other_rept", "", SMALL["other_rept"]), ("nonrept", "", SMALL["nonrept"]),
    )):
        nets[name] = states[f"cot_{state}"] if state else autoregressive(draws[:, 1 + place], *law)
    return interest.astype(np.int64), legs_of(interest.astype(np.int64), nets, groups)


def legs_of(interest: Ints, nets: Mapping[str, Floats], groups: Mapping[str, tuple[float, float]]) -> Legs:
    """Whole contracts of every leg: longs and spreads, and shorts and spreads, are the open interest.

    Args:
        nets: net over open interest of every group but the first, shape (n,).
        groups: share of common positions, and of spreads, by group; the first closes the sum.
    """
    spread = {name: np.floor(share * interest).astype(np.int64) for name, (_, share) in groups.items() if share}
    rest = interest - sum(spread.values())
    closing, *others = groups
    net = _nets({name: nets[name] * interest for name in others}, closing, rest)
    common = rest - sum(np.maximum(one, 0) for one in net.values())
    held, out = np.zeros_like(interest), {}
    for name, (share, _) in groups.items():
        base = np.floor(share * common).astype(np.int64) if name != others[-1] else common - held
        held = held + base
        out[f"{name}|long"], out[f"{name}|short"] = base + np.maximum(net[name], 0), base + np.maximum(-net[name], 0)
        if name in spread:
            out[f"{name}|spread"] = spread[name]
    return out


def _nets(wanted: Mapping[str, Floats], closing: str, rest: Ints) -> dict[str, Ints]:
    """Whole nets that sum to zero and leave a tenth of what is not spread in common positions."""
    total = sum(wanted.values())
    long = np.maximum(-total, 0) + sum(np.maximum(one, 0) for one in wanted.values())
    keep = np.minimum(1.0, MOST * rest / np.maximum(long, 1.0))
    net = {name: np.trunc(one * keep).astype(np.int64) for name, one in wanted.items()}
    return {closing: -np.sum(list(net.values()), axis=0), **net}


def _misplaced(report: str, legs: Legs, contracts: Ints) -> Legs:
    """Longs counted with the closing group that belong to the speculators; sums stay."""
    closing, (speculators, *_) = next(iter(GROUPS[report])), SPECULATORS[report]
    moved = np.minimum(contracts, legs[f"{speculators}|long"])
    return {**legs, f"{closing}|long": legs[f"{closing}|long"] + moved, f"{speculators}|long": legs[f"{speculators}|long"] - moved}


def _legacy(legs: Legs) -> Legs:
    """The same contracts as commercial and non-commercial; spreads of commercials count on both sides."""
    def total(leg: str, mine: bool) -> Ints:
        zero = np.zeros_like(legs["nonrept|long"])
        return sum((one for name, one in legs.items() if name.endswith(f"|{leg}") and _group(name) == mine), zero)

    def _group(name: str) -> bool | None:
        group = name.split("|")[0]
        return None if group == "nonrept" else group in NONCOMMERCIAL

    both = total("spread", False)
    return {
        "noncomm|long": total("long", True), "noncomm|short": total("short", True), "noncomm|spread": total("spread", True),
        "comm|long": total("long", False) + both, "comm|short": total("short", False) + both,
        "nonrept|long": legs["nonrept|long"], "nonrept|short": legs["nonrept|short"],
    }
