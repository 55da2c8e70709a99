"""BCB SGS: series of the Brazilian central bank's time series system, in the bytes of `api.bcb.gov.br`.

JSON has text values with a decimal point, CSV text with a comma. A monthly or quarterly date is the first day of its period;
period series (savings, TR) add `dataFim`. Only the newest value of a date is served: revisions overwrite. Daily series need
a window of at most ten years (406), an empty window is a 404, more than 20 last values a 400, and an unknown code an HTML page
with status 200, one time in three 502. More than five calls at once get 502 or 504 (`pipelines.sandbox.throttle`).
What a code is called is told by the bank's open data portal, here below the same address.
"""

import re
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._sgs_titles import dataset
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, not_found
from pipelines.sandbox.world.prints import Prints

SOURCE = "bcb_sgs"
ROUTES = (
    "/dados/serie/bcdata.sgs.{code}/dados?formato=json&dataInicial=dd/mm/aaaa&dataFinal=dd/mm/aaaa",
    "/dados/serie/bcdata.sgs.{code}/dados/ultimos/{n}?formato=json",
    "/api/3/action/package_search?fq=codigo_sgs:{code}",
)

_PATH = re.compile(r"/dados/serie/bcdata\.sgs\.(\w+)/dados(?:/ultimos/(\d+))?/?")
_PORTAL = "/api/3/action/package_search"
_LAST_MAX = 20
_WINDOW_YEARS = 10
_CACHE = (("Cache-Control", "max-age=900"),)
_FAULT = "br.gov.bcb.pec.sgs.comum.excecoes.SGSNegocioException: "
_INVALID = """<?xml version="1.0" encoding="pt-br"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="pt-br" xml:lang="pt-br">
<head>
<title>Requisição inválida!</title>
<link rev="made" />
<style>
</style>
</head>
<body>
<h1>Bad request!</h1>
</body>
</html>
""".encode()


class _BadDate(ValueError):
    """A window date that is not dd/mm/aaaa."""


def key(call: Call) -> str:
    """The series code asked for, empty where the path has none."""
    found = _PATH.fullmatch(call.route)
    return found[1] if found else call.params.get("fq", "").removeprefix("codigo_sgs:")


def invalid_request(status: int = 200) -> Answer:
    """The gateway's HTML page, which comes with status 200 as often as not."""
    return Answer(_INVALID, "text/html; charset=utf-8", status)


def answer(call: Call, view: View) -> Answer:
    if call.route.rstrip("/") == _PORTAL:
        return Answer(as_json(dataset(key(call))), JSON)
    found = _PATH.fullmatch(call.route)
    if found is None:
        return not_found(call, ROUTES)
    code, last = found[1], found[2]
    if not view.has(SOURCE, code):
        return invalid_request(502 if call.draw("sgs.unknown") < 1 / 3 else 200)
    if last is not None and int(last) > _LAST_MAX:
        return _error(400, "A quantidade máxima de valores deve ser 20")
    prints = view.latest(SOURCE, code)
    try:
        first, until = _day(call, "dataInicial"), _day(call, "dataFinal")
    except _BadDate as error:
        return _error(400, f"Data inválida: {error}")
    if last is None and _is_daily(view, code) and _too_long(first, until, view):
        return _window_too_long(code, view)
    low = 0 if first is None else int(np.searchsorted(prints.source_date, np.datetime64(first)))
    high = len(prints) if until is None else int(np.searchsorted(prints.source_date, np.datetime64(until), side="right"))
    if last is not None:
        low, high = max(len(prints) - int(last), 0), len(prints)
    if low >= high:
        return _error(404, "Value(s) not found")
    if call.params.get("formato") == "csv":
        return Answer(_csv(prints.take(np.arange(low, high))), "text/csv; charset=utf-8", headers=_CACHE)
    body, ends = _rows(view, code)
    start = int(ends[low - 1]) + 1 if low else 0
    return Answer(b"[" + body[start : int(ends[high - 1])] + b"]", JSON, headers=_CACHE)


