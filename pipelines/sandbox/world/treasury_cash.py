"""The Treasury's debt and cash by day, as Fiscal Data publishes them: debt to the penny and the Daily Treasury Statement.

    debt = held by the public + intragovernmental              closing = opening + deposits − withdrawals

Debt is issued on the 15th and the last business day of a month, cash reverts to a level that it may not fall below. Sizes are
plausible and calibrated to nothing. Debt is in dollars and cents and comes at 15:00 in New York on the next business day, cash in
millions at 16:00.
"""

import numpy as np
from numpy.typing import NDArray

from models_py.quant.federal_holidays import is_closed
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import ET, START, shift, utc
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "us_treasury"
PUBLIC, INTRAGOVERNMENTAL = 7.8e12, 4.5e12     # dollars at the end of 2009
GROWTH = (0.065, 0.020)                        # a year
CASH, REVERSION, SWING, LEAST = 350_000, 0.03, 22_000, 20_000       # millions
TURNOVER = 18_000
DEBT_KEYS = ("debt_held_public_amt", "intragov_hold_amt", "tot_pub_debt_out_amt")
CASH_KEYS = ("TGA|opening", "TGA|deposits", "TGA|withdrawals", "TGA|closing")
KEYS = (*DEBT_KEYS, *CASH_KEYS)


def series(p: Publisher, key: str) -> Prints:
    """Every print of a figure."""
    return _debt(p, key) if key in DEBT_KEYS else _cash(p, key)


def _days(p: Publisher) -> Dates:
    days = p.truth.days
    return days[(days >= START) & ~is_closed(days)]


def _debt(p: Publisher, key: str) -> Prints:
    days = _days(p)
    draws = rng.daily(p.seed, "treasury.debt", days, 2)
    month = days.astype("datetime64[M]")
    settles = np.append(month[1:] != month[:-1], False) | ((days - month.astype("datetime64[D]")).astype(np.int64) == 14)
    held = []
    for place, (level, growth) in enumerate(zip((PUBLIC, INTRAGOVERNMENTAL), GROWTH, strict=True)):
        # most of a month's growth comes on the two days on which notes and bonds settle
        step = np.where(settles, 0.4 * growth / 12, 0.2 * growth / 12 / 19) + 0.0002 * draws[:, place]
        held.append(np.round(level * np.exp(np.cumsum(step)), 2))
    value = {"debt_held_public_amt": held[0], "intragov_hold_amt": held[1], "tot_pub_debt_out_amt": held[0] + held[1]}[key]
    return p.prints(SOURCE, key, days, utc(shift("us_sifma", days, 1), 15.0, ET), value, 2, "Debt to the penny", "USD", "D")


def _cash(p: Publisher, key: str) -> Prints:
    days = _days(p)
    draws = rng.daily(p.seed, "treasury.cash", days, 2)
    opening, closing, level = np.empty(days.size), np.empty(days.size), float(CASH)
    for t, move in enumerate(draws[:, 0].tolist()):
        opening[t] = level
        level = max(round(level + REVERSION * (CASH - level) + SWING * move), LEAST)
        closing[t] = level
    net = closing - opening
    turnover = np.round(TURNOVER * np.exp(0.3 * draws[:, 1]))
    deposits = turnover + np.maximum(net, 0)
    value = {"TGA|opening": opening, "TGA|deposits": deposits, "TGA|withdrawals": deposits - net, "TGA|closing": closing}[key]
    return p.prints(SOURCE, key, days, utc(shift("us_sifma", days, 1), 16.0, ET), value, 0, "Operating cash balance", "USD million", "D")
