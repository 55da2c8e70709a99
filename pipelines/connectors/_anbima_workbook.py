"""ANBIMA's workbooks with the history of an index (`IRF-M 1.xls`): one sheet, a row a day, newest last, a note below."""

from collections.abc import Iterator

from pipelines.connectors import Observation, Payload
from pipelines.connectors._anbima_text import MISSING, plain
from pipelines.connectors._numbers import finite
from pipelines.connectors._sheets import Cell, read_workbook, serial_day

_HEADING = {
    "data de referencia": None, "numero indice": "Num_Indice", "variacao diaria (%)": "Var_Diaria",
    "carteira a mercado (r$ mil)": "Pi_Qi", "duration (d.u.)": "Duration",
}
_HEADING_ROW = 1


def read_history(payload: Payload) -> Iterator[Observation]:
    """Figures of each day, under the keys of the daily summary.

    Raises:
        PayloadError: no workbook. ValueError: another heading, or a cell that is neither a figure nor marked as missing.
    """
    for name, sheet in read_workbook(payload).items():
        heading = [plain(str(sheet.get((_HEADING_ROW, column), ""))) for column in range(len(_HEADING))]
        if heading != list(_HEADING):
            raise ValueError(f"unknown columns of sheet {name}: {heading}")
        for row in sorted({row for row, _ in sheet if row > _HEADING_ROW}):
            if isinstance(sheet.get((row, 0)), str):            # the note that closes the sheet
                continue
            day = serial_day(sheet.get((row, 0)))
            for place, column in enumerate(_HEADING.values()):
                if column is not None:
                    yield Observation(f"{name} {column}", day, _figure(sheet.get((row, place))))


def _figure(cell: Cell | None) -> float | None:
    if isinstance(cell, str) and cell.strip() not in MISSING:
        raise ValueError(f"not a figure: {cell!r}")
    return finite(cell) if isinstance(cell, float) else None
