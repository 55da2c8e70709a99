"""Federal bonds of Brazil: LTN, NTN-F, NTN-B and its principal, LFT."""

from datetime import date
from typing import Any

from models_py.kernel.errors import ConfigError
from models_py.quant import bonds
from models_py.quant import lft as selic_bond
from models_py.quant import ntnb as real_bond
from models_py.quant.errors import naming
from pipelines.pricing._common import number, one_of, until


def ltn(*, trade: date, maturity: date, rate: float | None = None, price: float | None = None, di: float | None = None) -> dict[str, Any]:
    """LTN, nominal zero: PU cut at six decimals, yield, DV01; with --di its asset-swap spread."""
    with naming(f"ltn_{maturity:%Y%m%d}"):
        found = until("ltn", maturity, trade)
        one_of(rate=rate, price=price)
        annual = number(bonds.ltn_rate(price, found.business_days)) if price is not None else rate
        assert annual is not None
        answer = found._asdict() | {
            "rate": annual,
            "price": number(bonds.ltn_price(annual, found.business_days)) if price is None else price,
            "dv01_brl": number(bonds.ltn_dv01(annual, found.business_days)),
        }
        return answer | ({} if di is None else {"asset_swap_spread": number(bonds.asset_swap_spread(annual, di))})


def ntnf(*, trade: date, maturity: date, rate: float | None = None, price: float | None = None, di: float | None = None) -> dict[str, Any]:
    """NTN-F, nominal with 10 % coupon: PU cut at six decimals, yield, DV01; with --di its asset-swap spread."""
    with naming(f"ntnf_{maturity:%Y%m%d}"):
        one_of(rate=rate, price=price)
        annual = number(bonds.ntnf_rate(price, trade, maturity)) if price is not None else rate
        assert annual is not None
        paid = number(bonds.ntnf_price(annual, trade, maturity)) if price is None else price
        answer = until("ntnf", maturity, trade)._asdict() | {
            "rate": annual,
            "price": paid,
            "dv01_brl": number(bonds.ntnf_dv01(annual, trade, maturity)),
            "macaulay_years": number(bonds.macaulay(annual, bonds.ntnf_flows(trade, maturity))),
        }
        return answer | ({} if di is None else {"asset_swap_spread": number(bonds.asset_swap_spread(annual, di))})


def ntnb(
    *, trade: date, maturity: date, rate: float, vna: float | None = None, vna_15: float | None = None, inflation: float | None = None,
    rule: str = "anbima",
) -> dict[str, Any]:  # fmt: skip
    """NTN-B, real with 6 % coupon: quotation, unit value by either rule, PU and real DV01."""
    with naming(f"ntnb_{maturity:%Y%m%d}"):
        unit = _unit_value(trade, vna, vna_15, inflation, rule)
        quoted = number(real_bond.quotation(rate, trade, maturity))
        paid = number(real_bond.price(unit, quoted))
        return until("ntnb", maturity, trade)._asdict() | {
            "rate": rate,
            "vna": unit,
            "quotation": quoted,
            "price": paid,
            "dv01_brl": number(real_bond.dv01(rate, trade, maturity, paid)),
        }


def ntnb_principal(
    *, trade: date, maturity: date, rate: float, vna: float | None = None, vna_15: float | None = None, inflation: float | None = None,
    rule: str = "anbima",
) -> dict[str, Any]:  # fmt: skip
    """NTN-B Principal, real zero: quotation, PU and real DV01."""
    with naming(f"ntnb_principal_{maturity:%Y%m%d}"):
        found = until("ntnb_principal", maturity, trade)
        unit = _unit_value(trade, vna, vna_15, inflation, rule)
        quoted = number(real_bond.principal_quotation(rate, found.business_days))
        return found._asdict() | {
            "rate": rate,
            "vna": unit,
            "quotation": quoted,
            "price": number(real_bond.price(unit, quoted)),
            "dv01_brl": number(real_bond.principal_dv01(rate, found.business_days, unit)),
        }


def lft(*, trade: date, maturity: date, rate: float, vna: float) -> dict[str, Any]:
    """LFT, Selic: quotation, PU and DV01 of its spread over Selic."""
    with naming(f"lft_{maturity:%Y%m%d}"):
        found = until("lft", maturity, trade)
        return found._asdict() | {
            "rate": rate,
            "quotation": number(selic_bond.quotation(rate, found.business_days)),
            "price": number(selic_bond.price(rate, found.business_days, vna)),
            "dv01_brl": number(selic_bond.dv01(rate, found.business_days, vna)),
        }


def _unit_value(trade: date, vna: float | None, vna_15: float | None, inflation: float | None, rule: str) -> float:
    if one_of(vna=vna, vna_15=vna_15) == "vna":
        return number(vna)
    if inflation is None:
        raise ConfigError("--vna-15 needs --inflation, the IPCA of the running month")
    if rule not in ("anbima", "stn"):
        raise ConfigError(f"--rule is anbima or stn, found {rule!r}")
    return number(real_bond.vna(trade, number(vna_15), inflation, "stn" if rule == "stn" else "anbima"))
