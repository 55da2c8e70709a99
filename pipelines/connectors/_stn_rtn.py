"""RTN, the monthly result of the central government: rows of one sheet of a workbook, found by their labels.

- The workbook has some thirty sheets, whose numbers change over the years: the one that is read says "Resultado Primário do Governo
  Central", "Mensal" and "Valores Correntes" in its first rows, and its header begins with "Discriminação". Columns are months, as
  the serial numbers of Excel; values are BRL million, a deficit negative.
- A row is keyed by its label without number, footnote marks, signs of arithmetic and accents: `3. RECEITA LÍQUIDA 1/ (1-2)` is
  `rtn/receita liquida`. A label that several rows have keeps its number: `rtn/1.4.9 outras`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from pipelines.connectors._numbers import finite
from pipelines.connectors._sheets import Cell, Sheet, Workbook, serial_day

_TITLE = ("resultado primario do governo central", "mensal", "valores correntes")
_TITLE_ROWS = 8
_HEADER = "discriminacao"
_BLANK = ("", "-", "--", "n.d.", "nd", "..", "...")
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)*)\.?\s*-?\s+")
_MARK = re.compile(r"(?:\s*,?\s*\d{1,2}/)+\s*")
_ARITHMETIC = re.compile(r"\s*\([\dIVX\s.+=–-]+\)\s*$")

Cells = list[tuple[str, date, float]]


def rtn_rows(workbook: Workbook) -> Cells:
    """Key, first day of the month and value of every cell that holds a number, row by row.

    Raises:
        ValueError: no such sheet or several, months that do not follow each other, or a cell that is no number.
    """
    found = [(name, sheet) for name, sheet in workbook.items() if _is_monthly(sheet)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} sheets of {len(workbook)} have the monthly result in current prices: {[name for name, _ in found]}")
    name, sheet = found[0]
    top, left = _header(name, sheet)
    months = _months(name, sheet, top, left)
    labels = {row: str(sheet[row, left]) for row, column in sheet if column == left and row > top}
    values = [(row, day, value) for row in sorted(labels) for column, day in months for value in _value(name, sheet, row, column)]
    keys = _keys({row: labels[row] for row, _, _ in values})
    return [(keys[row], day, value) for row, day, value in values]


def label(text: str) -> str:
    """A row's label without what changes from one edition to the next."""
    return _plain(_ARITHMETIC.sub("", _MARK.sub(" ", _NUMBER.sub("", text, count=1))))


def _keys(labels: dict[int, str]) -> dict[int, str]:
    repeated = Counter(map(label, labels.values()))
    keys = {}
    for row, text in labels.items():
        number = _NUMBER.match(text)
        keys[row] = f"rtn/{number[1]} {label(text)}" if number and repeated[label(text)] > 1 else f"rtn/{label(text)}"
    twice = [key for key, count in Counter(keys.values()).items() if count > 1]
    if twice:
        raise ValueError(f"two rows are called {twice[0]!r}")
    return keys


def _is_monthly(sheet: Sheet) -> bool:
    text = " ".join(_plain(cell) for (row, _), cell in sheet.items() if row < _TITLE_ROWS and isinstance(cell, str))
    return all(words in text for words in _TITLE)


def _header(name: str, sheet: Sheet) -> tuple[int, int]:
    for (row, column), cell in sorted(sheet.items(), key=lambda item: item[0]):
        if isinstance(cell, str) and _plain(cell) == _HEADER:
            return row, column
    raise ValueError(f"sheet {name!r} has no header 'Discriminação'")


def _months(name: str, sheet: Sheet, row: int, left: int) -> list[tuple[int, date]]:
    cells = sorted((column, cell) for (at, column), cell in sheet.items() if at == row and column > left and not _is_blank(cell))
    months = [(column, serial_day(cell).replace(day=1)) for column, cell in cells]
    for (_, one), (_, after) in pairwise(months):
        if (after.year - one.year) * 12 + after.month - one.month != 1:
            raise ValueError(f"sheet {name!r} has {after:%Y-%m} after {one:%Y-%m}")
    if not months:
        raise ValueError(f"sheet {name!r} has no months")
    return months


def _value(name: str, sheet: Sheet, row: int, column: int) -> Iterator[float]:
    cell = sheet.get((row, column))
    if cell is None or _is_blank(cell):
        return
    if not isinstance(cell, float):
        raise ValueError(f"sheet {name!r}, row {row + 1}: not a number: {cell!r:.40}")
    yield finite(cell)


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().lower() in _BLANK


def _plain(text: str) -> str:
    """Lower case, without accents, single spaces."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(bare.lower().split())
