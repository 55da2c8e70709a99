"""The table of checks of a build, published as `gold.quality`: one row a check, score or promise, in one schema.

What a release was let through by stands in it: `DOOR` are the kinds of which a failure publishes nothing; the others tell.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines import expectations
from pipelines.scoring import WEIGHTS
from pipelines.transform import NodeResult

DOOR = ("test", "identity", "expectation")
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),                       # of DOOR; contest, set aside, anomaly; score (of a source), series (a promise)
        ("name", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("source", pa.string()),
        ("status", pa.string()),                     # pass, fail, error, warn, not checked; OK, LATE, STALE, MISSING
        ("value", pa.float64()),                     # out of 100
        ("failures", pa.int64()),
        ("detail", pa.string()),
        ("severity", pa.string()),                   # of identities: error stops a release, warn is told
        ("rows_checked", pa.int64()),                # of identities
        ("worst_date", pa.date32()),
        ("worst_gap", pa.float64()),                 # in the unit of the identity
        *((name, pa.float64()) for name in WEIGHTS),  # of promises, between 0 and 1
    ]
)

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
SET_ASIDE = """
    select instrument_id || ' ' || field as name, rows_found, format('{}: {} known to be wrong at {}, signed {}: {}', reference_date, value,
        strftime(known_at at time zone 'UTC', '%Y-%m-%d %H:%MZ'), signed_by, reason) as detail
    from silver.int_set_asides order by all
"""
# What came of the identities, with the sources of the series or families that each reads.
IDENTITIES = """
    with read as (
        select identity_id, unnest(string_split(reads, ' ')) as item from silver.int_identities
    ),
    named as (
        select series_id as item, source from gold.series
        union all
        select family, case run.world when 'files' then 'files' else exchange end from seeds.instruments cross join bronze.run
    ),
    sources as (
        select identity_id, string_agg(distinct source, ' ' order by source) as source
        from read inner join named using (item) group by identity_id
    )
    select * from silver.int_identities left join sources using (identity_id) order by identity_id
"""


def tests(results: Iterable[NodeResult], identities: set[str]) -> list[dict[str, Any]]:
    """What dbt tested; its identities have rows of their own."""
    found = (result for result in results if result.kind in ("test", "unit_test") and result.name not in identities)
    return [_row("test", test.name, status=test.status, failures=test.failures or 0, detail=_message(test)) for test in found]


def identities(found: pl.DataFrame) -> list[dict[str, Any]]:
    """What came of each identity; one without a row to compare says so: it did not pass."""
    return [
        _row(
            "identity", row["identity_id"], source=row["source"], status=row["status"], failures=row["failures"],
            severity=row["severity"], rows_checked=row["rows_checked"], worst_date=row["worst_date"], worst_gap=row["worst_gap"],
            value=100 * (1 - row["failures"] / row["rows_checked"]) if row["rows_checked"] else None, detail=_compared(row),
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def outcomes(found: Iterable[expectations.Outcome]) -> list[dict[str, Any]]:
    """What Great Expectations found."""
    return [
        _row("expectation", str(one.rule), table_name=one.rule.table, column_name=one.rule.column, status=one.status,
             failures=one.failures, detail=one.detail)
        for one in found
    ]  # fmt: skip


def contests(found: Iterable[tuple[str, str, int, str]]) -> list[dict[str, Any]]:
    """Two values with one timestamp."""
    return [_row("contest", item, source=source, status="warn", failures=count, detail=first) for item, source, count, first in found]


def set_aside(found: Iterable[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """Figures that somebody signed for as wrong; one that never came is told, so that its line is taken out."""
    return [
        _row("set aside", name, status="warn", failures=count, detail=detail if count else f"{detail}; nothing says so: take the line out")
        for name, count, detail in found
    ]


def anomalies(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Newest readings outside the band that their own past makes."""
    return [
        _row(
            "anomaly", row["series_id"], source=row["source"], status="warn", failures=1,
            detail=f"{row['reference_date']}: {row['value']:.6g} after {row['previous']:.6g}, band {row['low']:.6g} to {row['high']:.6g}",
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def scores(sources: pl.DataFrame) -> list[dict[str, Any]]:
    """Six dimensions and the score of each source."""
    return [
        _row("score", name, source=row["source"], value=round(row[name], 4), detail=f"{row['items']} promised")
        for row in sources.iter_rows(named=True)
        for name in (*WEIGHTS, "score")
    ]


def promised(items: pl.DataFrame) -> list[dict[str, Any]]:
    """How each promise was kept."""
    return [
        _row("series", row["item"], source=row["source"], status=row["status"], value=round(100 * row["score"], 4), detail=_told(row),
             **{name: row[name] for name in WEIGHTS})
        for row in items.iter_rows(named=True)
    ]  # fmt: skip


def _told(row: Mapping[str, Any]) -> str:
    if row["status"] == "MISSING":
        return "promised, and nothing came"
    age = "never known" if row["age_bd"] is None else f"known for {row['age_bd']} business days"
    weak = [f"{name.replace('_', ' ')} {row[name]:.2f}" for name in WEIGHTS if row[name] < 0.995]
    return "; ".join([f"last {row['last_date']}", age, *weak])


def _compared(row: Mapping[str, Any]) -> str:
    if not row["rows_checked"]:
        return f"{row['says']}; not checked: inputs missing"
    known = f", {row['known_exceptions']} known exceptions" if row["known_exceptions"] else ""
    return f"{row['says']}; worst {row['worst_gap']:.3g} on {row['worst_date']} ({row['worst_item']}), within {row['tolerance']}{known}"


def _message(test: NodeResult) -> str:
    return "" if test.passed else " ".join((test.message or "").split())


def _row(kind: str, name: str, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA.names) | {"failures": 0, "detail": "", "kind": kind, "name": name} | values