def _rows(view: View, code: str) -> tuple[bytes, NDArray[np.int64]]:
    """All rows of a series, joined by commas, and where each ends: a window is a slice."""

    def compute() -> tuple[bytes, NDArray[np.int64]]:
        rows = _tokens(view.latest(SOURCE, code))
        return b",".join(rows), np.cumsum([len(row) + 1 for row in rows]) - 1

    return view.memory.get(("sgs", code, view.count(SOURCE, code)), compute)


def _tokens(prints: Prints) -> list[bytes]:
    days, values = brazilian_days(prints.source_date), _values(prints)
    if "end_date" not in prints.extra:
        return [f'{{"data":"{day}","valor":"{value}"}}'.encode() for day, value in zip(days, values, strict=True)]
    ends = brazilian_days(prints.extra["end_date"])
    rows = zip(days, ends, values, strict=True)
    return [f'{{"data":"{day}","dataFim":"{end}","valor":"{value}"}}'.encode() for day, end, value in rows]


def _csv(prints: Prints) -> bytes:
    names = ["data", "dataFim", "valor"] if "end_date" in prints.extra else ["data", "valor"]
    columns = [brazilian_days(prints.source_date), [value.replace(".", ",") for value in _values(prints)]]
    if "end_date" in prints.extra:
        columns.insert(1, brazilian_days(prints.extra["end_date"]))
    rows = [names, *zip(*columns, strict=True)]
    return "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows).encode()


def _values(prints: Prints) -> list[str]:
    return ["" if value != value else f"{value:.{prints.decimals}f}" for value in prints.value.tolist()]


def brazilian_days(days: NDArray[np.datetime64]) -> list[str]:
    """dd/mm/aaaa."""
    return [f"{text[8:10]}/{text[5:7]}/{text[:4]}" for text in np.datetime_as_string(days, unit="D").tolist()]


def _day(call: Call, name: str) -> date | None:
    text = call.params.get(name, "")
    if not text:
        return None
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return date(year, month, day)
    except ValueError as error:
        raise _BadDate(text) from error


def _is_daily(view: View, code: str) -> bool:
    prints = view.archive.prints(SOURCE, code)
    if prints.meta.get("frequency"):
        return prints.meta["frequency"] == "D"
    return bool(np.median(np.diff(np.unique(prints.source_date)).astype(np.int64)) < 5) if len(prints) > 1 else False


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 28 February for the 29th."""
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _too_long(first: date | None, until: date | None, view: View) -> bool:
    return first is None or first < years_before(until or view.today(), _WINDOW_YEARS)


def _window_too_long(code: str, view: View) -> Answer:
    today = view.today()
    url = f"https://api.bcb.gov.br/dados/serie/bcdata.sgs.{code}/dados?dataInicial={years_before(today, _WINDOW_YEARS):%d/%m/%Y}"
    return Answer(as_json({
        "error": "O sistema aceita uma janela de consulta de, no máximo, 10 anos em séries de periodicidade diária",
        "message": "Para acessar uma série de periodicidade diária, é necessário informar a dataInicial - parâmetro textual que"
        " representa a data de início da consulta, no formato dd/mm/aaaa. Pode-se também especificar a dataFinal (opcional) -"
        " parâmetro textual que representa a data final da consulta, no formato dd/mm/aaaa",
        "syntax": "Para ler os últimos 10 anos, a partir da data de hoje, a sintaxe ficaria da seguinte forma: "
        f"{url} ou, caso se especifique também a data final, dessa maneira: {url}&dataFinal={today:%d/%m/%Y}",
    }), JSON, 406)


def _error(status: int, detail: str) -> Answer:
    return Answer(as_json({"erro": {"statusCode": status, "detail": _FAULT + detail}}), JSON, status)
