"""What a connector is: a module with `SOURCE`, `plan` and `parse`, and the values they exchange.

    SOURCE = "bcb_sgs"
    def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> Iterator[Request]
    def parse(payload: Payload) -> Parsed

`plan` turns catalogue rows and a window into requests; `parse` turns one payload into rows, in the source's own names, dates
and units. Neither fetches, stores, reads a clock nor knows our series ids: staging names, scales and dates the rows.
A connector may define `validate(payload) -> None`, which raises a typed error for a body that is not data (errors arrive with
status 200 in Brazil), and `HOST` limits. One whose source drops what is old says for how many sessions it keeps it
(`KEEPS_SESSIONS`), and by which beginnings of a key (`PERISHABLE`). One whose requests lead to others says what each asks for
(`asks(key, url)`, see `_asked`). Fetching, vaulting and loading are shared, in
`pipelines.fetch` and `pipelines.ingest`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from types import ModuleType
from typing import Literal, Protocol

import pyarrow as pa

from models_py.kernel.registry import modules

INSTANT = pa.timestamp("us", tz="UTC")

# The three bronze shapes. Columns of lineage close each: every row knows its payload, its poll and its place in it.
_LINEAGE = [
    pa.field("fetched_at", INSTANT, nullable=False),
    pa.field("poll_id", pa.string(), nullable=False),
    pa.field("raw_sha256", pa.string(), nullable=False),
    pa.field("position", pa.int32(), nullable=False),
]

OBSERVATIONS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_key", pa.string(), nullable=False),      # the source's own code: 433, DGS10, "12m IPCA S 0"
        pa.field("source_date", pa.date32(), nullable=False),      # the source's own date: staging maps it by period_end
        pa.field("target", pa.string()),                           # surveys: the source's own label of the period forecast
        pa.field("value", pa.float64()),                           # in the source's unit; null = blank or withdrawn
        pa.field("vintage_date", pa.date32()),                     # the source's own date of publication, without a time
        pa.field("published_at", INSTANT),                         # the source's own instant of publication
        pa.field("availability", pa.string()),                     # how published_at is known; null = staging decides
        *_LINEAGE,
    ]
)
QUOTES = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_key", pa.string(), nullable=False),       # the kind of report
        pa.field("source_date", pa.date32(), nullable=False),      # the session
        pa.field("symbol", pa.string(), nullable=False),           # DI1F27, LTN 2027-04-01
        pa.field("maturity_date", pa.date32()),                    # where the payload gives one
        pa.field("field", pa.string(), nullable=False),            # settlement, rate, price, previous, open_interest
        pa.field("value", pa.float64()),                           # in the source's unit
        pa.field("published_at", INSTANT),
        pa.field("availability", pa.string()),
        *_LINEAGE,
    ]
)
DOCUMENTS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_key", pa.string(), nullable=False),       # kind: copom_min, fomc_stmt, br_copom
        pa.field("source_date", pa.date32(), nullable=False),      # meeting or event date
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("language", pa.string()),
        pa.field("text", pa.string(), nullable=False),             # body; a calendar entry is one JSON object
        pa.field("published_at", INSTANT),
        pa.field("availability", pa.string()),
        *_LINEAGE,
    ]
)
SHAPES: Mapping[str, pa.Schema] = {"observations": OBSERVATIONS, "quotes": QUOTES, "documents": DOCUMENTS}
LINEAGE_COLUMNS = tuple(column.name for column in _LINEAGE)

Availability = Literal["published", "scheduled", "assumed", "observed"]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """What a connector needs of a row of `seeds/series.csv`, or of a family of `seeds/instruments.csv` and a report that quotes it."""

    series_id: str
    source: str
    source_key: str
    frequency: str
    revisable: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a source is reached in this world: the real base URL or the sandbox's; keys come from the environment.

    `roots` are further addresses of a source that has several, by name; what is not among them lies below the base URL.
    """

    base_url: str
    api_key: str | None = None
    roots: Mapping[str, str] = field(default_factory=dict)

    def root(self, name: str, path: str = "") -> str:
        """Address of a part of the source: its own, else `path` below the base URL."""
        return self.roots.get(name, self.base_url + path)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its query string already in the bytes the source wants. `key` says in words what it asks for.

    `secrets` are the query parameters never written to a log, the poll log or an error.
    """

    source: str
    key: str
    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes as received, with what is needed to parse them again years later."""

    source: str
    key: str
    url: str
    body: bytes
    status: int
    content_type: str
    fetched_at: datetime
    poll_id: str
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class Observation:
    source_key: str
    source_date: date
    value: float | None
    target: str | None = None
    vintage_date: date | None = None
    published_at: datetime | None = None
    availability: Availability | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    source_key: str
    source_date: date
    symbol: str
    field: str
    value: float | None
    maturity_date: date | None = None
    published_at: datetime | None = None
    availability: Availability | None = None


@dataclass(frozen=True, slots=True)
class Document:
    source_key: str
    source_date: date
    document_id: str
    text: str
    language: str | None = None
    published_at: datetime | None = None
    availability: Availability | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """Rows of one payload. A bulk file may hand over an Arrow table without lineage columns instead of Python rows."""

    observations: Sequence[Observation] | pa.Table = ()
    quotes: Sequence[Quote] | pa.Table = ()
    documents: Sequence[Document] | pa.Table = ()


class Connector(Protocol):
    """The names a connector module has."""

    SOURCE: str
    LIVE_URL: str

    def plan(self, series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> Sequence[Request]: ...
    def parse(self, payload: Payload) -> Parsed: ...


@cache
def connectors() -> dict[str, ModuleType]:
    """All connector modules by source, found by walking this package."""
    return {module.SOURCE: module for module in modules("pipelines.connectors") if hasattr(module, "SOURCE")}
