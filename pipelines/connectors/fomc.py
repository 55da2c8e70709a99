"""FOMC, the Federal Reserve's committee: statements and minutes in English, and the range of the federal funds rate they set.

- Calendar pages call for documents: one page has this year and the five before, older years have a page each. Documents are
  `fomc_stmt_<meeting>` and `fomc_min_<meeting>`, dated by the meeting; a statement also gives `target_lower` and `target_upper`,
  in % a year, where it names a range.
- A press release says its date and hour ("For release at 2:00 p.m. EDT"). Minutes do not: the calendar page tells the date
  ("Released February 18, 2026"), their hour is 14:00 in New York, and without a date they count as out after three weeks, assumed.
- Pages are HTML with navigation around them; the site refuses a client without User-Agent. A text that is changed is a new version.
- No page of the site was at hand: forms are those that public clients read.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from lxml import html

from models_py.kernel.errors import ConfigError, PayloadError, SourceRefused
from models_py.quant.release_calendars import ReleaseDates, dated
from pipelines.connectors import Availability, CatalogueRow, Document, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_status, glimpse, is_html
from pipelines.connectors._asked import Asked
from pipelines.connectors._fomc_calendar import DATE, Link, links, written_day
from pipelines.connectors._html_text import text_of, tree
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import iso_day
from pipelines.connectors._windows import label

SOURCE = "fomc"
LIVE_URL = "https://www.federalreserve.gov"
HOST = Host(per_second=1.0, parallel=2)

_HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) macro-desk", "Accept": "text/html"}
_PAGE_YEARS = 5                            # years before this one that the current calendar still has
_FINAL = timedelta(days=90)                # after the meeting no text changes any more
_KEYS = frozenset(("target_lower", "target_upper"))
_NEW_YORK = ZoneInfo("America/New_York")
_CALENDAR = re.compile(r"calendar(?: (?P<year>\d{4}))? (?P<first>\d{4}-\d\d-\d\d)\.\.(?P<last>\d{4}-\d\d-\d\d)")
_DOCUMENT = re.compile(r"(statement|minutes) of (\d{4}-\d\d-\d\d)")
_KINDS = {"statement": "fomc_stmt", "minutes": "fomc_min"}
_HOUR = re.compile(r"release at\s+(\d{1,2}):(\d\d)\s*([ap])\.?\s?m", re.I)
_AMOUNT = r"(\d{1,2}(?:\.\d+|[- ]\d/\d)?|\d/\d)"
_RANGES = (
    re.compile(rf"federal funds rate\b.{{0,80}}?\b(?:at|to|of)\s+{_AMOUNT}\s+to\s+{_AMOUNT}\s+percent", re.I | re.S),
    re.compile(rf"\b{_AMOUNT}\s+to\s+{_AMOUNT}\s+percent target range for the federal funds rate", re.I),
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
_FRAMES = ("article__time", "releaseTime", "shareDL", "panel-attachments", "footnotes", "lastUpdate", "breadcrumb")
_FRAME_LINES = re.compile(r"(For media inquiries|Implementation Note|Last Update|Return to (text|top)|Back to Top).*|PDF|HTML|Share")

Released = Callable[[date], date | None]


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """The calendar pages of the window, if the catalogue names anything of this source.

    Raises:
        ConfigError: a key that is none of this source.
    """
    if unknown := next((row for row in series if row.source_key not in _KEYS), None):
        raise ConfigError(f"{unknown.series_id}: {SOURCE} has no series {unknown.source_key!r}")
    if not series:
        return []
    root, window = f"{endpoint.base_url}/monetarypolicy", label(since, date(until.year, 12, 31))
    older = range(since.year, until.year - _PAGE_YEARS)
    pages = {f"calendar {window}": "fomccalendars.htm", **{f"calendar {year} {window}": f"fomchistorical{year}.htm" for year in older}}
    return [Request(SOURCE, key, f"{root}/{page}", headers=_HEADERS) for key, page in pages.items()]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The documents that a calendar page links to, within its window."""
    found = _CALENDAR.fullmatch(request.key)
    if found is None:
        return []
    first, last, root = iso_day(found["first"]), iso_day(found["last"]), request.url.split("/monetarypolicy/", 1)[0]
    linked = {f"{link.name} of {link.meeting}": link.path for link in _links(payload) if first <= link.meeting <= last}
    return [Request(SOURCE, key, f"{root}{path}", headers=_HEADERS) for key, path in sorted(linked.items())]


