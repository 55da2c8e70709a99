"""`ima-sh-down.asp`: the summary of bond indices of a day as ANBIMA's page writes it, in CSV or XML, latin-1, CR LF.

A day without indices has the title alone. XML has no title, so the word stands in a comment.
"""

from collections.abc import Sequence

import numpy as np

from pipelines.sandbox.render._brazil_text import grouped, slashed
from pipelines.sandbox.world.index_figures import IndexLine

TITLE = "TOTAIS - QUADRO RESUMO - SIMULADO"
HEADING = (
    "Índice", "Data de Referência", "Número Índice", "Variação Diária(%)", "Variação no Mês(%)", "Variação no Ano(%)",
    "Variação 12 Meses(%)", "Variação 24 Meses(%)", "Peso(%)", "Duration(d.u.)", "Carteira a Mercado (R$ mil)",
    "Número de<BR>Operações *", "Quant. Negociada (1.000 títulos) *", "Valor Negociado (R$ mil) *", "PMR", "Convexidade", "Yield",
    "Redemption Yield",
)  # fmt: skip
ATTRIBUTES = (
    "T_Num_Indice", "T_Var_Diaria", "T_Var_Mensal", "T_Var_Anual", "T_Var_Ult12M", "T_Var_Ult24M", "T_Peso_Ponderado", "T_Duration",
    "T_Pi_Qi", "T_Num_De_Oper", "T_Quant_Negociada", "T_Valor_Negociado", "T_PMR", "T_Convexidade", "T_Yield", "T_Rdpt_Yield",
)  # fmt: skip


def spell_csv(day: np.datetime64, lines: Sequence[IndexLine]) -> bytes:
    """The summary with its heading; without indices the title alone."""
    rows = [";".join((one.name, slashed(day), *_figures(one))) for one in lines]
    head = [TITLE, ";".join(HEADING)] if rows else [TITLE]
    return "".join(f"{line}\r\n" for line in (*head, *rows)).encode("latin-1")


def spell_xml(day: np.datetime64, lines: Sequence[IndexLine]) -> bytes:
    """The summary as one element of attributes an index."""
    totals = [
        f"\t\t\t<TOTAL T_Familia='{one.name}'  "
        + "  ".join(f"{name}='{text}'" for name, text in zip(ATTRIBUTES, _figures(one), strict=True))
        + " />"
        for one in lines
    ]
    head = ["<?xml version='1.0' encoding='ISO-8859-1' ?>", "<!-- SIMULADO -->", "<IMA>", f"\t\t<TOTAIS DT_REF='{slashed(day)}' >"]
    return "".join(f"{line}\r\n" for line in (*head, *totals, "\t\t</TOTAIS>", "</IMA>")).encode("latin-1")


def _figures(one: IndexLine) -> tuple[str, ...]:
    return (
        grouped(one.level, 6), *(grouped(change, 4) for change in one.changes), grouped(one.weight, 2), grouped(one.duration, 0),
        grouped(one.value, 0), grouped(one.trades, 0), grouped(one.traded_quantity, 2), grouped(one.traded_value, 2),
        grouped(one.mean_term, 0), grouped(one.convexity, 4), grouped(one.simple_yield, 4), grouped(one.redemption_yield, 4),
    )  # fmt: skip
