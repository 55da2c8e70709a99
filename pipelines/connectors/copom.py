"""COPOM, the Brazilian central bank's committee: statements (comunicados) and minutes (atas) in Portuguese, and the rates they set.

- A list of meetings calls for one document each. Documents are `copom_stmt_<meeting>` and `copom_min_<meeting>`; a statement also
  gives `target`, the Selic target that it names, in % a year, dated by the meeting. Minutes that exist as PDF alone have no text
  here, and the site answers 500 for some of them.
- The list of statements says `nro_reuniao`, that of minutes `nroReuniao`; both are read. Texts are HTML with the site's editor in
  it. An unknown meeting has an empty `conteudo`.
- Dates have no time. A statement is out on the day of its meeting at 18:30 in São Paulo, minutes on their `dataPublicacao` at the
  hour of the release calendar. A text that is changed later is a new version.
- The interface is the site's own and undocumented; no answer of it was at hand: names are those that public clients read.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from models_py.kernel.errors import ConfigError, PayloadError
from models_py.quant.release_calendars import on_day
from pipelines.connectors import CatalogueRow, Document, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, glimpse, read_json
from pipelines.connectors._asked import Asked, by_key
from pipelines.connectors._html_text import text_of, tidy, tree
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import brazilian_number, iso_day
from pipelines.connectors._windows import label

SOURCE = "copom"
LIVE_URL = "https://www.bcb.gov.br"
HOST = Host(per_second=1.0, parallel=2, timeout=60.0, tries=3)

_PATH = "/api/servico/sitebcb/copom"
_HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) macro-desk", "Accept": "application/json"}
_MOST = 1000                               # meetings of a list; there have been some 280
_FINAL = timedelta(days=45)                # after publication a text changes no more
# What a list is called → its documents' path, text field, kind, and the release calendar of its hour.
_KINDS = {
    "comunicados": ("comunicados_detalhes", "textoComunicado", "copom_stmt", "copom_decision"),
    "atas": ("atas_detalhes", "textoAta", "copom_min", "copom_minutes"),
}
_KEYS = frozenset(("target",))
_LIST = re.compile(r"(comunicados|atas) (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_DETAIL = re.compile(r"(comunicados|atas) (\d+) of (\d{4}-\d\d-\d\d)")
_RATE = r"\b(?:para|em)\s+(\d{1,2},\d{1,2})\s?%\s*(?:a\.?\s?a|ao ano)"
_TITLE = re.compile(rf"\b(?:eleva|reduz|mant[ée]m|aumenta|corta)\b.{{0,80}}?{_RATE}", re.I)
_DECIDED = re.compile(rf"\bdecidiu\b.{{0,300}}?{_RATE}", re.I | re.S)


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """The two lists, if the catalogue names anything of this source.

    Raises:
        ConfigError: a key that is none of this source.
    """
    if unknown := next((row for row in series if row.source_key not in _KEYS), None):
        raise ConfigError(f"{unknown.series_id}: {SOURCE} has no series {unknown.source_key!r}")
    window, root = label(since, date(until.year, 12, 31)), f"{endpoint.base_url}{_PATH}"
    return [Request(SOURCE, f"{name} {window}", f"{root}/{name}?quantidade={_MOST}", headers=_HEADERS) for name in _KINDS if series]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The document of each meeting of a list, the newest first."""
    found = _LIST.fullmatch(request.key)
    if found is None:
        return []
    name, first, last = found[1], iso_day(found[2]), iso_day(found[3])
    root = request.url.rsplit("/", 1)[0]
    try:
        meetings = {(_number(entry), _day(entry, "dataReferencia")) for entry in _content(payload)}
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return [
        Request(SOURCE, f"{name} {number} of {day}", f"{root}/{_KINDS[name][0]}?nro_reuniao={number}", headers=_HEADERS)
        for number, day in sorted(meetings, reverse=True) if first <= day <= last
    ]


def asks(key: str, url: str) -> Sequence[Asked]:
    """Meetings by the list of them: the document of one is what the list calls for."""
    detail = _DETAIL.fullmatch(key)
    return (Asked(detail[1], iso_day(detail[3]), iso_day(detail[3]), proves=False),) if detail else by_key(key, url)


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the document fetched then can be taken as final; a list never is."""
    found = _DETAIL.fullmatch(request.key)
    return found is not None and fetched_at.date() > iso_day(found[3]) + _FINAL


def validate(payload: Payload) -> None:
    """Refuse what has no `conteudo`.

    Raises:
        SourceDown: a server error, which also stands for minutes without text.
        PayloadError: a page, no bytes, or an answer without a list of entries.
    """
    check_status(payload)
    check_data(payload, "a list of meetings")
    _content(payload)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer has no entry."""
    return not _content(payload)


def parse(payload: Payload) -> Parsed:
    """The document of an answer and the rate that it sets; a list of meetings gives nothing of its own.

    Raises:
        PayloadError: an entry without number, date or text, or with two texts.
    """
    validate(payload)
    documents: list[Document] = []
    observations: list[Observation] = []
    try:
        for entry in _content(payload):
            for document in _documents(entry):
                documents.append(document)
                observations += _rates(document, str(entry.get("titulo", "")))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=observations, documents=documents)


def _content(payload: Payload) -> list[dict[str, Any]]:
    answer = read_json(payload)
    found = answer.get("conteudo") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise PayloadError(payload.source, payload.key, f"no list of entries: {glimpse(payload.body)}")
    return found


def _documents(entry: dict[str, Any]) -> Iterator[Document]:
    texts = [(kind, calendar, entry[field]) for _, field, kind, calendar in _KINDS.values() if entry.get(field)]
    if len(texts) > 1:
        raise ValueError(f"meeting {_number(entry)} has two texts")
    for kind, calendar, markup in texts:
        meeting, number = _day(entry, "dataReferencia"), _number(entry)
        published = _day(entry, "dataPublicacao") if entry.get("dataPublicacao") else meeting
        if kind == "copom_min" and published <= meeting:
            raise ValueError(f"minutes of {meeting} are published on {published}")
        text = text_of(tree(markup)) if isinstance(markup, str) else ""
        if not text:
            raise ValueError(f"meeting {number} has a text without words")
        at = on_day(calendar, np.array([published], "datetime64[D]"))[0].astype(datetime).replace(tzinfo=UTC)
        yield Document(kind, meeting, f"{kind}_{number}", text, "pt", at, "scheduled")


def _rates(document: Document, title: str) -> Iterator[Observation]:
    """The target that a statement names, in its title or text; none where its words are not those of a decision."""
    found = _TITLE.search(tidy(title)) or _DECIDED.search(document.text)
    if document.source_key == "copom_stmt" and found is not None:
        value = brazilian_number(found[1])
        yield Observation("target", document.source_date, value, published_at=document.published_at, availability=document.availability)


def _number(entry: dict[str, Any]) -> int:
    found = entry.get("nro_reuniao", entry.get("nroReuniao"))
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueError(f"an entry without the meeting's number: {entry!r:.120}")
    return found


def _day(entry: dict[str, Any], name: str) -> date:
    if not isinstance(entry.get(name), str):
        raise ValueError(f"an entry without {name}: {entry!r:.120}")
    return iso_day(entry[name].split("T", 1)[0])