def asks(key: str, url: str) -> Sequence[Asked]:
    """Documents of both kinds by the calendar that links to them."""
    calendar, document = _CALENDAR.fullmatch(key), _DOCUMENT.fullmatch(key)
    if calendar is not None:
        first, last = iso_day(calendar["first"]), iso_day(calendar["last"])
        year, years = int(calendar["year"] or last.year), 0 if calendar["year"] else _PAGE_YEARS
        first, last = max(first, date(year - years, 1, 1)), min(last, date(year, 12, 31))
        return tuple(Asked(kind, first, last) for kind in _KINDS)
    return (Asked(document[1], iso_day(document[2]), iso_day(document[2]), proves=False),) if document else ()


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the document fetched then can be taken as final; a calendar never is."""
    found = _DOCUMENT.fullmatch(request.key)
    return found is not None and fetched_at.date() > iso_day(found[2]) + _FINAL


def context(find: Callable[[str], bytes | None], keys: Sequence[str] = ()) -> Released:
    """What `parse` needs beside the payload: when minutes were released, by the latest calendar pages."""

    @cache
    def known() -> dict[date, date]:
        pages = [body for key in keys if _CALENDAR.fullmatch(key) and (body := find(key)) is not None]
        found = (link for page in pages for link in links(page.decode("utf-8", "replace")))
        return {link.meeting: link.released for link in found if link.released is not None}

    return lambda meeting: known().get(meeting)


def validate(payload: Payload) -> None:
    """Refuse what is no page of the committee.

    Raises:
        SourceDown: a server error.
        SourceRefused: the site refuses the client, or has no such page.
        PayloadError: no HTML, a calendar without documents, or a document without text.
    """
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    if not is_html(payload.body):
        raise PayloadError(payload.source, payload.key, f"no HTML page: {glimpse(payload.body)}")
    if _CALENDAR.fullmatch(payload.key) and not _links(payload):
        raise PayloadError(payload.source, payload.key, "a calendar that links to no statement and no minutes")


def parse(payload: Payload, released: Released | None = None) -> Parsed:
    """The document of a page and the range that it sets; a calendar gives nothing of its own.

    Raises:
        PayloadError: a page of no known key, or without text.
    """
    validate(payload)
    if _CALENDAR.fullmatch(payload.key):
        return Parsed()
    asked = _DOCUMENT.fullmatch(payload.key)
    if asked is None:
        raise PayloadError(payload.source, payload.key, "neither a calendar nor a document of a meeting")
    meeting = iso_day(asked[2])
    try:
        page = tree(_text(payload))
        body, text = (page.xpath("//*[@id='article']") or page.xpath("//*[@id='content']") or [page])[0], page.text_content()
        at, how = _published(asked[1], meeting, text, released)
        document = Document(_KINDS[asked[1]], meeting, f"{_KINDS[asked[1]]}_{meeting}", _words(body), "en", at, how)
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=list(_rates(document)), documents=[document])


def _links(payload: Payload) -> list[Link]:
    try:
        return list(links(_text(payload)))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _published(name: str, meeting: date, text: str, released: Released | None) -> tuple[datetime, Availability]:
    days = np.array([meeting], "datetime64[D]")
    if name == "statement":
        day, hour = DATE.search(text), _HOUR.search(text)
        if day and hour and written_day(day) == meeting:
            clock = time(int(hour[1]) % 12 + 12 * (hour[3].lower() == "p"), int(hour[2]))
            return datetime.combine(meeting, clock, _NEW_YORK).astimezone(UTC), "published"
        at, assumed = dated("fomc_statement", days, None, None, None)
    else:
        told = released(meeting) if released else None
        calendar = {"fomc_minutes": ReleaseDates.of(days, np.array([told], "datetime64[D]"))} if told else None
        at, assumed = dated("fomc_minutes", days, calendar, None, None)
    return at[0].astype(datetime).replace(tzinfo=UTC), "assumed" if assumed[0] else "scheduled"


def _words(body: html.HtmlElement) -> str:
    for frame in body.xpath(".//*[" + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _FRAMES) + "]"):
        frame.drop_tree()
    lines = [line for line in text_of(body).split("\n") if line and not _FRAME_LINES.fullmatch(line)]
    if not lines:
        raise ValueError("a document without text")
    return "\n".join(lines)


def _rates(document: Document) -> Iterator[Observation]:
    """The range that a statement sets or keeps; none where it names none, as before December 2008."""
    text = document.text.translate(_DASHES) if document.source_key == "fomc_stmt" else ""
    found = next((match for pattern in _RANGES if (match := pattern.search(text))), None)
    for key, amount in zip(("target_lower", "target_upper"), found.groups() if found else (), strict=False):
        yield Observation(key, document.source_date, _amount(amount), None, None, document.published_at, document.availability)


def _amount(text: str) -> float:
    """`5-1/4` is 5.25."""
    *whole, last = re.split(r"[- ]", text)
    above, _, below = last.partition("/")
    return sum(map(float, whole)) + float(above) / (float(below) if below else 1.0)


def _text(payload: Payload) -> str:
    return payload.body.decode("utf-8", "replace")
