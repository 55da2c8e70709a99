"""Bonds of the Brazilian Treasury as its retail programme, Tesouro Direto, prices them.

- A bond is a symbol, `TD LTN 2027-04-01`: TD for the retail programme, the bond's official name, its maturity. A product without an
  official name here keeps its own (`TD RESERVA …`), so that a new one is read.
- Fields: `rate` and `price` are what the public buys at ("Taxa Compra", "PU Compra"), `ask_rate` and `ask_price` what it redeems at
  ("Taxa Venda", "PU Venda"), `base_price` the price of the day without the spread. Rates in % a year with two decimals (a spread over
  Selic for LFT, real for NTN-B), prices in BRL. A blank cell is null.
- The file of all prices is rewritten every day, in no order; a request is read for its window of base dates alone. The workbooks of
  a year have a sheet a maturity and rates as decimals, to four decimals of a percent.
- Lists of the day say neither date nor hour: they are dated by their fetch.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from pipelines.connectors import Payload, Quote
from pipelines.connectors._numbers import brazilian_day, brazilian_number, finite
from pipelines.connectors._sheets import Cell, Sheet, Workbook, serial_day

TITLES: Mapping[str, str] = {
    "Tesouro Prefixado": "LTN", "Tesouro Prefixado com Juros Semestrais": "NTN-F", "Tesouro Selic": "LFT",
    "Tesouro IPCA+": "NTN-B Principal", "Tesouro IPCA+ com Juros Semestrais": "NTN-B",
    "Tesouro IGPM+ com Juros Semestrais": "NTN-C", "Tesouro Renda+ Aposentadoria Extra": "NTN-B1 Renda", "Tesouro Educa+": "NTN-B1 Educa",
}  # fmt: skip
FILE, LIST, BOOK = "tesouro_direto", "tesouro_direto_hoje", "tesouro_direto_ano"

_COLUMNS = {
    "Taxa Compra Manha": "rate", "Taxa Venda Manha": "ask_rate", "PU Compra Manha": "price", "PU Venda Manha": "ask_price",
    "PU Base Manha": "base_price",
}  # fmt: skip
_KEYS = ["Tipo Titulo", "Data Vencimento", "Data Base"]
_NUMBER, _DAY = r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$", "%d/%m/%Y"
_LISTED = {
    "Rendimento anual do título": "rate", "Investimento mínimo": "minimum", "Preço unitário de investimento": "price",
    "Preço unitário de resgate": "ask_price",
}  # fmt: skip
_RATE = re.compile(r"(?:(?:SELIC|IPCA|IGP-M) ([+-]) )?(\S+)%")
_EXACT = 10                                # decimals of a percent beyond which a double is noise
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def symbol(title: str, maturity: date | str) -> str:
    """The symbol of a retail title, with or without its year at the end."""
    name = re.sub(r" \d{4}$", "", title)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return f"TD {TITLES.get(name) or re.sub(r'[^A-Z0-9]+', ' ', bare.upper()).removeprefix('TESOURO ').strip()} {maturity}"


def file_quotes(payload: Payload, first: date, last: date) -> pa.Table:
    """Quotes of the file of all prices whose base date lies in a window, field by field, as an Arrow table.

    Raises:
        ValueError: other columns, a cell that is no date or number, or two prices of one bond and day.
    """
    try:
        frame = pl.read_csv(payload.body, separator=";", infer_schema=False, quote_char=None)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"not a CSV: {str(error).splitlines()[0]:.160}") from error
    if frame.columns != [*_KEYS, *_COLUMNS]:
        raise ValueError(f"columns {frame.columns}")
    days = frame.with_columns(pl.col("Data Base", "Data Vencimento").str.to_date(_DAY, strict=False).name.suffix(" read"))
    _refuse(days, pl.any_horizontal(pl.col("Data Base read", "Data Vencimento read").is_null()), "not a date")
    wanted = days.filter(pl.col("Data Base read").is_between(first, last)).rename(_COLUMNS)
    fields = list(_COLUMNS.values())
    wanted = wanted.with_columns(pl.col(fields).str.strip_chars().replace("", None))
    _refuse(wanted, pl.any_horizontal(~pl.col(fields).str.contains(_NUMBER)), "not a Brazilian number")
    read = wanted.with_columns(pl.col(fields).str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True).cast(pl.Float64))
    once = read.unique(maintain_order=True)
    twice = once.filter(pl.struct(_KEYS).is_duplicated())
    if twice.height:
        raise ValueError(f"{' '.join(twice.row(0)[:3])} has two rows of prices")
    names = {title: symbol(title, "") for title in once["Tipo Titulo"].unique()}
    bond = pl.col("Tipo Titulo").replace_strict(names, return_dtype=pl.String)
    named = once.with_columns((bond + pl.col("Data Vencimento read").cast(pl.String)).alias("symbol"))
    long = named.unpivot(fields, index=["symbol", "Data Base read", "Data Vencimento read"], variable_name="field", value_name="value")
    return long.select(
        pl.lit(FILE).alias("source_key"), pl.col("Data Base read").alias("source_date"), "symbol",
        pl.col("Data Vencimento read").alias("maturity_date"), "field", "value",
        pl.lit(None, pl.Datetime("us", "UTC")).alias("published_at"), pl.lit(None, pl.String).alias("availability"),
    ).to_arrow(compat_level=pl.CompatLevel.oldest()).cast(QUOTED)  # fmt: skip


QUOTED = pa.schema([
    ("source_key", pa.string()), ("source_date", pa.date32()), ("symbol", pa.string()), ("maturity_date", pa.date32()),
    ("field", pa.string()), ("value", pa.float64()), ("published_at", pa.timestamp("us", "UTC")), ("availability", pa.string()),
])  # fmt: skip


def list_quotes(payload: Payload) -> Iterator[Quote]:
    """Quotes of a list of the day, to invest or to redeem, known when fetched.

    Raises:
        ValueError: other columns, or a cell that is not of its kind.
    """
    lines = [line.split(";") for line in payload.body.decode("utf-8-sig").splitlines() if line.strip()]
    header = lines[0]
    if header[0] != "Título" or header[-1] != "Vencimento do Título" or not set(header[1:-1]) <= set(_LISTED):
        raise ValueError(f"columns {header}")
    redeemed = "Preço unitário de resgate" in header
    day = payload.fetched_at.astimezone(_SAO_PAULO).date()
    for cells in lines[1:]:
        if len(cells) != len(header):
            raise ValueError(f"{len(cells)} cells under {len(header)} columns: {cells}")
        maturity = brazilian_day(cells[-1])
        for name, cell in zip(header[1:-1], cells[1:-1], strict=True):
            field = "ask_rate" if redeemed and _LISTED[name] == "rate" else _LISTED[name]
            value = _list_rate(cell) if field.endswith("rate") else _money(cell)
            yield Quote(LIST, day, symbol(cells[0], maturity), field, value, maturity, payload.fetched_at, "observed")


def book_quotes(workbook: Workbook, bond: str) -> Iterator[Quote]:
    """Quotes of a year's workbook of one bond: a sheet a maturity, under a header of labels.

    Raises:
        ValueError: a sheet of another form.
    """
    for name, sheet in workbook.items():
        if sheet:
            yield from _sheet_quotes(name, sheet, bond)


def _sheet_quotes(name: str, sheet: Sheet, bond: str) -> Iterator[Quote]:
    if sheet.get((0, 0)) != "Vencimento":
        raise ValueError(f"sheet {name!r} does not begin with its maturity")
    maturity = _day(sheet.get((0, 1)))
    wide = max(column for _, column in sheet) + 1
    labels = [_label(sheet.get((1, column))) for column in range(wide)]
    if labels[0] != "dia" or set(labels) - {"dia", "", *_LABELS}:
        raise ValueError(f"sheet {name!r} has the columns {labels}")
    for row in range(2, max(row for row, _ in sheet) + 1):
        if (row, 0) not in sheet:
            continue
        day = _day(sheet[row, 0])
        for column, label in enumerate(labels):
            if label in _LABELS:
                yield Quote(BOOK, day, f"TD {bond} {maturity}", _LABELS[label], _figure(sheet.get((row, column)), _LABELS[label]), maturity)


_LABELS = {"taxa compra": "rate", "taxa venda": "ask_rate", "pu compra": "price", "pu venda": "ask_price", "pu base": "base_price"}


def _label(cell: Cell | None) -> str:
    """`Taxa Compra Manhã` and `Taxa Compra 9:00` are `taxa compra`."""
    return re.sub(r" (?:manhã|manha|\d{1,2}:\d\d)$", "", str(cell or "").strip().lower())


def _figure(cell: Cell | None, field: str) -> float | None:
    if cell is None or cell == "":
        return None
    if not isinstance(cell, float):
        raise ValueError(f"not a number: {cell!r:.40}")
    return round(finite(cell) * 100, _EXACT) if field.endswith("rate") else finite(cell)


def _day(cell: Cell | None) -> date:
    return brazilian_day(cell.strip()) if isinstance(cell, str) else serial_day(cell)


def _money(cell: str) -> float:
    if not cell.startswith("R$ "):
        raise ValueError(f"not an amount of reais: {cell!r:.40}")
    return brazilian_number(cell.removeprefix("R$ "))


def _list_rate(cell: str) -> float:
    found = _RATE.fullmatch(cell)
    if found is None:
        raise ValueError(f"not a rate: {cell!r:.40}")
    return brazilian_number(found[2]) * (-1 if found[1] == "-" else 1)


def _refuse(frame: pl.DataFrame, wrong: pl.Expr, what: str) -> None:
    found = frame.filter(wrong)
    if found.height:
        raise ValueError(f"{what} in the row {found.row(0)!r:.200}")
