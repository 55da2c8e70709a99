"""Quality: what stands at the door of a release.

What goes into one table: the results of dbt's tests, of its identities with how much each compared, expectations compiled from the
gold YAML and run with Great Expectations (`expectations`), and the score out of 100 over what the world promises (`promises`,
`scoring`). A test, identity or expectation that fails is a failure and names what failed; the score has a minimum. Deciding to
publish is the caller's: nothing is written here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import expectations, scoring
from pipelines.progress import Step, silent
from pipelines.promises import promises
from pipelines.scoring import WEIGHTS, Report
from pipelines.transform import BuildResult, NodeResult

SCHEMA = pa.schema(
    [
        ("kind", pa.string()),                       # test, identity, expectation, contest, score (a source's dimension), series (a status)
        ("name", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("source", pa.string()),
        ("status", pa.string()),                     # pass, fail, error, warn, not checked; OK, LATE, STALE, MISSING
        ("value", pa.float64()),                     # out of 100
        ("failures", pa.int64()),
        ("detail", pa.string()),
        ("severity", pa.string()),                   # of tests and identities: error stops a release, warn is told
        ("rows_checked", pa.int64()),                # of identities
        ("worst_date", pa.date32()),
        ("worst_gap", pa.float64()),                 # in the unit of the identity
    ]
)
DOOR = ("test", "identity", "expectation")           # what stands at the door: a failure of these publishes nothing
IDENTITIES = """
    select identity_id, coalesce(source, 'computed') as source, status, severity, failures, rows_checked, known_exceptions, says, tolerance,
        worst_date, worst_gap, worst_item
    from silver.int_identities
    left join (
        select identity_id, string_agg(distinct source, ' ' order by source) as source
        from (select identity_id, unnest(string_split(reads, ' ')) as series_id from silver.int_identities)
        inner join (
            select series_id, source from gold.series union all select family, case world when 'files' then world else exchange end
            from seeds.instruments cross join bronze.run
        ) using (series_id)
        group by identity_id
    ) using (identity_id)
    order by identity_id
"""

# Two values with one timestamp: told, and settled by the rule of the data contract.
CONTESTS = """
    select series_id, source, count(*), arg_max(format('{} at {}: {} and {}', reference_date, learned_at, lowest, highest), learned_at)
    from silver.int_observation_contests inner join gold.series using (series_id) group by all
    union all
    select instrument_id || ' ' || field, null, count(*),
        arg_max(format('{} at {}: {} and {}', reference_date, learned_at, lowest, highest), learned_at)
    from silver.int_quote_contests group by all
    order by all
"""


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
        checks = pl.DataFrame(self.table).filter(pl.col("kind").is_in(DOOR), pl.col("status") != "not checked")
        return {
            "score": round(self.score, 2),
            "dimensions": {name: round(_mean(self.sources, name), 2) for name in WEIGHTS},
            "sources": {row["source"]: round(row["score"], 2) for row in self.sources.iter_rows(named=True)},
            "checks": checks.height,
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
        contests = connection.sql(CONTESTS).fetchall()
        identities = connection.sql(IDENTITIES).pl()
    sources = scoring.by_source(items)
    rows = [
        *_tests(results, set(identities["identity_id"])), *_identities(identities), *_expectations(outcomes), *_contests(contests),
        *_scores(sources), *_series(items),
    ]
    failures = tuple(
        Failure(row["name"], row["status"], row["failures"], row["detail"])
        for row in rows
        if row["kind"] in DOOR and row["status"] in ("fail", "error")
    )
    return Quality(_mean(sources, "score"), pa.Table.from_pylist(rows, SCHEMA), failures, items, sources)


def _tests(results: Iterable[NodeResult], identities: set[str]) -> list[dict[str, Any]]:
    """What dbt tested; its identities have rows of their own."""
    tests = (result for result in results if result.kind in ("test", "unit_test") and result.name not in identities)
    return [_row("test", test.name, status=test.status, failures=test.failures or 0, detail=_message(test)) for test in tests]


def _identities(found: pl.DataFrame) -> list[dict[str, Any]]:
    """An identity without a row to compare says so: it did not pass."""
    return [
        _row(
            "identity", row["identity_id"], source=row["source"], status=row["status"], failures=row["failures"],
            severity=row["severity"], rows_checked=row["rows_checked"], worst_date=row["worst_date"], worst_gap=row["worst_gap"],
            value=100 * (1 - row["failures"] / row["rows_checked"]) if row["rows_checked"] else None, detail=_compared(row),
        )
        for row in found.iter_rows(named=True)
    ]


def _compared(row: Mapping[str, Any]) -> str:
    if not row["rows_checked"]:
        return f"{row['says']}; not checked: inputs missing"
    known = f", {row['known_exceptions']} known exceptions" if row["known_exceptions"] else ""
    return f"{row['says']}; worst {row['worst_gap']:.3g} on {row['worst_date']} ({row['worst_item']}), within {row['tolerance']}{known}"


def _expectations(outcomes: Iterable[expectations.Outcome]) -> list[dict[str, Any]]:
    return [
        _row("expectation", str(one.rule), table_name=one.rule.table, column_name=one.rule.column, status=one.status,
             failures=one.failures, detail=one.detail)
        for one in outcomes
    ]


def _contests(found: Iterable[tuple[str, str, int, str]]) -> list[dict[str, Any]]:
    return [_row("contest", item, source=source, status="warn", failures=count, detail=first) for item, source, count, first in found]


def _scores(sources: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        _row("score", name, source=row["source"], value=round(row[name], 4), detail=f"{row['items']} promised")
        for row in sources.iter_rows(named=True)
        for name in (*WEIGHTS, "score")
    ]


def _series(items: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        _row("series", row["item"], source=row["source"], status=row["status"], value=round(100 * row["score"], 4), detail=_told(row))
        for row in items.iter_rows(named=True)
    ]


def _told(row: Mapping[str, Any]) -> str:
    if row["status"] == "MISSING":
        return "promised, and nothing came"
    age = "never known" if row["age_bd"] is None else f"known for {row['age_bd']} business days"
    weak = [f"{name.replace('_', ' ')} {row[name]:.2f}" for name in WEIGHTS if row[name] < 0.995]
    return "; ".join([f"last {row['last_date']}", age, *weak])


def _message(test: NodeResult) -> str:
    return "" if test.passed else " ".join((test.message or "").split())


def _mean(sources: pl.DataFrame, column: str) -> float:
    return sum(sources[column].to_list()) / sources.height if sources.height else 0.0


def _row(kind: str, name: str, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA.names) | {"failures": 0, "detail": "", "kind": kind, "name": name} | values
