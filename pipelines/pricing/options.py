"""Options on the dollar: premium, volatility and delta of one; the smile of a quoted term."""

from datetime import date
from typing import Any

import numpy as np

from models_py.kernel.errors import ConfigError
from models_py.quant import black76, fx_delta, vol_surface
from models_py.quant.errors import BadPrice, naming
from pipelines.pricing._common import number, one_of, term


def option(
    *, trade: date, contract: str, forward: float, strike: float, di: float, vol: float | None = None, premium: float | None = None,
    side: str = "call",
) -> dict[str, Any]:  # fmt: skip
    """Option on DOL (Black-76): premium or volatility, delta (forward, unadjusted and premium-adjusted), vega."""
    if side not in ("call", "put"):
        raise ConfigError(f"--side is call or put, found {side!r}")
    with naming(contract.lower()):
        found = term(contract, trade, "dol")
        one_of(vol=vol, premium=premium)
        discount = (1.0 + di) ** (-found.business_days / 252.0)
        terms = (forward, strike, found.business_days)
        is_call = side == "call"
        if premium is not None:
            implied = black76.implied_vol(premium, *terms, is_call=is_call, discount=discount)
            if not implied.valid.all():
                raise BadPrice("dol option", premium, "no volatility gives the premium")
            vol = number(implied.value)
        assert vol is not None
        return found._asdict() | {
            "vol": vol,
            "premium": number(black76.price(*terms, vol, is_call=is_call, discount=discount)),
            "delta": number(fx_delta.delta(*terms, vol, is_call=is_call)),
            "delta_premium_adjusted": number(fx_delta.delta(*terms, vol, is_call=is_call, premium_adjusted=True)),
            "vega_per_point": number(black76.vega(*terms, vol, discount=discount)) / 100.0,
        }


def smile(
    *, trade: date, contract: str, forward: float, atm: float, rr25: float, bf25: float, rr10: float | None = None,
    bf10: float | None = None, strike: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Smile of one term from ATM, risk reversals and butterflies: strikes, volatilities, SVI; with --strike its volatility there."""
    with naming(contract.lower()):
        found = term(contract, trade, "dol")
        wings = ((0.25, rr25, bf25), *(((0.10, rr10, bf10),) if rr10 is not None and bf10 is not None else ()))
        quote = vol_surface.Quote(found.business_days, atm, wings)
        k, vols = quote.points()
        surface = vol_surface.of_quotes([quote])
        answer = found._asdict() | {
            "strikes": [round(float(at), 6) for at in forward * np.exp(k)],
            "vols": [round(float(at), 8) for at in vols],
            "svi": dict(surface.smiles[0]._asdict()),
        }
        return answer | ({} if strike is None else {"vol": number(surface.vol(forward, strike, float(found.business_days)))})
