"""Expectations: compiled from the column meta of the gold YAML, run with Great Expectations on the built tables.

One line under a column's `config: {meta: …}` is one expectation:

    between: [low, high]     every value, an open end is null; `since: DATE` leaves out rows with an older reference_date
    in: [a, b]               the only values there are
    not_null: true           none is missing
    matches: '^regex$'       every value
    distinct_at_least: n     different values

`unit` says the unit. Only columns that a rule names are read: numbers row by row, dates and instants as their least and greatest
(row by row they cost fifty times as much), text as its distinct values. A rule that cannot be run is an error, not a failure.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import ROOT
from pipelines.progress import Step, silent

GOLD = ROOT / "dbt_project" / "models" / "gold"
KINDS = ("between", "in", "not_null", "matches", "distinct_at_least")
SILENT = ("unit", "since")

_NUMBERS = ("double", "integer", "bigint", "decimal")
_TIMES = ("date", "timestamptz", "timestamp with time zone")


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation of one column."""

    table: str
    column: str
    data_type: str
    kind: str
    argument: Any
    since: date | None = None

    def __str__(self) -> str:
        argument = "" if self.kind == "not_null" else f" {_told(self.argument)}"
        since = f" since {self.since}" if self.since else ""
        return f"{self.table}.{self.column} {self.kind.replace('_', ' ')}{argument}{since}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a rule: pass, fail or error; how many values broke it, and some of them."""

    rule: Rule
    status: str
    failures: int
    detail: str


def rules(folder: Path = GOLD) -> tuple[Rule, ...]:
    """Every expectation of the YAML beside the gold models.

    Raises:
        ConfigError: a key of `meta` that is none, or a column without a type.
    """
    return tuple(rule for path in sorted(folder.glob("*.yml")) for rule in _of_file(path))


def _of_file(path: Path) -> Iterator[Rule]:
    for model in yaml.safe_load(path.read_text()).get("models", []):
        for column in model.get("columns", []):
            meta: Mapping[str, Any] = (column.get("config") or {}).get("meta") or {}
            if unknown := set(meta) - {*KINDS, *SILENT}:
                raise ConfigError(f"{path.name}: {column['name']}: unknown expectation {sorted(unknown)}: write {', '.join(KINDS)}")
            for kind in KINDS:
                if kind in meta and meta[kind] is not False:
                    if "data_type" not in column:
                        raise ConfigError(f"{path.name}: {column['name']} has expectations and no data_type")
                    yield Rule(model["name"], column["name"], column["data_type"].lower(), kind, meta[kind], meta.get("since"))


def run(connection: Any, wanted: Iterable[Rule], progress: Step = silent) -> list[Outcome]:
    """Run rules on the gold tables of a build.

    Args:
        connection: DuckDB connection in UTC on the build.
    Raises:
        ConfigError: a rule names a column that the table does not have.
    """
    gx, context = _context()
    source = context.data_sources.add_pandas("gold")
    grouped: dict[tuple[str, str, date | None], list[Rule]] = {}
    for rule in wanted:
        grouped.setdefault((rule.table, rule.column, rule.since), []).append(rule)
    outcomes: list[Outcome] = []
    for done, ((table, column, since), group) in enumerate(grouped.items(), start=1):
        name = f"{table}.{column}" + (f" since {since}" if since else "")
        progress(name, done, len(grouped))
        suite = gx.ExpectationSuite(name=name, expectations=[_expectation(gx, rule) for rule in group])
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
        definition = gx.ValidationDefinition(name=name, data=batch, suite=context.suites.add(suite))
        frame = _frame(connection, group[0])
        result = context.validation_definitions.add(definition).run(batch_parameters={"dataframe": frame})
        outcomes += _read(group, result.results)
    return outcomes


def _context() -> tuple[Any, Any]:
    """Great Expectations in memory: no files, no telemetry, no bars."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx  # ten seconds and 300 MB: only ever here
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    config = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    return gx, context


def _frame(connection: Any, rule: Rule) -> Any:
    """The column as a pandas frame, as small as its rules allow."""
    column = f'"{rule.column}"'
    rows = connection.table(f'gold."{rule.table}"')
    if rule.since:
        rows = rows.filter(f"reference_date >= date '{rule.since}'")
    values = rows.select(column)
    if rule.data_type.startswith(_NUMBERS):
        return values.df()
    if rule.data_type not in _TIMES:
        return values.distinct().df()
    ends = rows.aggregate(f"min({column}) as {column}").union(rows.aggregate(f"max({column}) as {column}"))
    return ends.filter(f"{column} is not null").union(values.filter(f"{column} is null").limit(1)).df()


def _expectation(gx: Any, rule: Rule) -> Any:
    kinds, column = gx.expectations, rule.column
    match rule.kind:
        case "between":
            low, high = (_bound(end) for end in rule.argument)
            return kinds.ExpectColumnValuesToBeBetween(column=column, min_value=_zoned(low, rule), max_value=_zoned(high, rule))
        case "in":
            return kinds.ExpectColumnValuesToBeInSet(column=column, value_set=list(rule.argument))
        case "matches":
            return kinds.ExpectColumnValuesToMatchRegex(column=column, regex=rule.argument)
        case "distinct_at_least":
            return kinds.ExpectColumnUniqueValueCountToBeBetween(column=column, min_value=rule.argument)
    return kinds.ExpectColumnValuesToNotBeNull(column=column)


def _bound(end: Any) -> Any:
    """A bound in the type of the frame; pandas wants timestamps for dates."""
    import pandas as pd

    return pd.Timestamp(end) if isinstance(end, date | datetime) else end


def _zoned(bound: Any, rule: Rule) -> Any:
    return bound.tz_localize("UTC") if bound is not None and rule.data_type.startswith("timestamp") else bound


def _read(group: Sequence[Rule], results: Sequence[Any]) -> Iterator[Outcome]:
    """Great Expectations answers in an order of its own: rules are found again by column and kind."""
    types = {
        "expect_column_values_to_be_between": "between",
        "expect_column_values_to_be_in_set": "in",
        "expect_column_values_to_match_regex": "matches",
        "expect_column_unique_value_count_to_be_between": "distinct_at_least",
        "expect_column_values_to_not_be_null": "not_null",
    }
    by_kind = {types[result.expectation_config.type]: result for result in results}
    for rule in group:
        result = by_kind[rule.kind]
        if raised := list(_raised(result.exception_info)):
            yield Outcome(rule, "error", 1, raised[0])
            continue
        found = dict(result.result or {})
        failures = 0 if result.success else int(found.get("unexpected_count") or 1)
        seen = found.get("partial_unexpected_list") or found.get("observed_value")
        yield Outcome(rule, "pass" if result.success else "fail", failures, "" if result.success else _told(seen))


def _raised(info: Mapping[str, Any] | None) -> Iterator[str]:
    """Messages of exceptions; the information is one mapping, or one a metric."""
    for part in [info or {}, *((info or {}).values())]:
        if isinstance(part, Mapping) and part.get("raised_exception"):
            yield str(part.get("exception_message")).strip()


def _told(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join("open" if one is None else str(one) for one in value[:5]) + (", …]" if len(value) > 5 else "]")
    return str(value)
