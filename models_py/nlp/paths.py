"""From documents to series of tone, each read as it was known when it came out.

    tone_z         0.6 statement + 0.4 minutes once both of a meeting are out, the one there is before
    tone_change    of a document from the last of its kind

A reading's date is the day of its document in the committee's own zone. Text corrected later is a new vintage of its own tone
alone: what was said at a later meeting stays measured against what was then known.

Source: NLP §4 and §8.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.nlp.document import Reading, read, refused, tones

STATEMENT_SHARE, MINUTES_SHARE = 0.6, 0.4
TONE_SCHEMA = pl.Schema(
    {
        "series_id": pl.String(),
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "value": pl.Float64(),
        "raw_sha256": pl.String(),
    }
)


@dataclass(frozen=True)
class Committee:
    """Whose documents: their kinds as the documents table names them, the language read, and when it changed how it writes."""

    name: str
    statement: str
    minutes: str
    language: str
    zone: str
    eras: tuple[date, ...] = ()


COMMITTEES = (
    # minutes are short and sectioned from the meeting of July 2016 on
    Committee("br_copom", "copom_stmt", "copom_min", "pt", "America/Sao_Paulo", (date(2016, 7, 20),)),
    Committee("us_fomc", "fomc_stmt", "fomc_min", "en", "America/New_York"),
)


@dataclass(frozen=True, eq=False)
class _Known:
    """A document as first known, with its reading."""

    meeting: date
    at: datetime
    held: datetime
    availability: str
    raw_sha256: str | None
    reading: Reading


def tone_paths(documents: pa.Table) -> pa.Table:
    """Tones of all committees. Rows of TONE_SCHEMA, by series and instant.

    Args:
        documents: kind, language, meeting_date, available_at, held_at, availability, vintage, text, raw_sha256.
    """
    made = pl.from_arrow(documents)
    assert isinstance(made, pl.DataFrame)
    rows = [row for committee in COMMITTEES for row in _committee(made, committee)]
    return pl.DataFrame(rows, TONE_SCHEMA, orient="row").sort("series_id", "available_at").to_arrow()


def _committee(documents: pl.DataFrame, committee: Committee) -> Iterator[tuple[object, ...]]:
    of = {kind: _known(documents, getattr(committee, kind), kind, committee) for kind in ("statement", "minutes")}
    tone = {kind: _tones(known, committee) for kind, known in of.items()}
    events = sorted(
        ((known.at, kind, place) for kind, held in of.items() for place, known in enumerate(held)), key=lambda event: (event[0], event[1])
    )
    latest: dict[str, tuple[date, float]] = {}
    for _, kind, place in events:
        known, value = of[kind][place], float(tone[kind][place])
        if np.isnan(value):
            continue
        before = latest.get(kind)
        latest[kind] = (known.meeting, value)
        yield _row(f"{committee.name}_tone_z", known, _together(latest, known.meeting), committee)
        if before is not None:
            yield _row(f"{committee.name}_tone_change", known, value - before[1], committee)


def _together(latest: dict[str, tuple[date, float]], meeting: date) -> float:
    here = {kind: value for kind, (of, value) in latest.items() if of == meeting}
    if len(here) == 2:
        return STATEMENT_SHARE * here["statement"] + MINUTES_SHARE * here["minutes"]
    return next(iter(here.values()))


def _known(documents: pl.DataFrame, kind: str, form: str, committee: Committee) -> list[_Known]:
    """Documents of one kind as first published, oldest first; those that cannot be read whole are left out."""
    rows = documents.filter(
        pl.col("kind") == kind, pl.col("language") == committee.language, pl.col("text").is_not_null(), pl.col("vintage") == 1
    ).sort("available_at", "meeting_date")
    found: list[_Known] = []
    texts: list[Sequence[str]] = []
    for row in rows.iter_rows(named=True):
        reading = read(row["text"], committee.language, texts)
        texts.append([sentence.text for sentence in reading.sentences])
        if refused(reading, form) is None:
            found.append(
                _Known(row["meeting_date"], row["available_at"], row["held_at"], row["availability"], row["raw_sha256"], reading)
            )
    return found


def _tones(known: Sequence[_Known], committee: Committee) -> np.ndarray:
    eras = [sum(one.meeting >= start for start in committee.eras) for one in known]
    return tones([one.reading for one in known], eras)


def _row(series_id: str, known: _Known, value: float, committee: Committee) -> tuple[object, ...]:
    day = known.at.astimezone(ZoneInfo(committee.zone)).date()
    return series_id, day, known.at, known.held, known.availability, value, known.raw_sha256
