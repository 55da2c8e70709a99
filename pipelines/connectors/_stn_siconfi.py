"""SICONFI, fiscal reports of the Union, states and cities (ORDS): items of an annex, and the log of what was delivered when.

- Keys are `siconfi/<entity>/<annex>/<account>/<column>` (`siconfi/1/RREO-Anexo 01/DespesasCorrentes/DESPESAS PAGAS ATÉ O BIMESTRE (j)`);
  a line that is not the standard one says so before the account. Dates are the last day of the report's period.
- A report is asked for when the log of deliveries has it, and known from its `data_status` there. The stamp ends in Z, and it is not
  told whether it is UTC or Brasília's wall time: it is read as the latter, the later of the two.
- Only the current version is served: a rectified report replaces the delivered one, with a later stamp, and is asked for again.
- Without `co_tipo_demonstrativo`, or before delivery, an answer is 200 without items. Pages have 5,000 items and are asked for by
  offset: the links in an answer lead to a host inside.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from models_py.kernel.errors import PayloadError
from pipelines.connectors import Observation, Payload, Request
from pipelines.connectors._answers import fields, read_json
from pipelines.connectors._asked import Asked
from pipelines.connectors._numbers import json_number

PATH = "/ords/cdwhprd/siconfi/tt"
ENTITY = re.compile(r"siconfi/(\d+)/((RREO|RGF|DCA)-Anexo [^/]+)/.+")

_DELIVERIES = re.compile(r"siconfi deliveries (\d+) (\d{4}): (.+)")
_REPORT = re.compile(r"siconfi (.+) of (\d+) in (\d{4})/(\d+)([A-Z]) delivered (\S+)(?: from \d+)?")
_ENVELOPE = (frozenset(("items", "hasMore", "limit", "offset", "count")), frozenset(("links",)))
_ITEM = frozenset((
    "exercicio", "demonstrativo", "periodo", "periodicidade", "instituicao", "cod_ibge", "uf", "populacao", "anexo", "esfera", "rotulo",
    "coluna", "cod_conta", "conta", "valor",
))  # fmt: skip
_ITEM_OPTIONAL = frozenset(("co_poder",))
_DELIVERY = (
    frozenset(("exercicio", "cod_ibge", "entregavel", "periodo", "periodicidade", "status_relatorio", "data_status")),
    frozenset(("populacao", "instituicao", "forma_envio", "tipo_relatorio")),
)
_REPORTS: Mapping[str, str] = {
    "Relatório Resumido de Execução Orçamentária": "RREO", "Relatório de Gestão Fiscal": "RGF",
    "Balanço Anual (DCA)": "DCA",
}  # fmt: skip
_MONTHS = {"B": 2, "Q": 4, "S": 6, "A": 12}
_STANDARD = "Padrão"
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def deliveries_request(source: str, root: str, entity: str, year: int, annexes: list[str]) -> Request:
    """The log of a year, which calls for the annexes named."""
    key = f"siconfi deliveries {entity} {year}: {'; '.join(annexes)}"
    return Request(source, key, f"{root}/extrato_entregas?id_ente={entity}&an_referencia={year}")


def follow(request: Request, payload: Payload) -> list[Request]:
    """Reports that a log of deliveries has, and the next page of an answer that has more."""
    answer = envelope(payload)
    asked = _DELIVERIES.fullmatch(request.key.split(" from ")[0])
    try:
        found = list(_reports(request, payload, asked[1], asked[3].split("; "))) if asked else []
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    if answer["hasMore"] and answer["count"] > 0:
        offset = answer["offset"] + answer["count"]
        url = re.sub(r"&offset=\d+", "", request.url) + f"&offset={offset}"
        found.append(replace(request, key=f"{request.key.split(' from ')[0]} from {offset}", url=url))
    return found


def asks(key: str) -> Sequence[Asked]:
    """Annexes of an entity in a year, by the log of their deliveries."""
    log, report = _DELIVERIES.fullmatch(key.split(" from ")[0]), _REPORT.fullmatch(key)
    if log is not None:
        first, last = date(int(log[2]), 1, 1), date(int(log[2]), 12, 31)
        return tuple(Asked(f"siconfi {annex} of {log[1]}", first, last, " from " not in key) for annex in log[3].split("; "))
    return (Asked(f"siconfi {report[1]} of {report[2]}", proves=False),) if report else ()


def settled(key: str, fetched_at: datetime) -> bool:
    """Whether the answer fetched then still stands: a report, until it is delivered again; a log never."""
    found = _REPORT.fullmatch(key)
    return found is not None and fetched_at.astimezone(_SAO_PAULO).date() > stamp(found[6]).astimezone(_SAO_PAULO).date()


def envelope(payload: Payload) -> dict[str, Any]:
    """The page that an answer is.

    Raises:
        PayloadError: it is none.
    """
    answer = fields(payload, read_json(payload), *_ENVELOPE)
    counts = [answer[name] for name in ("limit", "offset", "count")]
    if not isinstance(answer["items"], list) or not isinstance(answer["hasMore"], bool) or not all(type(count) is int for count in counts):
        raise PayloadError(payload.source, payload.key, f"no ORDS page: {sorted(answer)}")
    return answer


def observations(payload: Payload) -> list[Observation]:
    """Values of a report's items, known from its delivery; nothing of a log.

    Raises:
        PayloadError: an undocumented field.
        ValueError: a value of another kind, or two of one account and column.
    """
    rows = envelope(payload)["items"]
    if any(isinstance(row, dict) and "entregavel" in row for row in rows):
        list(_deliveries(payload))
        return []
    asked = _REPORT.fullmatch(payload.key)
    known = stamp(asked[6]) if asked else None
    found: dict[tuple[str, date], float | None] = {}
    for row in rows:
        item = fields(payload, row, _ITEM, _ITEM_OPTIONAL)
        names = [item[name] for name in ("anexo", "rotulo", "cod_conta", "coluna")]
        if not all(isinstance(name, str) and name for name in names):
            raise ValueError(f"a name is not text: {row!r:.200}")
        line = "" if item["rotulo"] == _STANDARD else f"{item['rotulo']}/"
        key = f"siconfi/{item['cod_ibge']}/{item['anexo']}/{line}{item['cod_conta']}/{item['coluna']}"
        place, value = (key, period_end(item["exercicio"], item["periodo"], item["periodicidade"])), json_number(item["valor"])
        if found.setdefault(place, value) != value:
            raise ValueError(f"{key} of {place[1]} is given twice, as {found[place]} and {value}")
    told = {"published_at": known, "availability": "published"} if known else {}
    return [Observation(key, day, value, **told) for (key, day), value in found.items()]  # type: ignore[arg-type]


def stamp(text: str) -> datetime:
    """`2026-09-30T14:28:06Z`, read as Brasília's wall time, in UTC.

    Raises:
        ValueError: anything else.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?", text):
        raise ValueError(f"not an instant: {text!r}")
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=_SAO_PAULO).astimezone(UTC)


