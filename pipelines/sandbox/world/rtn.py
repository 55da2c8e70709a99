"""RTN, the central government's result by month: revenue, transfers, expenditure and what is left, BRL million.

    net revenue = revenue − transfers        primary = net revenue − expenditure        RGPS = its revenue − benefits
    primary = Treasury + central bank + RGPS

Items are printed with one decimal and restated in the next three editions; totals are sums of printed items in every edition, so that
each edition adds up. A deficit is negative. The split of revenue and expenditure into items is a choice; their totals and the RGPS
are those of `fiscal`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher, Revision
from pipelines.sandbox.world.vintages import Rows

Floats = NDArray[np.float64]

SOURCE = "stn"
FIRST = "2010-01"
RESTATED = Revision(0.25)                # sd of the first print, %

Parts = tuple[tuple[str, float], ...]
_REVENUE: Parts = (("administered", 1.0), ("contributions", 1.0), ("other", 1.0))
_NET: Parts = (*_REVENUE, ("transfers", -1.0))
_SPENT: Parts = (("benefits", 1.0), ("personnel", 1.0), ("mandatory", 1.0), ("discretionary", 1.0))
_PRIMARY: Parts = (*_NET, *((name, -sign) for name, sign in _SPENT))
_RGPS: Parts = (("contributions", 1.0), ("benefits", -1.0))
_TREASURY: Parts = (*_PRIMARY, *((name, -sign) for name, sign in _RGPS), ("central_bank", -1.0))

# Rows of the sheet in its order: the label as it is written, and the items it adds up.
LINES: Mapping[str, Parts] = {
    "1. RECEITA TOTAL 1/": _REVENUE,
    "1.1 -  Receita Administrada pela RFB": (("administered", 1.0),),
    "1.2 - Arrecadação Líquida para o RGPS": (("contributions", 1.0),),
    "1.3 - Receitas Não Administradas pela RFB": (("other", 1.0),),
    "2. TRANSF. POR REPARTIÇÃO DE RECEITA": (("transfers", 1.0),),
    "3. RECEITA LÍQUIDA  (1-2)": _NET,
    "4. DESPESA TOTAL 2/": _SPENT,
    "4.1 Benefícios Previdenciários": (("benefits", 1.0),),
    "4.2 Pessoal e Encargos Sociais": (("personnel", 1.0),),
    "4.3 Outras Despesas Obrigatórias": (("mandatory", 1.0),),
    "4.4 Despesas do Poder Executivo Sujeitas à Programação Financeira": (("discretionary", 1.0),),
    "5. RESULTADO PRIMÁRIO GOVERNO CENTRAL - ACIMA DA LINHA (3 - 4)": _PRIMARY,
    "5.1 Resultado do Tesouro Nacional": _TREASURY,
    "5.2 Resultado do Banco Central": (("central_bank", 1.0),),
    "5.3 Resultado da Previdência Social (RGPS)": _RGPS,
}
KEYS = tuple(f"rtn/{place:02d}" for place in range(len(LINES)))


def items(p: Publisher) -> dict[str, Floats]:
    """What the result is made of, by month, BRL million, exact."""
    monthly = p.truth.monthly
    draw = rng.monthly(p.seed, "rtn.shares", p.truth.months, 6)
    net, spent = monthly["fiscal_central_revenue"], monthly["fiscal_central_expense"]
    revenue = net / (0.81 + 0.008 * np.clip(draw[:, 0], -2, 2))
    contributions = revenue * (0.26 + 0.006 * draw[:, 1])
    administered = revenue * (0.62 + 0.010 * draw[:, 2])
    benefits = contributions - monthly["fiscal_central_pensions"]
    personnel = spent * (0.165 + 0.004 * draw[:, 3])
    mandatory = spent * (0.17 + 0.008 * draw[:, 4])
    return {
        "administered": administered, "contributions": contributions, "other": revenue - administered - contributions,
        "transfers": revenue - net, "benefits": benefits, "personnel": personnel, "mandatory": mandatory,
        "discretionary": spent - benefits - personnel - mandatory, "central_bank": -60 + 45 * draw[:, 5],
    }  # fmt: skip


def series(p: Publisher, key: str) -> Prints:
    """Every print of a row of the sheet.

    Raises:
        KeyError: no such row.
    """
    if key not in KEYS:
        raise KeyError(key)
    text, parts = list(LINES.items())[KEYS.index(key)]
    first = p.grid.month(FIRST)
    months, exact = p.truth.months[first:], items(p)
    rows = p.total([(_rows(p, name, months, exact[name][first:]), sign) for name, sign in parts])
    return p.prints(SOURCE, key, months.astype("datetime64[D]")[rows.period], rows.at, rows.value, 1, text, "BRL mn", "M")


def _rows(p: Publisher, name: str, months: NDArray[np.datetime64], values: Floats) -> Rows:
    return p.rows(name, "rtn", months, values, 1, RESTATED, noise=f"rtn.{name}")
