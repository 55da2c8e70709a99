"""ANBIMA's bond indices (IMA): the summary of a day (CSV, XML) and the whole file with portfolios (`ima_completo`, text and XML).

Keys name index and figure as the XML names its attributes: `IMA-B 5 Num_Indice`; headings of the text forms are read as the same
figures. Percentages, days and BRL thousand are as printed. The whole file comes in the evening and again, with more decimals and
other blanks (`--`), in the morning, so its figures have keys of their own: `completo IMA-B 5 Yield`, `completo IRF-M LTN 2027-07-01
Peso`. What it says of a bond whatever the index (yield, price, trades) is a quote, under names that tell it from the bond market's
own file.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lxml import etree

from pipelines.connectors import Observation, Quote
from pipelines.connectors._anbima_text import bond, optional_number, plain
from pipelines.connectors._numbers import brazilian_day

REPORT = "IMA"
WHOLE = "completo"
TITLE = "totais - quadro resumo"
# Headings, without accents, of the summary (CSV) and of the whole file (text) as the XML names them.
TOTALS = {
    "numero indice": "Num_Indice", "variacao diaria(%)": "Var_Diaria", "variacao no mes(%)": "Var_Mensal",
    "variacao mensal(%)": "Var_Mensal", "variacao no ano(%)": "Var_Anual", "variacao anual(%)": "Var_Anual",
    "variacao 12 meses(%)": "Var_Ult12M", "variacao ultimos 12 meses(%)": "Var_Ult12M", "variacao 24 meses(%)": "Var_Ult24M",
    "variacao ultimos 24 meses(%)": "Var_Ult24M", "peso(%)": "Peso", "peso(geral)(%)": "Peso", "duration(d.u.)": "Duration",
    "carteira a mercado (r$ mil)": "Pi_Qi", "carteira a mercado(r$ mil)": "Pi_Qi", "numero de<br>operacoes *": "Num_De_Oper",
    "numero de operacoes *": "Num_De_Oper", "quant. negociada (1.000 titulos) *": "Quant_Negociada",
    "quant. negociada(1.000 titulos) *": "Quant_Negociada", "valor negociado (r$ mil) *": "Valor_Negociado",
    "valor negociado(r$ mil) *": "Valor_Negociado", "pmr": "PMR", "convexidade": "Convexidade", "yield": "Yield",
    "redemption yield": "Rdpt_Yield",
}
PORTFOLIO = {
    "taxa indicativa (% a.a.)": "Taxa", "pu (r$)": "PU", "pu de juros (r$)": "PU_Juros", "quantidade (1.000 titulos)": "Quantidade",
    "quantidade teorica (1.000 titulos)": "Quantidade_Teorica", "carteira a mercado (r$ mil)": "Pi_Qi", "peso (%)": "Peso",
    "prazo (d.u.)": "Prazo", "duration (d.u.)": "Duration", "numero de operacoes *": "Num_De_Oper",
    "quant. negociada (1.000 titulos) *": "Quant_Negociada", "valor negociado (r$ mil) *": "Valor_Negociado", "pmr": "PMR",
    "convexidade": "Convexidade",
}
BONDS = {                                  # what a bond has in every index alike
    "Taxa": "index_rate", "PU": "index_price", "PU_Juros": "index_coupon", "Prazo": "index_term", "Duration": "index_duration",
    "Num_De_Oper": "index_trades", "Quant_Negociada": "index_traded_quantity", "Valor_Negociado": "index_traded_value",
    "PMR": "index_mean_term", "Convexidade": "index_convexity",
}
MEMBERS = ("Peso", "Quantidade", "Quantidade_Teorica", "Pi_Qi")        # what it has in each: a bond may be shared by two for a while
_XML_TOTALS = frozenset((*TOTALS.values(), "Peso_Geral", "Peso_Ponderado", "Peso_Carteira", "Quantidade"))
_XML_NAMES = {"Peso_Geral": "Peso", "Peso_Ponderado": "Peso"}
_XML_PORTFOLIO = frozenset((*BONDS, *MEMBERS))
_IDENTITY = ("C_Indice", "C_Titulo", "C_Data_Vencimento", "C_Cod_550", "C_Cod_ISIN")

Row = Observation | Quote


class Portfolio:
    """Rows of a day's portfolios: a bond that stands in several indices is told once, and must say the same in each."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], float | None] = {}

    def rows(self, index: str, day: date, title: str, maturity: str, figures: Mapping[str, str]) -> Iterator[Row]:
        due = brazilian_day(maturity)
        symbol = bond(title, due)
        for name, text in figures.items():
            value = optional_number(text)
            if name in MEMBERS:
                yield Observation(f"{WHOLE} {index} {symbol} {name}", day, value)
            elif (symbol, name) not in self._said:
                self._said[symbol, name] = value
                if value is not None:
                    yield Quote(REPORT, day, symbol, BONDS[name], value, due)
            elif self._said[symbol, name] != value:
                raise ValueError(f"{name} of {symbol} is {self._said[symbol, name]} in one index and {value} in {index}")


