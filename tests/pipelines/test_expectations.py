"""Expectations of the gold YAML: read from column meta, run with Great Expectations, told apart from errors."""

from datetime import date

import duckdb
import pytest

from models_py.kernel.errors import ConfigError
from pipelines.expectations import Rule, rules, run


def yaml(tmp_path, meta, data_type="double"):
    (tmp_path / "prices.yml").write_text(
        f"models:\n  - name: prices\n    columns:\n      - name: price\n        data_type: {data_type}\n        config: {{meta: {meta}}}\n"
    )
    return tmp_path


def test_a_line_of_meta_is_an_expectation(tmp_path):
    found = rules(yaml(tmp_path, "{unit: BRL, between: [0, null], not_null: true, since: 2020-01-01}"))
    assert [(rule.kind, rule.argument, rule.since) for rule in found] == [
        ("between", [0, None], date(2020, 1, 1)),
        ("not_null", True, date(2020, 1, 1)),
    ]
    assert str(found[0]) == "prices.price between [0, open] since 2020-01-01"


def test_an_expectation_that_is_none_is_refused_with_its_name(tmp_path):
    with pytest.raises(ConfigError, match=r"prices.yml: price: unknown expectation \['betwen'\]"):
        rules(yaml(tmp_path, "{betwen: [0, 1]}"))


def test_the_project_s_own_expectations_can_be_read_and_name_columns_with_a_type():
    found = rules()
    assert {rule.table for rule in found} >= {"observations", "quotes", "curves", "factors", "frontier", "calendar", "series"}
    assert all(rule.data_type for rule in found)


@pytest.fixture(scope="module")
def prices():
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'; create schema gold")
    connection.execute("""
        create table gold.prices as select * from (values
            (1.0::double, 1, 'brl', date '1999-01-04', '2024-01-01 12:00:00+00'::timestamptz, true),
            (null, 2, 'usd', date '2024-01-04', '9999-12-31 00:00:00+00', true),
            (-5.0, 3, null, null, null, false)
        ) as t(price, lots, currency, day, known_at, is_open)
    """)
    connection.execute("create table gold.nothing as from gold.prices where false")
    return connection


CASES = [
    ("price", "double", "between", [-10, 10], "pass", 0),
    ("price", "double", "between", [0, None], "fail", 1),
    ("price", "double", "not_null", True, "fail", 1),
    ("lots", "integer", "between", [1, 3], "pass", 0),
    ("lots", "integer", "between", [2, 2], "fail", 2),
    ("lots", "integer", "distinct_at_least", 3, "pass", 0),
    ("lots", "integer", "distinct_at_least", 4, "fail", 1),
    ("currency", "varchar", "in", ["brl", "usd"], "pass", 0),
    ("currency", "varchar", "in", ["brl"], "fail", 1),
    ("currency", "varchar", "matches", "^[a-z]{3}$", "pass", 0),
    ("currency", "varchar", "matches", "^b", "fail", 1),
    ("currency", "varchar", "not_null", True, "fail", 1),
    ("day", "date", "between", [date(1999, 1, 1), date(2024, 12, 31)], "pass", 0),
    ("day", "date", "between", [date(2000, 1, 1), None], "fail", 1),
    ("day", "date", "not_null", True, "fail", 1),
    ("known_at", "timestamptz", "between", [date(2020, 1, 1), None], "pass", 0),
    ("known_at", "timestamptz", "between", [None, date(2100, 1, 1)], "fail", 1),
    ("is_open", "boolean", "not_null", True, "pass", 0),
]


@pytest.mark.slow
@pytest.mark.parametrize(("column", "data_type", "kind", "argument", "status", "failures"), CASES)
def test_a_value_that_breaks_an_expectation_is_counted(prices, column, data_type, kind, argument, status, failures):
    (outcome,) = run(prices, [Rule("prices", column, data_type, kind, argument)])
    assert (outcome.status, outcome.failures) == (status, failures)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[2]}")
def test_an_empty_table_breaks_no_expectation_but_a_count(prices, case):
    column, data_type, kind, argument, *_ = case
    (outcome,) = run(prices, [Rule("nothing", column, data_type, kind, argument)])
    assert outcome.status == ("fail" if kind == "distinct_at_least" else "pass")


@pytest.mark.slow
def test_since_leaves_older_rows_out():
    connection = duckdb.connect()
    connection.execute("""
        create schema gold;
        create table gold.t as
        select * from (values (date '1990-01-01', 9.0), (date '2020-01-01', 0.1)) as t(reference_date, x)
    """)
    found = run(connection, [Rule("t", "x", "double", "between", [0, 1]), Rule("t", "x", "double", "between", [0, 1], date(2000, 1, 1))])
    assert [outcome.status for outcome in found] == ["fail", "pass"]


@pytest.mark.slow
def test_a_rule_that_cannot_be_run_is_an_error_and_not_a_failure(prices):
    (outcome,) = run(prices, [Rule("prices", "currency", "varchar", "between", [0, 1])])
    assert outcome.status == "error"
    assert outcome.detail
