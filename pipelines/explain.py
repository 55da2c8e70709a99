"""What lowers the score, in points of the world's 100, and what to do about it.

    points lost by one answer = 100 × weight × (1 - answer) / (promises of the source × sources)

so that the points of all answers and the score make 100. Read from a table of checks: that of a release, or that of the last check of
the lake, which is kept whether or not anything was published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import tables
from pipelines.scoring import WEIGHTS

SHOWN = 15
MISSING = "nothing came: macro ingest --source {source}; then its row of seeds/series.csv and macro quarantine list --source {source}"
TO_DO: Mapping[str, str] = {
    "completeness": "dates are missing: macro ingest --source {source} asks again for what overlaps; what the source dropped is lost",
    "timeliness": "late, or no answer: macro ingest --source {source}; if its calendar moved, release_lag in seeds/series.csv",
    "validity": "values out of bounds, or payloads unread: macro quarantine list --source {source}; mend, then macro quarantine replay",
    "consistency": "two values at one instant, or an identity missed: macro catalogue identities",
    "uniqueness": "rows share a key: macro lineage {item} DATE shows their payloads; mend the parser, macro rebuild --bronze",
    "point_in_time": "known before its day, or vintages out of order: macro lineage {item} DATE; mend release_lag or the parser",
}


@dataclass(frozen=True)
class Loss:
    """One answer of one promise that is less than whole."""

    source: str
    item: str
    status: str
    dimension: str
    points: float
    detail: str
    to_do: str


def losses(checks: pl.DataFrame, source: str | None = None) -> list[Loss]:
    """What each promise loses, the most first; what is missing loses all six answers at once.

    Args:
        checks: a table of checks, as `quality.SCHEMA`.
        source: of this one alone; its points are still those of the world.
    """
    promised = checks.filter(pl.col("kind") == "series")
    count = promised.group_by("source").len()
    share = {name: 100.0 / (size * count.height) for name, size in count.iter_rows()}
    found = []
    for row in promised.iter_rows(named=True):
        if source is None or row["source"] == source:
            found += list(_of(row, share[row["source"]]))
    return sorted(found, key=lambda one: (-one.points, one.source, one.item, one.dimension))


def _of(row: Mapping[str, Any], share: float) -> list[Loss]:
    named = {"source": row["source"], "item": row["name"]}
    if row["status"] == "MISSING":
        return [Loss(row["source"], row["name"], "MISSING", "all", share, row["detail"], MISSING.format(**named))]
    return [
        Loss(row["source"], row["name"], row["status"], name, share * weight * (1 - row[name]), row["detail"], TO_DO[name].format(**named))
        for name, weight in WEIGHTS.items()
        if row[name] < 1
    ]


def trouble(checks: pl.DataFrame, source: str | None = None) -> pl.DataFrame:
    """Checks at the door that did not pass, contests, anomalies and what has been set aside: kind, name, status, detail."""
    wrong = pl.col("kind").is_in(["series", "score"]).not_() & pl.col("status").is_in(["fail", "error", "warn"])
    of_source = pl.lit(value=True) if source is None else pl.col("source").fill_null("").str.split(" ").list.contains(source)
    return checks.filter(wrong & of_source).sort("kind", "name").select("kind", "name", "status", "detail")


def as_text(checks: pl.DataFrame, heading: str, source: str | None = None) -> str:
    """Points lost by source and dimension, the promises that lose most with what to do, and the checks that did not pass."""
    lost, wrong = losses(checks, source), trouble(checks, source)
    scores = {(row["source"], row["name"]): row["value"] for row in checks.filter(pl.col("kind") == "score").iter_rows(named=True)}
    names = sorted({name for name, _ in scores if source in (None, name)})
    by_source = [(name, *(f"{scores[name, part]:.2f}" for part in ("score", *WEIGHTS))) for name in names]
    worst = [(one.source, one.item, one.status, one.dimension, f"{one.points:.4f}", one.to_do) for one in lost[:SHOWN]]
    more = f"; {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
    parts = [
        heading,
        tables.text("Sources, out of 100", ("source", "score", *(part.replace("_", " ") for part in WEIGHTS)), by_source, numbers=7),
        tables.text(f"What lowers it, in points of the world{more}", ("source", "item", "status", "dimension", "points", "do"), worst),
        tables.text("Checks that did not pass", ("kind", "name", "status", "found"), [tuple(map(str, row)) for row in wrong.iter_rows()]),
    ]
    return "\n\n".join(parts)
