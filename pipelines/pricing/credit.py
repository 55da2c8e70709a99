"""Sovereign credit and the index: CDS, spreads of dollar bonds, Ibovespa futures."""

from datetime import date
from typing import Any

from models_py.quant import cds as closed
from models_py.quant import cds_dated, equity
from models_py.quant import embi as spreads
from models_py.quant.errors import naming
from pipelines.pricing._common import number, numbers, term


def cds(
    *, trade: date, spread: float, rate: float, maturity: date | None = None, notional: float = 1e7, coupon: float = closed.COUPON,
    recovery: float = closed.RECOVERY,
) -> dict[str, Any]:  # fmt: skip
    """Sovereign CDS, bought protection: upfront on its own dates and in closed form, hazard, survival and CS01."""
    ends = date.fromisoformat(str(cds_dated.maturity(trade))) if maturity is None else maturity
    with naming(f"cds_{ends:%Y%m%d}"):
        legs = cds_dated.Legs.of(trade, ends)
        years = (ends - trade).days / 365.25
        intensity = cds_dated.hazard(spread, rate, legs, recovery)
        wider = cds_dated.upfront(spread + 1e-4, rate, legs, coupon, recovery)
        paid = cds_dated.upfront(spread, rate, legs, coupon, recovery)
        return {
            "maturity": ends,
            "years": years,
            "hazard": intensity,
            "survival": number(closed.survival(spread, years, recovery)),
            "annuity": legs.annuity(intensity, rate),
            "upfront": paid * notional,
            "upfront_closed_form": number(closed.upfront(spread, rate, years, notional, coupon)),
            "cs01": (wider - paid) * notional,
        }


def embi(*, price: float, times: str, flows: str, zeros: str) -> dict[str, Any]:
    """Dollar bond of a sovereign: the constant spread over the Treasury zero curve at which its flows are worth the price."""
    return {"spread": spreads.z_spread(price, numbers(times), numbers(flows), numbers(zeros))}


def ind(*, trade: date, contract: str, index: float, di: float, price: float | None = None) -> dict[str, Any]:
    """IND, WIN: Ibovespa future by carry at the DI; with --price the rate it implies."""
    with naming(contract.lower()):
        found = term(contract, trade, "ind", "win")
        answer = found._asdict() | {
            "fair": number(equity.fair(index, di, found.business_days)),
            "point_brl": equity.POINT_BRL[found.code[:3]],
        }
        return answer | ({} if price is None else {"implied_rate": number(equity.implied_rate(price, index, found.business_days))})
