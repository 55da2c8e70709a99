"""Dollar against the real: DOL and WDO, NDF, casado, clean cupom."""

from datetime import date
from typing import Any

from models_py.quant import cupom as cambial
from models_py.quant import fx
from models_py.quant.errors import naming
from pipelines.pricing._common import number, term, until


def dol(*, trade: date, contract: str, spot: float, di: float, cupom: float) -> dict[str, Any]:
    """DOL, dollar future by parity: its settlement from PTAX and the dirty cupom, its fair price from spot and the clean one."""
    return _parity("dol", trade, contract, spot, di, cupom)


def wdo(*, trade: date, contract: str, spot: float, di: float, cupom: float) -> dict[str, Any]:
    """WDO, mini dollar future: the price of DOL, a fifth of its size."""
    return _parity("wdo", trade, contract, spot, di, cupom)


def _parity(root: str, trade: date, contract: str, spot: float, di: float, cupom: float) -> dict[str, Any]:
    with naming(contract.lower()):
        found = term(contract, trade, root)
        price = number(fx.forward(spot, di, found.business_days, cupom, found.days))
        return found._asdict() | {
            "price": price,
            "points": round(price * 1000.0, 3),
            "contract_usd": fx.CONTRACT_USD[root],
            "carry": number(fx.carry(spot, price, found.days)),
        }


def ndf(
    *, trade: date, maturity: date, spot: float, forward: float, sofr: float, di: float | None = None, notional: float | None = None,
    strike: float | None = None, price: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """NDF: rate of the real a forward implies, its spread to --di, what --notional at --strike settles at a PTAX of --price."""
    with naming(f"ndf_{maturity}"):
        found = until("ndf", maturity, trade)
        implied = number(fx.ndf_yield(spot, forward, sofr, found.days, found.business_days))
        answer = found._asdict() | {"rate": implied}
        if di is not None:
            answer["on_off_spread"] = implied - di
        if notional is not None and strike is not None and price is not None:
            answer["settlement_usd"] = number(fx.ndf_settlement(notional, price, strike))
        return answer


def casado(*, trade: date, contract: str, spot: float, forward: float, di: float, cupom: float) -> dict[str, Any]:
    """Casado: first dollar future less spot, in points, beside what parity with the clean cupom gives."""
    with naming(contract.lower()):
        found = term(contract, trade, "dol", "wdo")
        fair = fx.casado_fair(spot, di, found.business_days, cupom, found.days)
        return found._asdict() | {"points": number(fx.casado(forward, spot)), "fair_points": number(fair)}


def cupom(*, trade: date, contract: str, spot: float, forward: float, di: float, sofr: float | None = None) -> dict[str, Any]:
    """Clean cupom that a dollar future and the live spot imply; with --sofr its basis."""
    with naming(contract.lower()):
        found = term(contract, trade, "dol", "wdo", "ddi", "frc")
        clean = number(cambial.clean(spot, forward, di, found.business_days, found.days))
        return found._asdict() | {"rate": clean} | ({} if sofr is None else {"basis": number(cambial.basis(clean, sofr))})
