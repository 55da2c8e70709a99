"""The forms of an answer: JSON, CSV or Parquet, as the header `Accept` prefers. Instants are UTC, numbers are as stored, null is null."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import orjson
import polars as pl

from app.api.problems import NotAcceptable

Media = Literal["application/json", "text/csv", "application/vnd.apache.parquet"]
JSON: Media = "application/json"
CSV: Media = "text/csv"
PARQUET: Media = "application/vnd.apache.parquet"
FORMS: tuple[Media, ...] = (JSON, CSV, PARQUET)
INSTANT = "%Y-%m-%dT%H:%M:%S%.6f%:z"


@dataclass(frozen=True)
class Table:
    """An answer before it has a form: what JSON says, and a frame of the same for the others. `next` is a cursor."""

    items: Callable[[], Mapping[str, Any]]
    frame: Callable[[], pl.DataFrame]
    next: str | None = None

    @classmethod
    def of(cls, frame: pl.DataFrame, following: str | None = None) -> "Table":
        """Rows of a frame, in JSON one object each."""
        return cls(lambda: {"items": frame.to_dicts()}, lambda: frame, following)


def preferred(accept: str | None, offered: Sequence[Media] = FORMS) -> Media:
    """The form that `Accept` ranks highest, of equals the one offered first; without the header the first.

    Raises:
        NotAcceptable: none of those offered is accepted.
    """
    if accept is None or not accept.strip():
        return offered[0]
    wanted = [_part(part) for part in accept.split(",") if part.strip()]
    ranked = [(_weight(form, wanted), -place, form) for place, form in enumerate(offered)]
    weight, _, best = max(ranked)
    if weight <= 0:
        raise NotAcceptable(f"answered as {', '.join(offered)}, asked for {accept[:200]!r}", values={"offered": list(offered)})
    return best


def render(table: Table, media: Media, provenance: Mapping[str, Any]) -> bytes:
    """An answer in its form. JSON and Parquet carry the provenance inside, CSV in the headers alone."""
    if media == JSON:
        return orjson.dumps({**provenance, "next": table.next, **table.items()})
    if media == CSV:
        return table.frame().write_csv(datetime_format=INSTANT).encode()
    file = BytesIO()
    told = {name: str(value) for name, value in provenance.items() if value is not None}
    table.frame().write_parquet(file, metadata=told)
    return file.getvalue()


def _part(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0


def _weight(form: str, wanted: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers a form."""
    by_name = dict(reversed(wanted))
    ranges = (form, f"{form.split('/')[0]}/*", "*/*")
    return next((by_name[name] for name in ranges if name in by_name), 0.0)
