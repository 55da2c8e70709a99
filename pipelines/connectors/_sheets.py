"""Cells of a workbook, whatever its format: numbers, texts and dates as the serial numbers that Excel keeps.

A workbook is sheets by name, a sheet its cells by (row, column), both counted from 0. Formats, formulas and styles are not read: a
formula has the value it was saved with. Empty cells are not there. XLSX is a zip of XML (`_xlsx`), XLS a compound file of BIFF8
records (`_biff`).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from models_py.kernel.errors import PayloadError
from pipelines.connectors import Payload
from pipelines.connectors._archive import is_zip

Cell = float | str
Sheet = Mapping[tuple[int, int], Cell]
Workbook = Mapping[str, Sheet]

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EPOCH = date(1899, 12, 30)                 # of serial numbers from March 1900 on; the year 1900 has a 29 February in Excel
_FIRST, _LAST = 61, 2_958_465               # 1900-03-01 and 9999-12-31


class NotAWorkbook(ValueError):
    """Bytes that are no workbook, or one that is damaged, encrypted or of an older format."""


def is_workbook(body: bytes) -> bool:
    """Whether the bytes begin as a workbook does."""
    return is_zip(body) or body.startswith(COMPOUND)


def read_workbook(payload: Payload) -> Workbook:
    """Sheets of a workbook in their order.

    Raises:
        PayloadError: no workbook, a damaged or encrypted one, or one too large.
    """
    from pipelines.connectors import _biff, _xlsx

    try:
        return _biff.read(payload.body) if payload.body.startswith(COMPOUND) else _xlsx.read(payload)
    except NotAWorkbook as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def serial_day(cell: Cell | None) -> date:
    """The date of a serial number, which is whole.

    Raises:
        ValueError: not a date.
    """
    if not isinstance(cell, float) or not cell.is_integer() or not _FIRST <= cell <= _LAST:
        raise ValueError(f"not a date: {cell!r}")
    return _EPOCH + timedelta(days=int(cell))
