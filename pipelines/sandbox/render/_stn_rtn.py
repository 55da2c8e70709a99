"""The Treasury's monthly result: where CKAN says the workbook is, and the workbook as it stands.

The workbook's name has the month of its newest figures, so that its address changes with every edition; only the current one is
served. Sheet 1.2 has the result by month at current prices, under a title, a unit and a header of serial dates; other sheets have
titles that resemble it.
"""

import numpy as np

from pipelines.sandbox.render._workbooks import Cell, xlsx
from pipelines.sandbox.view import SAO_PAULO, View, as_datetime
from pipelines.sandbox.wire import JSON, Answer, as_json
from pipelines.sandbox.world.prints import Dates, Floats
from pipelines.sandbox.world.rtn import KEYS, LINES

SOURCE = "stn"
RESOURCE = "527ccdb1-3059-42f3-bf23-b5e3ab4c6dc6"
FOLDER = f"/ckan/dataset/RTN/resource/{RESOURCE}/download/"
SHOW = "/ckan/api/3/action/resource_show"

_HOST = "https://www.tesourotransparente.gov.br"
_HELP = f"{_HOST}/ckan/api/3/action/help_show?name=resource_show"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_EXCEL_ZERO = np.datetime64("1899-12-30")
_MONTHLY, _ANNUAL = ("Tabela {}. Resultado Primário do Governo Central - Brasil - " + kind for kind in ("Mensal", "Anual"))
_CURRENT, _CONSTANT = ("R$ Milhões - Valores Correntes", "R$ Milhões - Valores Constantes")
_NOTES = ('1/ Apurado pelo conceito de "caixa". SIMULADO.', "2/ Despesa paga. SIMULADO.", "Fonte: SIMULADO.")


def resource(view: View, asked: str) -> Answer:
    """What CKAN says of a resource."""
    name = _file_name(view)
    if asked != RESOURCE or name is None:
        error = {"help": _HELP, "success": False, "error": {"__type": "Not Found Error", "message": "Não encontrado"}}
        return Answer(as_json(error), JSON, 404)
    modified = as_datetime(_modified(view)).astimezone(SAO_PAULO)
    found = {
        "id": RESOURCE, "name": "Série Histórica do Resultado do Tesouro Nacional - SIMULADO", "format": "XLSX", "state": "active",
        "last_modified": f"{modified:%Y-%m-%dT%H:%M:%S.%f}", "url": f"{_HOST}{FOLDER}{name}",
    }  # fmt: skip
    return Answer(as_json({"help": _HELP, "success": True, "result": found}), JSON)


def workbook(view: View, name: str) -> Answer | None:
    """The current edition; None for another name."""
    if name != _file_name(view):
        return None
    body = view.files.get(("rtn", _state(view)), lambda: xlsx(_sheets(view)))
    return Answer(body, _XLSX)


def _state(view: View) -> tuple[int, ...]:
    return tuple(view.count(SOURCE, key) for key in KEYS if view.has(SOURCE, key))


def _modified(view: View) -> np.datetime64:
    """The instant of the newest print of any row."""
    newest: np.datetime64 = max(view.known(SOURCE, key).published_at[-1] for key in KEYS if view.has(SOURCE, key))
    return newest


def _file_name(view: View) -> str | None:
    """`serie_historica_ago26.xlsx`, after the newest month; None before the first edition."""
    if not sum(_state(view)):
        return None
    month = max(view.latest(SOURCE, key).source_date[-1] for key in KEYS if view.has(SOURCE, key) and view.count(SOURCE, key))
    return f"serie_historica_{_MONTHS[int(str(month)[5:7]) - 1]}{str(month)[2:4]}.xlsx"


def _sheets(view: View) -> dict[str, list[list[Cell]]]:
    found = {text: view.latest(SOURCE, key) for key, text in zip(KEYS, LINES, strict=True) if view.has(SOURCE, key)}
    months = np.unique(np.concatenate([prints.source_date for prints in found.values()]))
    rows = {text: _row(prints.source_date, prints.value, months) for text, prints in found.items()}
    years = np.unique(months.astype("datetime64[Y]"))
    ends = [int(np.searchsorted(months, (year + 1).astype("datetime64[D]"))) for year in years]
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    yearly: dict[str, list[float | None]] = {
        text: [_rounded_sum(values[start:end]) for start, end in spans] for text, values in rows.items()
    }
    return {
        "Índice": [["SIMULADO - Resultado do Tesouro Nacional"], ["1.1", "Anual"], ["1.2", "Mensal"], ["2.2", "Mensal, constantes"]],
        "1.1": _sheet(_ANNUAL.format("1.1"), _CURRENT, [float(str(year)) for year in years], yearly),
        "1.2": _sheet(_MONTHLY.format("1.2"), _CURRENT, _serials(months), rows),
        "2.2": _sheet(_MONTHLY.format("2.2"), _CONSTANT, _serials(months), rows),
    }


def _sheet(title: str, unit: str, header: list[float], rows: dict[str, list[float | None]]) -> list[list[Cell]]:
    top: list[list[Cell]] = [["Voltar"], [title], [unit], [], ["Discriminação", *header]]
    body: list[list[Cell]] = [[text, *values] for text, values in rows.items()]
    notes: list[list[Cell]] = [[note] for note in _NOTES]
    return [*top, *body, [], *notes]


def _serials(days: Dates) -> list[float]:
    return (days.astype("datetime64[D]") - _EXCEL_ZERO).astype(np.float64).tolist()


def _row(days: Dates, values: Floats, months: Dates) -> list[float | None]:
    known = dict(zip(days.tolist(), values.tolist(), strict=True))
    return [known.get(day) for day in months.tolist()]


def _rounded_sum(values: list[float | None]) -> float:
    return round(sum(value for value in values if value is not None), 1)
