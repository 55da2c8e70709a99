"""`ima_completo`: all bond indices of the last session with their portfolios, as text (record types 0, 1, 2) or XML, latin-1.

In the evening terms and yields have four decimals; the file of the morning gives all that a script has. XML ends some lines with CR
LF and others with LF.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.sandbox.render._brazil_text import bare, comma, script, slashed
from pipelines.sandbox.world.index_figures import Holding, IndexLine

TITLE = "ANBIMA - Associação Brasileira das Entidades dos Mercados Financeiros e de Capitais - SIMULADO"
TOTALS = (
    "Data de Referência", "INDICE", "Número Índice", "Variação Diária(%)", "Variação Mensal(%)", "Variação Anual(%)",
    "Variação Últimos 12 Meses(%)", "Variação Últimos 24 Meses(%)", "Duration(d.u.)", "Peso(Geral)(%)", "Carteira a Mercado(R$ mil)",
    "Número de Operações *", "Quant. Negociada(1.000 títulos) *", "Valor Negociado(R$ mil) *", "PMR", "Convexidade", "Yield",
    "Redemption Yield",
)  # fmt: skip
PORTFOLIO = (
    "Data de Referência", "INDICE", "Títulos", "Data de Vencimento", "Código SELIC", "Código ISIN", "Taxa Indicativa (% a.a.)", "PU (R$)",
    "PU de Juros (R$)", "Quantidade (1.000 títulos)", "Quantidade Teórica (1.000 títulos)", "Carteira a Mercado (R$ mil)", "Peso (%)",
    "Prazo (d.u.)", "Duration (d.u.)", "Número de Operações *", "Quant. Negociada (1.000 títulos) *", "Valor Negociado (R$ mil) *", "PMR",
    "Convexidade",
)  # fmt: skip
_CHANGES = ("T_Var_Diaria", "T_Var_Mensal", "T_Var_Anual", "T_Var_Ult12M", "T_Var_Ult24M")
_ISIN = {"LTN": "LTN", "LFT": "LF1", "NTN-B": "NTB", "NTN-F": "NTF"}
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Whole:
    """What the file holds: each index and the bonds in it. `is_full` is the file of the morning."""

    day: np.datetime64
    indices: Sequence[tuple[IndexLine, Sequence[Holding]]]
    is_full: bool

    @property
    def figure(self) -> Callable[[float | None], str]:
        return script if self.is_full else lambda value: comma(value, 4)


def spell_text(whole: Whole) -> bytes:
    """The text form."""
    day, figure = slashed(whole.day), whole.figure
    totals = [
        "@".join((
            "1", day, one.name.replace(" ex-C", "-EX-C"), f"{comma(one.level, 6)}00", *(comma(change, 4) for change in one.changes),
            comma(one.duration, 0), comma(one.weight, 2), comma(one.value, 0), comma(one.trades, 0), comma(one.traded_quantity, 2),
            comma(one.traded_value, 2),
            *map(figure, (one.mean_term, one.convexity, one.simple_yield, one.redemption_yield)),
        ))
        for one, _ in whole.indices
    ]  # fmt: skip
    portfolio = [
        "@".join((
            "2", day, one.name.replace(" ex-C", "-EX-C"), held.kind, slashed(held.maturity), held.code, isin(held), comma(held.rate, 4),
            comma(held.price, 6), comma(held.coupon, 6), comma(held.quantity, 2), comma(held.theoretical, 8), comma(held.value, 0),
            comma(held.weight, 2), comma(held.business_days, 0), comma(held.duration, 0), comma(held.trades, 0),
            comma(held.traded_quantity, 2), comma(held.traded_value, 2), figure(held.mean_term), figure(held.convexity),
        ))
        for one, holdings in whole.indices for held in holdings
    ]  # fmt: skip
    lines = (
        f"0@{TITLE}", "1@TOTAIS", f"1@{'@'.join(TOTALS)}", *totals, "",
        "2@COMPOSIÇÃO DE CARTEIRA", f"2@{'@'.join(PORTFOLIO)}", *portfolio, "",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def spell_xml(whole: Whole) -> bytes:
    """The XML form."""
    parts = ["<?xml version='1.0' encoding='ISO-8859-1' ?>\r\n<!-- SIMULADO -->\r\n<IMA>\r\n"]
    for one, holdings in whole.indices:
        day, part = slashed(whole.day), _part(one.name)
        parts.append(f"     <FAMILIA INDICE='{one.name}'>\r\n     <TOTAIS DT_REF='{day}'>\n\r\n         <TOTAL  ")
        parts.append(" ".join(f"{name}='{text}'" for name, text in (("T_Indice", part), *_total(one, whole.figure))))
        parts.append(f" />\n\r\n   </TOTAIS>\n\r\n     <CARTEIRAS DT_REF='{day}'>\r\n")
        for held in holdings:
            attributes = (("C_Indice", part), *_held(held, whole.figure))
            parts.append("         <CARTEIRA \r\n" + "".join(f" {name}='{text}'\r\n" for name, text in attributes) + " />\n\r\n")
        parts.append("     </CARTEIRAS>\r\n     </FAMILIA>\r\n")
    return "".join((*parts, "</IMA>\r\n")).encode("latin-1")


def isin(held: Holding) -> str:
    """A code in the form of an ISIN that is none: Brazilian codes of the Treasury begin with BRSTN."""
    months = int(held.maturity.astype("datetime64[M]").astype(np.int64))
    return f"BRSIMC{_ISIN[held.kind]}{_LETTERS[months // 36 % 36]}{_LETTERS[months % 36]}0"


def _part(name: str) -> str:
    """Which part of its family an index is: `1`, `5+`, or all of it."""
    last = name.split(" ")[-1]
    return last if last[0].isdigit() else "TOTAL"


def _total(one: IndexLine, figure: Callable[[float | None], str]) -> Sequence[tuple[str, str]]:
    return (
        ("T_Num_Indice", comma(one.level, 6)), *zip(_CHANGES, (comma(change, 4) for change in one.changes), strict=True),
        ("T_Duration", comma(one.duration, 0)), ("T_Peso_Carteira", "100,00"), ("T_Peso_Geral", comma(one.weight, 2)),
        ("T_Quantidade", comma(one.quantity, 2)), ("T_Pi_Qi", comma(one.value, 0)), ("T_Num_De_Oper", comma(one.trades, 0)),
        ("T_Quant_Negociada", bare(one.traded_quantity, 3)), ("T_Valor_Negociado", comma(one.traded_value, 2)),
        ("T_PMR", figure(one.mean_term)), ("T_Convexidade", figure(one.convexity)), ("T_Yield", figure(one.simple_yield)),
        ("T_Rdpt_Yield", figure(one.redemption_yield)),
    )  # fmt: skip


def _held(held: Holding, figure: Callable[[float | None], str]) -> Sequence[tuple[str, str]]:
    return (
        ("C_Titulo", held.kind), ("C_Data_Vencimento", slashed(held.maturity)), ("C_Cod_550", held.code), ("C_Cod_ISIN", isin(held)),
        ("C_Taxa", comma(held.rate, 4)), ("C_PU", comma(held.price, 6)), ("C_PU_Juros", comma(held.coupon, 6)),
        ("C_Quantidade", comma(held.quantity, 2)), ("C_Quantidade_Teorica", comma(held.theoretical, 8)), ("C_Pi_Qi", comma(held.value, 0)),
        ("C_Peso", comma(held.weight, 2)), ("C_Prazo", comma(held.business_days, 0)), ("C_Duration", comma(held.duration, 0)),
        ("C_Num_De_Oper", comma(held.trades, 0)), ("C_Quant_Negociada", bare(held.traded_quantity, 3)),
        ("C_Valor_Negociado", comma(held.traded_value, 2)), ("C_PMR", figure(held.mean_term)), ("C_Convexidade", figure(held.convexity)),
    )  # fmt: skip