def period_end(year: object, number: object, kind: object) -> date:
    """Last day of a bimester, four months, semester or year.

    Raises:
        ValueError: no such period.
    """
    months = _MONTHS.get(str(kind))
    if type(year) is not int or type(number) is not int or months is None or not 1 <= number * months <= 12 or not 1900 <= year <= 9998:
        raise ValueError(f"no period {number!r} of kind {kind!r} in {year!r}")
    month = number * months
    return date(year, month, calendar.monthrange(year, month)[1])


def _deliveries(payload: Payload) -> Iterator[dict[str, Any]]:
    for row in envelope(payload)["items"]:
        found = fields(payload, row, *_DELIVERY)
        if not isinstance(found["data_status"], str) or not isinstance(found["entregavel"], str):
            raise ValueError(f"a delivery without report or instant: {row!r:.200}")
        stamp(found["data_status"])
        yield found


def _reports(request: Request, payload: Payload, entity: str, annexes: list[str]) -> Iterator[Request]:
    latest: dict[tuple[str, int, int, str], str] = {}
    for row in _deliveries(payload):
        report = _REPORTS.get(row["entregavel"])
        if report is not None:
            kind = str(row["periodicidade"])
            period_end(row["exercicio"], row["periodo"], kind)
            place = (report, row["exercicio"], row["periodo"], kind)
            latest[place] = max(latest.get(place, ""), row["data_status"])
    root = request.url.split("/extrato_entregas", 1)[0]
    for (report, year, number, kind), delivered in sorted(latest.items()):
        for annex in (name for name in annexes if name.startswith(f"{report}-")):
            period = "" if report == "DCA" else f"&nr_periodo={number}&co_tipo_demonstrativo={report}"
            power = f"&in_periodicidade={kind}&co_poder=E" if report == "RGF" else ""
            query = f"an_exercicio={year}{period}{power}&no_anexo={quote(annex)}&id_ente={entity}"
            key = f"siconfi {annex} of {entity} in {year}/{number}{kind} delivered {delivered}"
            yield Request(request.source, key, f"{root}/{report.lower()}?{query}")
