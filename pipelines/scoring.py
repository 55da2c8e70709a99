"""The score: six questions to everything a world promises, each answered between 0 and 1. docs/quality.md has the reasons.

    completeness   reference dates that have a value, of those expected between the first promised and the last that came
    timeliness     1 while the last reading is younger than `max_age_bd`, falling to 0 at twice that age, and 1 for what has ended
                   (STALE, not late); an outage takes half of it: times (1 + share of the source's requests answered) / 2
    validity       values that are numbers within the bounds of what they measure, times the share of its payloads not in quarantine
    consistency    instants at which one value was said, times the share of rows on which identities that read it hold
    uniqueness     rows that share their key with no other
    point in time  rows not known before the day they describe, with vintages 1, 2, … in order

Something promised of which nothing came answers 0 to all six. Weights are in WEIGHTS; an item's score is their weighted mean, a
source's the mean of its items, the score of the world 100 times the mean of its sources. Nothing promised scores 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

from pipelines.measures import MEASURED
from pipelines.promises import FIRST_READING, Promise

WEIGHTS: Mapping[str, float] = {
    "completeness": 0.30, "timeliness": 0.30, "validity": 0.10, "consistency": 0.10, "uniqueness": 0.10, "point_in_time": 0.10,
}
CALENDAR_BEGINS = date(2000, 1, 1)               # gold.calendar has no days before: what is older is not counted

_PROMISED = dict.fromkeys(("item", "kind", "source", "frequency", "market"), pl.String) | {
    "max_age_bd": pl.Int64, "since": pl.Date, "until": pl.Date, "readings": pl.Int64,
}


class Report(Protocol):
    """What the score reads of a source's report."""

    source: str
    counts: Mapping[Any, int]
    quarantined: int


def score(connection: Any, promised: Sequence[Promise], reports: Sequence[Report], now: datetime) -> pl.DataFrame:
    """One row a promise: source, item, kind, status, the six answers, score (0 to 1), last_date, age_bd.

    Args:
        connection: DuckDB connection in UTC on the build.
    """
    since = pl.max_horizontal("since", pl.lit(CALENDAR_BEGINS))
    connection.register("promised", pl.DataFrame([asdict(one) for one in promised], schema=_PROMISED).with_columns(since=since).to_arrow())
    connection.register("answered", _answered(reports).to_arrow())
    connection.execute("create or replace temp table asked_at as select ?::timestamptz as now_at", [now])
    return _judged(connection.sql(MEASURED).pl())


def by_source(items: pl.DataFrame) -> pl.DataFrame:
    """Source, items, the six dimensions and score, each out of 100; a source's are the means of its items."""
    means = [(pl.col(name).mean() * 100).alias(name) for name in (*WEIGHTS, "score")]
    return items.group_by("source").agg(pl.len().alias("items"), *means).sort("source")


def _judged(measured: pl.DataFrame) -> pl.DataFrame:
    came = pl.col("readings_found") > 0
    fresh = (2 - pl.col("age_bd") / pl.col("max_age_bd")).clip(0, 1).fill_null(0)
    grace = pl.col("frequency").replace_strict({name: wait.days for name, wait in FIRST_READING.items()}, return_dtype=pl.Int64)
    ended = pl.col("until").is_not_null() & (pl.col("last_date") + pl.duration(days=grace) >= pl.col("until"))
    answers = {
        "completeness": (pl.col("readings_found") / pl.col("expected")).clip(0, 1),
        "timeliness": pl.when(ended).then(1.0).otherwise(fresh) * (1 + pl.col("answered")) / 2,
        "validity": (1 - pl.col("invalid") / pl.col("rows_found")) * pl.col("readable"),
        "consistency": (1 - pl.col("contested") / pl.col("rows_found")).clip(0, 1) * pl.col("agreeing"),
        "uniqueness": 1 - pl.col("doubled") / pl.col("rows_found"),
        "point_in_time": (1 - pl.col("misplaced") / pl.col("rows_found")).clip(0, 1),
    }
    status = (
        pl.when(~came).then(pl.lit("MISSING"))
        .when(pl.col("age_bd") <= pl.col("max_age_bd")).then(pl.lit("OK"))
        .when(ended).then(pl.lit("STALE"))
        .when(pl.col("age_bd") <= 2 * pl.col("max_age_bd")).then(pl.lit("LATE"))
        .otherwise(pl.lit("STALE"))
    )
    given = (pl.when(came).then(answer).otherwise(0.0).alias(name) for name, answer in answers.items())
    judged = measured.with_columns(*given, status=status)
    total = sum((pl.col(name) * weight for name, weight in WEIGHTS.items()), pl.lit(0.0))
    return judged.with_columns(score=total).select("source", "item", "kind", "status", *WEIGHTS, "score", "last_date", "age_bd")


def _answered(reports: Sequence[Report]) -> pl.DataFrame:
    """Share of requests answered, and of payloads that could be read, by source; 1 where there was nothing to ask."""
    rows = []
    for report in reports:
        asked = sum(report.counts.values())
        failed = sum(count for outcome, count in report.counts.items() if outcome in ("failed", "refused", "drifted"))
        read = sum(count for outcome, count in report.counts.items() if outcome in ("ok", "unchanged"))
        unread = min(report.quarantined, read + report.quarantined)
        rows.append((report.source, 1 - failed / asked if asked else 1.0, 1 - unread / (read + unread) if unread else 1.0))
    return pl.DataFrame(rows, schema={"source": pl.String, "answered": pl.Float64, "readable": pl.Float64}, orient="row")
