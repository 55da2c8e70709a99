"""Terms and trades of marked bonds: duration in business days, mean term in calendar days, convexity in years squared; what was traded.

Terms weigh the flows by their present value at the bond's own yield; an LFT, whose coupon is of a day, has a term of one. Trades are
drawn: a count, and thousand bonds, none on some days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import ntnb
from models_py.quant.bonds import Flows
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.bond_listing import KINDS
from pipelines.sandbox.world.bond_market import LFT, LTN, NTNB, NTNF, SLOTS, Marks

Floats = NDArray[np.float64]

TRADES = {LTN: 30.0, LFT: 20.0, NTNB: 150.0, NTNF: 40.0}       # a day, of a bond that is sought
QUIET = 0.15                                # share of days on which a bond is not traded at all


@dataclass(frozen=True)
class Terms:
    """A year's terms and trades, shape (sessions, bonds), NaN where a bond is not marked or not traded."""

    duration: Floats
    mean_term: Floats
    convexity: Floats
    trades: Floats
    traded_quantity: Floats


def of_marks(seed: int, marks: Marks) -> Terms:
    """Terms and trades of every bond marked in a year."""
    shape = marks.rate.shape
    duration, mean_term, convexity = (np.full(shape, np.nan) for _ in range(3))
    for kind in range(len(KINDS)):
        row, column = np.nonzero(np.isfinite(marks.rate) & (marks.bonds.kind == kind)[None, :])
        if kind == LFT:
            duration[row, column], mean_term[row, column], convexity[row, column] = 1.0, 1.0, 0.0
            continue
        days, due = marks.sessions[row], marks.bonds.maturity[column]
        left = marks.business_days[row, column].astype(np.float64)
        flows = Flows(left[:, None], np.full((left.size, 1), nominal.FACE))
        if kind != LTN:
            flows = nominal.ntnf_flows(days, due) if kind == NTNF else ntnb.flows(days, due)
        rate, years = marks.rate[row, column][:, None] / 100, flows.business_days / 252
        worth = np.nan_to_num(flows.amount * (1 + rate) ** -years)
        share, years = worth / worth.sum(axis=1, keepdims=True), np.nan_to_num(years)
        mean = (share * years).sum(axis=1)
        duration[row, column] = np.round(mean * 252)
        mean_term[row, column] = mean * 252 * (due - days).astype(np.int64) / left
        convexity[row, column] = (share * years * (years + 1)).sum(axis=1) / (1 + rate[:, 0]) ** 2
    return Terms(duration, mean_term, convexity, *_traded(seed, marks))


def _traded(seed: int, marks: Marks) -> tuple[Floats, Floats]:
    slot = marks.bonds.maturity.astype("datetime64[M]").astype(np.int64) % SLOTS
    count, quantity = np.full(marks.rate.shape, np.nan), np.full(marks.rate.shape, np.nan)
    for kind, name in enumerate(KINDS):
        mine = np.flatnonzero(marks.bonds.kind == kind)
        draws = rng.daily(seed, f"anbima.trades.{name}", marks.sessions, 2 * SLOTS, "uniform")
        luck, size = draws[:, slot[mine]], draws[:, SLOTS + slot[mine]]
        sought = np.isfinite(marks.rate[:, mine]) & (luck >= QUIET)
        count[:, mine] = np.where(sought, 1 + np.floor(2 * TRADES[kind] * (luck - QUIET) ** 2), np.nan)
        quantity[:, mine] = np.round(count[:, mine] * (0.2 + 12 * size), 2)
    return count, quantity
