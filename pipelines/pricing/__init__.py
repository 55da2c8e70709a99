"""What `macro price` prices: one function an instrument, in a module each market.

A function takes dates, contract codes and decimals by keyword and gives a flat answer, names in the order they are told. A parameter
without default has to be given. Its docstring is the help of its command; what the parameters mean is in `HELP`, once for all.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from models_py.kernel.errors import ConfigError
from pipelines.pricing import credit, dollar, federal, options, rates, treasury

Answer = dict[str, Any]
MODULES = (rates, dollar, federal, treasury, credit, options)
INSTRUMENTS: dict[str, Callable[..., Answer]] = {
    name.removesuffix("_"): function
    for module in MODULES
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_") and getattr(function, "__module__", "") == module.__name__
}
HELP = {
    "trade": "trade or settlement date, YYYY-MM-DD",
    "contract": "contract code, such as DI1F27",
    "short": "code of the shorter leg",
    "maturity": "maturity date, YYYY-MM-DD",
    "bond_maturity": "maturity of the bond to deliver, YYYY-MM-DD",
    "rate": "annual rate, decimal: 0.14875",
    "price": "price in the instrument's own unit; the rate is found from it",
    "quote": "price in 32nds, such as 98-16+",
    "cdi": "overnight rate, decimal a year: adds carry over 21 business days",
    "rolled": "rate of the curve 21 business days shorter, decimal",
    "index": "index level: IPCA carried to the day, CPI ratio, or Ibovespa points",
    "vna": "unit value of the bond, BRL",
    "vna_15": "unit value on the last 15th, BRL; with --inflation in place of --vna",
    "inflation": "IPCA of the running month, decimal: the projection, or the print once out",
    "rule": "days that carry the unit value: anbima (business) or stn (calendar)",
    "spot": "BRL per USD",
    "forward": "BRL per USD",
    "strike": "BRL per USD",
    "di": "DI rate of the term, decimal",
    "cupom": "dollar rate onshore, decimal, actual over 360",
    "short_cupom": "dollar rate of the shorter leg, decimal",
    "sofr": "dollar rate offshore, decimal, actual over 360",
    "nominal": "nominal zero rate, decimal",
    "real": "real zero rate, decimal",
    "coupon": "annual coupon, decimal",
    "yield_": "yield, decimal",
    "discount": "discount rate of a bill, decimal",
    "days": "calendar days",
    "fixings": "rate×days of each fixing, comma-separated: 0.0433x3,0.0434x1",
    "terms": "days of each maturity, comma-separated",
    "rates": "par rate of each maturity, decimals, comma-separated",
    "spread": "spread, decimal: 0.0180 is 180 bp",
    "times": "years of each flow, comma-separated",
    "flows": "amount of each flow, comma-separated",
    "zeros": "Treasury zero rate of each flow, decimals, comma-separated",
    "notional": "notional, in the currency of the instrument",
    "recovery": "recovery rate, decimal",
    "vol": "volatility, decimal a year",
    "premium": "premium in BRL per USD; the volatility is found from it",
    "side": "call or put",
    "atm": "volatility of the straddle without delta, decimal",
    "rr25": "25-delta risk reversal, decimal", "bf25": "25-delta butterfly, decimal",
    "rr10": "10-delta risk reversal, decimal", "bf10": "10-delta butterfly, decimal",
    "fut_price": "price of the future, points",
    "delivery": "delivery date, YYYY-MM-DD",
}  # fmt: skip


def priced(instrument: str, given: dict[str, Any]) -> Answer:
    """The answer for an instrument.

    Raises:
        ConfigError: no such instrument. PricingError: an input no formula holds for, told of the contract where there is one.
    """
    if instrument not in INSTRUMENTS:
        raise ConfigError(f"nothing prices {instrument!r}; there are {', '.join(INSTRUMENTS)}")
    told = {name: value for name, value in given.items() if value is not None}
    answer = INSTRUMENTS[instrument](**told)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in answer.items()}
