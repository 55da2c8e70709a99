"""Prices of Tesouro Direto: the file of all, rewritten twice a day in no order, and workbooks of a year of one bond.

The file writes rates and prices with two decimals and a comma; a query is not looked at. A workbook has a sheet a maturity, dates as
text and rates as decimals, and holds the year up to the last session.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

import numpy as np
import polars as pl

from pipelines.sandbox.render._workbooks import Cell, xls
from pipelines.sandbox.view import SAO_PAULO, View
from pipelines.sandbox.wire import Answer
from pipelines.sandbox.world.bond_eves import FIRST_YEAR
from pipelines.sandbox.world.grid import is_session
from pipelines.sandbox.world.retail import NAMES, Prices

FOLDER = "/ckan/dataset/df56aa42-484a-4a59-8184-7676580c81e3/resource/796d2059-14e9-44e3-80c9-2d9e30b405c1/download"
FILE = f"{FOLDER}/precotaxatesourodireto.csv"
BOOK = re.compile(
    r"/sistemas-internos/apex/producao/sistemas/sistd/(\d{4})/(LFT|LTN|NTN-B|NTN-B_Principal|NTN-F)_(\d{4})\.xls"
)

TITLES = {
    "LTN": "Tesouro Prefixado", "NTN-F": "Tesouro Prefixado com Juros Semestrais", "LFT": "Tesouro Selic",
    "NTN-B": "Tesouro IPCA+ com Juros Semestrais", "NTN-B Principal": "Tesouro IPCA+",
}  # fmt: skip
HEADER = "Tipo Titulo;Data Vencimento;Data Base;Taxa Compra Manha;Taxa Venda Manha;PU Compra Manha;PU Venda Manha;PU Base Manha"
LABELS = ("Dia", "Taxa Compra Manhã", "Taxa Venda Manhã", "PU Compra Manhã", "PU Venda Manhã", "PU Base Manhã")
_CSV, _XLS = "text/csv", "application/vnd.ms-excel"
_REWRITES = ((18, 0), (9, 30))             # local hours and minutes of a business day


def file(view: View) -> Answer:
    """The file as it was last written."""
    years = [view.retail(year) for year in range(FIRST_YEAR, view.today().year + 1)]
    body, tag = view.tables.get(("tesouro direto", sum(one.day.size for one in years)), lambda: _lines(years))
    return Answer(body, _CSV, headers=(("ETag", f'"{tag}"'), ("Last-Modified", _http_date(_rewritten(view)))))


def _lines(years: Sequence[Prices]) -> tuple[bytes, str]:
    """The file and its tag."""
    parts = {name: np.concatenate([getattr(one, name) for one in years]) for name in ("place", "kind", "maturity", "day", *_FIGURES)}
    frame = pl.DataFrame(parts).sort("place", "day", "kind", "maturity")
    titles = pl.Series([TITLES[name] for name in NAMES])
    lines = frame.select(
        pl.Series("title", titles.gather(frame["kind"])), pl.col("maturity").dt.strftime("%d/%m/%Y").alias("due"),
        pl.col("day").dt.strftime("%d/%m/%Y"), *(_decimal(name) for name in _FIGURES),
    )  # fmt: skip
    body = f"{HEADER}\n".encode() + lines.write_csv(separator=";", include_header=False, quote_style="never").encode()
    return body, sha256(body).hexdigest()[:32]


def workbook(view: View, year: int, bond: str) -> Answer | None:
    """A year of one bond; None before its first session."""
    prices = view.retail(year) if FIRST_YEAR <= year <= view.today().year else None
    if prices is None or not (prices.kind == NAMES.index(bond)).any():
        return None
    return Answer(xls(_sheets(prices, bond)), _XLS)


_FIGURES = ("rate", "ask_rate", "price", "ask_price", "base_price")


def _decimal(name: str) -> pl.Expr:
    """Two decimals after a comma."""
    cents = (pl.col(name) * 100).round().cast(pl.Int64)
    sign = pl.when(cents < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole, rest = (cents.abs() // 100).cast(pl.String), (cents.abs() % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str(sign, whole, pl.lit(","), rest).alias(name)


def _sheets(prices: Prices, bond: str) -> dict[str, list[list[Cell]]]:
    """Sheets by maturity, under the names that the Treasury gives them."""
    mine = prices.kind == NAMES.index(bond)
    short = bond.replace("Principal", "Princ")
    sheets: dict[str, list[list[Cell]]] = {}
    for maturity in np.unique(prices.maturity[mine]):
        rows = np.flatnonzero(mine & (prices.maturity == maturity))
        rates, worth = ([getattr(prices, name)[rows] for name in names] for names in (_FIGURES[:2], _FIGURES[2:]))
        columns = [[f"{day:%d/%m/%Y}" for day in prices.day[rows].tolist()], *((one / 100).tolist() for one in rates),
                   *(one.tolist() for one in worth)]  # fmt: skip
        head: list[list[Cell]] = [["Vencimento", f"{maturity.item():%d/%m/%Y}"], list(LABELS)]
        sheets[f"{short} {maturity.item():%d%m%y}"] = [*head, *(list(row) for row in zip(*columns, strict=True))]
    return sheets


def _rewritten(view: View) -> datetime:
    """The last instant at which the file was written."""
    local = view.now.astimezone(SAO_PAULO)
    day = local.date()
    while True:
        if is_session("br", np.array([np.datetime64(day)]))[0]:
            for hour, minute in _REWRITES:
                at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SAO_PAULO)
                if at <= local:
                    return at
        day -= timedelta(days=1)


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
