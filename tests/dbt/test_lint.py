"""The SQL lint: it reads the project's dialect and macros, and finds what the style forbids."""

from sqlfluff.core import FluffConfig, Linter

from tests.conftest import ROOT

GOOD = """-- Grain: series_id. Latest rows.
with

prints as (
    select * from {{ as_of(ref('observations'), "'2024-01-01 00:00:00+00'") }}
)

select
    prints.series_id,
    {{ annualise('prints.value') }} as rate,
from prints
asof join {{ source('bronze', 'run') }} as run
    on prints.available_at <= run.now_at
qualify row_number() over (partition by prints.series_id order by prints.available_at desc) = 1
"""


def broken(sql: str) -> set[str]:
    config = FluffConfig.from_path(str(ROOT / "dbt_project"), overrides={"dialect": "duckdb"})
    config.set_value(["templater", "jinja", "load_macros_from_path"], str(ROOT / "dbt_project" / "macros"))
    return {violation.rule_code() for violation in Linter(config).lint_string(sql).get_violations()}


def test_the_dialect_and_the_macros_of_the_project_are_read():
    assert broken(GOOD) == set()


def test_upper_case_keywords_silent_aliases_and_comparisons_with_null_are_found():
    assert broken("SELECT a.x FROM a where a.x = null\n") >= {"CP01", "CV05"}
    assert "AL01" in broken("select o.x from observations o\n")
    assert "AM05" not in broken("select a.x from a join b on a.x = b.x\n")


def test_sql_that_does_not_parse_is_found():
    assert "PRS" in broken("select a.x from a whre a.x = 1\n")


def test_an_unused_expression_and_a_line_too_long_are_found():
    assert "ST03" in broken("with a as (select 1 as x), b as (select 2 as x) select * from a\n")
    assert "LT05" in broken(f"select 1 as {'x' * 140}\n")
