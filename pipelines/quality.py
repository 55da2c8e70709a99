"""Quality: what stands at the door of a release.

What goes into one table: the results of dbt's tests, of its identities with how much each compared, expectations compiled from the
gold YAML and run with Great Expectations (`expectations`), and the score out of 100 over what the world promises (`promises`,
`scoring`). A test, identity or expectation that fails is a failure and names what failed; the score has a minimum. Deciding to
publish is the caller's: nothing is written here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import anomalies, checks, expectations, scoring
from pipelines.progress import Step, silent
from pipelines.promises import promises
from pipelines.scoring import WEIGHTS, Report
from pipelines.transform import BuildResult


@dataclass(frozen=True)
class Failure:
    """A check that failed, in a sentence."""

    name: str
    status: str
    failures: int
    detail: str

    def __str__(self) -> str:
        found = f": {self.detail}" if self.detail else ""
        return f"{self.name} ({self.status}, {self.failures} found){found}"


@dataclass(frozen=True)
class Quality:
    """Score out of 100, every check in one table, and the checks that failed."""

    score: float
    table: pa.Table
    failures: tuple[Failure, ...]
    items: pl.DataFrame
    sources: pl.DataFrame

    @property
    def worst(self) -> str:
        """The sources and what is missing or late, the worst first, in one line."""
        sources = ", ".join(f"{row['source']} {row['score']:.0f}" for row in self.sources.sort("score").iter_rows(named=True))
        bad = self.items.filter(pl.col("status") != "OK").sort("score", "item").head(8)
        named = ", ".join(f"{row['item']} {row['status']}" for row in bad.iter_rows(named=True))
        return (sources or "nothing is promised or nothing came") + (f"; {named}" if named else "")

    def summary(self) -> dict[str, Any]:
        """Score, its dimensions and sources, and counts of checks and of what is not as promised: for manifest and reports."""
        door = pl.DataFrame(self.table).filter(pl.col("kind").is_in(checks.DOOR), pl.col("status") != "not checked")
        return {
            "score": _shown(self.score),
            "dimensions": {name: _shown(_mean(self.sources, name)) for name in WEIGHTS},
            "sources": {row["source"]: _shown(row["score"]) for row in self.sources.iter_rows(named=True)},
            "checks": door.height,
            "failed": len(self.failures),
            "status": dict(sorted(self.items["status"].value_counts().iter_rows())),
        }


def check(settings: Settings, built: BuildResult | Path, now: datetime, reports: Sequence[Report], progress: Step = silent) -> Quality:
    """Everything there is to say of a build. An empty lake scores 0.

    Args:
        built: the build, or its file alone, then without the results of dbt's tests.
        now: the instant of the run, UTC.
        reports: what ingestion says of each source; a source without a report counts as answered.
    Raises:
        ConfigError: an expectation that cannot be read.
    """
    path, results = (built.path, built.results) if isinstance(built, BuildResult) else (built, ())
    promised = promises(settings, open_lake(settings), now.date())
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set global timezone = 'UTC'")
        outcomes = expectations.run(connection, expectations.rules(), progress)
        items = scoring.score(connection, promised, reports, now)
        identities = connection.sql(checks.IDENTITIES).pl()
        told = checks.contests(connection.sql(checks.CONTESTS).fetchall())
        told += checks.set_aside(connection.sql(checks.SET_ASIDE).fetchall())
        told += checks.anomalies(anomalies.outside(connection, now))
    sources = scoring.by_source(items)
    tested = checks.tests(results, set(identities["identity_id"]))
    door = [*tested, *checks.identities(identities), *checks.outcomes(outcomes)]
    rows = [*door, *told, *checks.scores(sources), *checks.promised(items)]
    failures = tuple(
        Failure(row["name"], row["status"], row["failures"], row["detail"])
        for row in door
        if row["status"] in ("fail", "error")
    )
    return Quality(_mean(sources, "score"), pa.Table.from_pylist(rows, checks.SCHEMA), failures, items, sources)


def _mean(sources: pl.DataFrame, column: str) -> float:
    return sum(sources[column].to_list()) / sources.height if sources.height else 0.0


def _shown(score: float) -> float:
    """Two decimals, never rounded up to a whole that was not reached; the last bits of a sum of weights are no loss."""
    return math.floor(score * 100 + 1e-7) / 100
