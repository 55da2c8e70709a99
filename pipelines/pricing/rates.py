"""Rate futures of B3: DI1, DAP, DDI, FRC; and breakeven inflation."""

from datetime import date
from typing import Any

from models_py.quant import cupom as cambial
from models_py.quant import dap as real_future
from models_py.quant import di1 as nominal_future
from models_py.quant import inflation
from models_py.quant.errors import naming
from pipelines.pricing._common import number, one_of, term


def di1(
    *, trade: date, contract: str, rate: float | None = None, price: float | None = None, cdi: float | None = None,
    rolled: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """DI1, one-day interbank deposit future: PU, rate, DV01 and convexity; with --cdi and --rolled its carry over 21 business days."""
    with naming(contract.lower()):
        found = term(contract, trade, "di1", "oc1")
        one_of(rate=rate, price=price)
        annual = number(nominal_future.rate(price, found.business_days)) if price is not None else rate
        assert annual is not None
        answer = found._asdict() | {
            "rate": annual,
            "price": number(nominal_future.settlement_price(annual, found.business_days)) if price is None else price,
            "dv01_brl": number(nominal_future.dv01(annual, found.business_days)),
            "convexity": number(nominal_future.convexity(annual, found.business_days)),
        }
        if cdi is not None:
            answer["accretion"] = number(nominal_future.accretion(cdi))
            if rolled is not None:
                terms = (annual, found.business_days, rolled, cdi)
                answer["carry_21bd_brl"] = number(nominal_future.carry(*terms))
                answer["carry_21bd_bp"] = number(nominal_future.carry_per_dv01(*terms)) * 1e4
        return answer


def dap(*, trade: date, contract: str, rate: float | None = None, price: float | None = None, index: float | None = None) -> dict[str, Any]:
    """DAP, IPCA coupon future: PU and real rate; with --index (IPCA carried to the day) its value and DV01 in BRL."""
    with naming(contract.lower()):
        found = term(contract, trade, "dap")
        one_of(rate=rate, price=price)
        annual = number(real_future.rate(price, found.business_days)) if price is not None else rate
        assert annual is not None
        points = round(number(real_future.price(annual, found.business_days)), 2) if price is None else price
        answer = found._asdict() | {"rate": annual, "price": points}
        if index is not None:
            answer["value_brl"] = points * number(real_future.point_value(index))
            answer["dv01_brl"] = number(real_future.dv01(annual, found.business_days, index))
        return answer


def ddi(*, trade: date, contract: str, rate: float | None = None, price: float | None = None) -> dict[str, Any]:
    """DDI, dollar coupon future (dirty): PU, cupom and DV01 in USD."""
    with naming(contract.lower()):
        found = term(contract, trade, "ddi", "dco")
        one_of(rate=rate, price=price)
        linear = number(cambial.ddi_rate(price, found.days)) if price is not None else rate
        assert linear is not None
        points = round(number(cambial.ddi_price(linear, found.days)), 2) if price is None else price
        return found._asdict() | {"rate": linear, "price": points, "dv01_usd": number(cambial.ddi_dv01(linear, found.days))}


def frc(*, trade: date, short: str, contract: str, short_cupom: float, cupom: float) -> dict[str, Any]:
    """FRC, forward dollar coupon between two DDI maturities, and the two DDI legs that one bought contract becomes."""
    with naming(contract.lower()):
        near, far = term(short, trade, "ddi", "dco"), term(contract, trade, "ddi", "frc", "dco", "fro")
        forward = number(cambial.frc(short_cupom, near.days, cupom, far.days))
        legs = cambial.frc_legs(1.0, forward, near.days, far.days)
        return {"code": far.code, "short_days": near.days, "days": far.days, "rate": forward, "short_leg": legs[0], "long_leg": legs[1]}


def breakeven(*, nominal: float, real: float) -> dict[str, Any]:
    """Breakeven inflation of zero rates of one term, by Fisher, beside the simple difference."""
    return {"breakeven": number(inflation.breakeven(nominal, real)), "difference": nominal - real}
