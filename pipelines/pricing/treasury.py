"""Dollar rates: Treasury notes, bills, TIPS and futures, SOFR and its futures and swaps."""

from datetime import date
from typing import Any

import numpy as np

from models_py.kernel.errors import ConfigError
from models_py.quant import delivery as cheapest_bond
from models_py.quant import ois as swaps
from models_py.quant import sofr as overnight
from models_py.quant import sofr_future, ust_quotes
from models_py.quant import tips as linked
from models_py.quant import ust as notes
from models_py.quant.contract import dates, parse
from models_py.quant.errors import naming
from models_py.quant.inflation import breakeven_bond_equivalent
from pipelines.pricing._common import number, numbers, one_of


def ust(
    *, trade: date, maturity: date, coupon: float, yield_: float | None = None, price: float | None = None, quote: str | None = None
) -> dict[str, Any]:
    """Treasury note or bond: clean price (also from a quote in 32nds), yield, accrued interest and DV01 per 100 of face."""
    with naming(f"ust_{maturity:%Y%m%d}"):
        given = one_of(yield_=yield_, price=price, quote=quote)
        clean = ust_quotes.thirty_seconds(quote) if quote is not None else price
        annual = number(yield_) if given == "yield_" else number(notes.yield_of(coupon, number(clean), trade, maturity))
        paid = number(notes.clean_price(coupon, annual, trade, maturity))
        return {
            "yield": annual,
            "clean_price": paid,
            "quote": ust_quotes.in_thirty_seconds(paid),
            "accrued": number(notes.accrued(coupon, trade, maturity)),
            "dv01_per_100": number(notes.dv01(coupon, annual, trade, maturity)),
        }


def bill(*, trade: date, maturity: date, discount: float | None = None, price: float | None = None) -> dict[str, Any]:
    """Treasury bill: price, discount rate and bond-equivalent yield."""
    with naming(f"bill_{maturity:%Y%m%d}"):
        one_of(discount=discount, price=price)
        days = (maturity - trade).days
        paid = number(ust_quotes.bill_price(discount, days)) if discount is not None else number(price)
        year = (_a_year_on(trade) - trade).days
        found = {"discount": number(ust_quotes.bill_discount(paid, days)), "yield": number(ust_quotes.bill_yield(paid, days, year))}
        return {"days": days, "price": paid} | found


def _a_year_on(day: date) -> date:
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)


def tips(*, trade: date, maturity: date, coupon: float, yield_: float, index: float = 1.0, nominal: float | None = None) -> dict[str, Any]:
    """TIPS: real clean price, what is paid at an index ratio of --index, real DV01; with --nominal the breakeven of the two yields."""
    with naming(f"tips_{maturity:%Y%m%d}"):
        clean, accrued = linked.settlement_price(coupon, yield_, trade, maturity, index)
        answer = {
            "real_price": number(notes.clean_price(coupon, yield_, trade, maturity)),
            "clean_paid": number(clean),
            "accrued_paid": number(accrued),
            "real_dv01_per_100": number(linked.real_dv01(coupon, yield_, trade, maturity, index)),
        }
        return answer | ({} if nominal is None else {"breakeven": number(breakeven_bond_equivalent(nominal, yield_))})


def ust_future(
    *, trade: date, contract: str, coupon: float, bond_maturity: date, yield_: float, fut_price: float | None = None,
    delivery: date | None = None,
) -> dict[str, Any]:  # fmt: skip
    """ZT, ZF, ZN, ZB through a bond to deliver: conversion factor, DV01 in USD, and with --fut-price and --delivery the implied repo."""
    with naming(contract.lower()):
        found = parse(contract)
        bond = cheapest_bond.Bond(coupon, bond_maturity, trade, yield_)
        size = cheapest_bond.factor(bond, found)
        only = cheapest_bond.dv01(bond, found, trade)
        told = dates(found, trade)
        answer: dict[str, Any] = {"code": str(found), "last_trade": told.last_trade, "roll": told.roll, "factor": size, "dv01_usd": only}
        if fut_price is not None and delivery is not None:
            answer["implied_repo"] = cheapest_bond.implied_repo(bond, found, fut_price, trade, delivery)
        return answer


def sr3(*, contract: str, trade: date, price: float | None = None, rate: float | None = None) -> dict[str, Any]:
    """SR3, three-month SOFR future: price or rate, its quarter, and USD 25 a basis point."""
    with naming(contract.lower()):
        found = parse(contract)
        one_of(price=price, rate=rate)
        start, end = sofr_future.quarter(found)
        quoted = number(sofr_future.price(rate)) if rate is not None else number(price)
        return {
            "code": str(found),
            "quarter_from": str(start),
            "quarter_to": str(end),
            "last_trade": dates(found, trade).last_trade,
            "price": quoted,
            "rate": number(sofr_future.rate(quoted)),
            "dv01_usd": sofr_future.BP_USD,
        }


def sofr(*, fixings: str) -> dict[str, Any]:
    """SOFR compounded in arrears over fixings."""
    try:
        pairs = [(float(rate), float(days)) for rate, days in (part.split("x") for part in fixings.split(","))]
    except ValueError as error:
        raise ConfigError(f"fixings are rate×days, comma-separated, such as 0.0433x3,0.0434x1; found {fixings!r}") from error
    rates, days = zip(*pairs, strict=True)
    return {"rate": overnight.compounded(rates, days), "days": sum(days)}


def ois(*, terms: str, rates: str, days: int) -> dict[str, Any]:
    """SOFR swaps: discount factor, zero rate and par rate at a number of days, from par rates at maturities."""
    curve = swaps.bootstrap(numbers(terms), numbers(rates))
    factor = number(curve.discount(days))
    zero = float(-np.log(factor) / days * 365.0)
    return {"days": days, "discount_factor": factor, "zero_continuous": zero, "par_rate": curve.par_rate(days)}