def read_summary(text: str) -> Iterator[Row]:
    """Figures of each index from the summary in CSV; a title alone has none.

    Raises:
        ValueError: an unknown heading, a line of the wrong length, or a figure that is none.
    """
    lines = list(csv.reader((line for line in text.splitlines() if line.strip()), delimiter=";"))
    if not lines or not plain(lines[0][0]).startswith(TITLE):
        raise ValueError(f"no summary of indices: {lines[:1]!r:.80}")
    if len(lines) > 1:
        yield from _totals(lines[1], lines[2:], ("indice", "data de referencia"), "")


def read_whole(text: str) -> Iterator[Row]:
    """Totals and portfolios from `ima_completo.txt`: record types 0, 1 and 2, each with two lines of heading.

    Raises:
        ValueError: an unknown record or heading, a line of the wrong length, or a figure that is none.
    """
    records: dict[str, list[list[str]]] = {"0": [], "1": [], "2": []}
    for line in (line for line in text.splitlines() if line.strip()):
        kind, _, rest = line.partition("@")
        if kind not in records:
            raise ValueError(f"unknown record {line:.60}")
        records[kind].append(rest.split("@"))
    if not all(records.values()) or len(records["1"]) < 2 or len(records["2"]) < 2:
        raise ValueError(f"records missing: {({kind: len(rows) for kind, rows in records.items()})}")
    yield from _totals(records["1"][1], records["1"][2:], ("data de referencia", "indice"), f"{WHOLE} ")
    heading = [plain(cell) for cell in records["2"][1]]
    fixed = ("data de referencia", "indice", "titulos", "data de vencimento", "codigo selic", "codigo isin")
    if tuple(heading[:6]) != fixed or heading[6:] != list(PORTFOLIO):
        raise ValueError(f"unknown columns of the portfolio: {heading}")
    portfolio = Portfolio()
    for row in records["2"][2:]:
        if len(row) != len(heading):
            raise ValueError(f"a line of {len(row)} cells under {len(heading)}: {row!r:.120}")
        figures = dict(zip(PORTFOLIO.values(), row[6:], strict=True))
        yield from portfolio.rows(_index(row[1]), brazilian_day(row[0]), row[2], row[3], figures)


def read_xml(body: bytes) -> Iterator[Row]:
    """Totals, and portfolios where they are given, from either form of the XML.

    Raises:
        ValueError: not XML, an unknown element or attribute, or a figure that is none.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag != "IMA" or root.getroottree().docinfo.doctype:
        raise ValueError(f"not the XML of the indices: {root.tag}")
    portfolio = Portfolio()
    for element in root.iter("TOTAL", "CARTEIRA"):
        parent = element.getparent()
        family = parent.getparent() if parent is not None else None
        if parent is None or family is None or parent.get("DT_REF") is None:
            raise ValueError(f"{element.tag} without date")
        day, cells = brazilian_day(str(parent.get("DT_REF"))), {str(name): str(value) for name, value in element.items()}
        index = _index(str(family.get("INDICE") or cells.get("T_Familia") or ""))
        start = f"{WHOLE} " if family.get("INDICE") else ""
        if element.tag == "TOTAL":
            figures = {name.removeprefix("T_"): text for name, text in cells.items() if name not in ("T_Familia", "T_Indice")}
            _known(figures, _XML_TOTALS)
            for name, text in figures.items():
                yield Observation(f"{start}{index} {_XML_NAMES.get(name, name)}", day, optional_number(text))
        else:
            figures = {name.removeprefix("C_"): text for name, text in cells.items() if name not in _IDENTITY}
            _known(figures, _XML_PORTFOLIO)
            yield from portfolio.rows(index, day, cells["C_Titulo"], cells["C_Data_Vencimento"], figures)


def _known(figures: Mapping[str, str], names: frozenset[str]) -> None:
    if unknown := figures.keys() - names:
        raise ValueError(f"unknown figure {min(unknown)}")


def _totals(heading: Sequence[str], rows: Sequence[Sequence[str]], fixed: tuple[str, str], start: str) -> Iterator[Row]:
    names = [plain(cell) for cell in heading]
    if tuple(names[:2]) != fixed or (unknown := [name for name in names[2:] if name not in TOTALS]):
        raise ValueError(f"unknown columns of the totals: {names[:2] if tuple(names[:2]) != fixed else unknown}")
    place = fixed.index("indice")
    for row in rows:
        if len(row) != len(names):
            raise ValueError(f"a line of {len(row)} cells under {len(names)}: {row!r:.120}")
        index, day = _index(row[place]), brazilian_day(row[1 - place])
        for name, text in zip(names[2:], row[2:], strict=True):
            yield Observation(f"{start}{index} {TOTALS[name]}", day, optional_number(text))


def _index(name: str) -> str:
    """The name of an index, the same in every form."""
    if not name.strip():
        raise ValueError("an index without a name")
    return name.strip().replace("-EX-C", " ex-C")
