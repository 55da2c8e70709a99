"""Daily settlement (ajuste diário) of B3 rate futures: what a long position is paid from one session to the next.

    AD_t = (PA_t - PA_{t-1} · FC_t) · point value,      on the day of the trade  AD = (PA_t - PU_trade) · point value

PA is the settlement price, FC the growth of yesterday's price: money at the CDI, counted in index points for DAP and in dollars for DDI.
Long is long PU. The dollar futures do not accrete: see `fx.pnl_brl`.

Source: B3, contract specifications of DI1, DAP and DDI, "ajuste diário".
"""

from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price
from models_py.quant.cupom import POINT_USD
from models_py.quant.dap import point_value


def di1(price: ArrayLike, previous: ArrayLike, accretion: ArrayLike = 1.0, contracts: ArrayLike = 1.0) -> Floats:
    """BRL paid to long DI1 contracts.

    Args:
        price, previous: PU of today's settlement and yesterday's, or of the trade.
        accretion: FC of `di1.accretion`; 1 on the day of the trade.
    """
    move = require_price("di1", price) - require_price("di1", previous) * require_price("accretion", accretion)
    paid: Floats = move * floats(contracts)
    return paid


def dap(
    price: ArrayLike,
    previous: ArrayLike,
    index: ArrayLike,
    accretion: ArrayLike = 1.0,
    index_before: ArrayLike | None = None,
    contracts: ArrayLike = 1.0,
) -> Floats:
    """BRL paid to long DAP contracts: (PA_t - PA_{t-1} · FC) · 0.00025 · NI_t,  FC = accretion · NI_{t-1} / NI_t.

    Args:
        index, index_before: IPCA carried to t and t - 1; without the latter (the day of the trade) FC is the accretion alone.
    """
    now = point_value(index)
    grown = require_price("accretion", accretion) * (1.0 if index_before is None else point_value(index_before) / now)
    move = require_price("dap", price) - require_price("dap", previous) * grown
    paid: Floats = move * now * floats(contracts)
    return paid


def ddi(
    price: ArrayLike,
    previous: ArrayLike,
    ptax_eve: ArrayLike,
    accretion: ArrayLike = 1.0,
    ptax_before: ArrayLike | None = None,
    contracts: ArrayLike = 1.0,
) -> Floats:
    """BRL paid to long DDI contracts: (PA_t - PA_{t-1} · FC) · USD 0.50 · PTAX_{t-1},  FC = accretion · PTAX_{t-2} / PTAX_{t-1}.

    Args:
        ptax_eve, ptax_before: PTAX of t - 1 and t - 2; without the latter (the day of the trade) FC is the accretion alone.
    """
    eve = require_price("ptax", ptax_eve)
    grown = require_price("accretion", accretion) * (1.0 if ptax_before is None else require_price("ptax", ptax_before) / eve)
    move = require_price("ddi", price) - require_price("ddi", previous) * grown
    paid: Floats = move * POINT_USD * eve * floats(contracts)
    return paid
