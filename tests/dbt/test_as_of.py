"""as_of and align through the compiled macros, against brute force in Python; the frontier against as_of at every knowledge time."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.quant.frontier import frontier
from tests.dbt import compiled

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
MONTHS = [date(2023, 10, 31), date(2023, 11, 30), date(2023, 12, 31)]
COLUMNS = ["series_id", "reference_date", "target_date", "available_at", "held_at", "vintage", "value", "availability"]
SCHEMA = pa.schema(
    [
        ("series_id", pa.string()),
        ("reference_date", pa.date32()),
        ("target_date", pa.date32()),
        ("available_at", pa.timestamp("us", "UTC")),
        ("held_at", pa.timestamp("us", "UTC")),
        ("vintage", pa.int32()),
        ("value", pa.float64()),
        ("availability", pa.string()),
    ]
)


def day(n: int) -> datetime:
    return START + timedelta(days=n)


def rows(*given: tuple[date, int, float | None], series: str = "a", target: date | None = None) -> list[dict]:
    """Rows of one series from (reference_date, day known, value), vintages numbered in that order."""
    counted: dict[date, int] = {}
    out = []
    for reference, known, value in given:
        counted[reference] = counted.get(reference, 0) + 1
        out.append(
            dict(zip(COLUMNS, (series, reference, target, day(known), day(known + 1), counted[reference], value, "published"), strict=True))
        )
    return out


def table(connection, name: str, given: list[dict]) -> None:
    connection.register("given", pa.Table.from_pylist(given, SCHEMA))
    connection.execute(f"create or replace table {name} as from given")


def as_of(given: list[dict], cutoff: datetime) -> list[tuple]:
    connection = compiled.connect()
    table(connection, "history", given)
    cut = compiled.render("{{ as_of('history', cutoff) }}", cutoff=f"'{cutoff.isoformat()}'")
    return connection.sql(f"select series_id, reference_date, target_date, value from {cut} order by all").fetchall()


def brute_as_of(given: list[dict], cutoff: datetime) -> list[tuple]:
    latest: dict[tuple, dict] = {}
    for row in given:
        key = (row["series_id"], row["reference_date"], row["target_date"])
        newer = key not in latest or (row["available_at"], row["vintage"]) > (latest[key]["available_at"], latest[key]["vintage"])
        if row["available_at"] <= cutoff and newer:
            latest[key] = row
    found = [(*key, row["value"]) for key, row in latest.items() if row["value"] is not None]
    return sorted(found, key=lambda row: (row[0], row[1], row[2] or date.max))


@st.composite
def histories(draw, series=("a", "b"), targets=(None, date(2024, 12, 31)), values=(None, 1.0, 2.0, 3.0)):
    """Vintaged rows; equal timestamps of one key are told apart by their vintage."""
    keys = draw(st.lists(st.tuples(st.sampled_from(series), st.sampled_from(MONTHS), st.sampled_from(targets)), unique=True, max_size=6))
    out = []
    for name, reference, target in keys:
        known = sorted(draw(st.lists(st.integers(0, 6), min_size=1, max_size=4)))
        told = draw(st.lists(st.sampled_from(values), min_size=len(known), max_size=len(known)))
        out += rows(*((reference, at, value) for at, value in zip(known, told, strict=True)), series=name, target=target)
    return out


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(-1, 7))
def test_as_of_is_the_last_vintage_of_each_key_known_by_the_cutoff(given, cutoff):
    assert as_of(given, day(cutoff)) == brute_as_of(given, day(cutoff))


def test_a_late_revision_of_an_old_month_replaces_that_month_alone():
    october, november, _ = MONTHS
    given = rows((october, 0, 1.0), (november, 1, 2.0), (october, 3, 1.5))
    assert as_of(given, day(2)) == [("a", october, None, 1.0), ("a", november, None, 2.0)]
    assert as_of(given, day(3)) == [("a", october, None, 1.5), ("a", november, None, 2.0)]


def test_a_withdrawn_value_is_not_known_after_its_withdrawal_and_known_before():
    given = rows((MONTHS[0], 0, 1.0), (MONTHS[0], 2, None))
    assert as_of(given, day(1)) == [("a", MONTHS[0], None, 1.0)]
    assert as_of(given, day(2)) == []


def test_of_two_rows_with_one_timestamp_the_later_vintage_is_read():
    assert as_of(rows((MONTHS[0], 1, 1.0), (MONTHS[0], 1, 2.0)), day(1)) == [("a", MONTHS[0], None, 2.0)]


def test_a_value_that_comes_back_is_read_again():
    given = rows((MONTHS[0], 0, 1.0), (MONTHS[0], 1, 2.0), (MONTHS[0], 2, 1.0))
    assert [as_of(given, day(n))[0][3] for n in range(3)] == [1.0, 2.0, 1.0]


def test_an_instant_is_cut_whatever_zone_it_is_written_in():
    given = rows((MONTHS[0], 0, 1.0))
    connection = compiled.connect()
    table(connection, "history", given)
    for cutoff, count in (("2024-01-01T09:00:00-03:00", 1), ("2024-01-01T08:59:59-03:00", 0)):
        cut = compiled.render("{{ as_of('history', cutoff) }}", cutoff=f"'{cutoff}'")
        assert connection.sql(f"select count(*) from {cut}").fetchone() == (count,)


def test_a_curve_is_cut_whole_by_its_own_key():
    connection = compiled.connect()
    connection.execute("""
        create table nodes as
        select 'br' as curve_id, date '2024-01-02' as reference_date, * from (values
            (252, '2024-01-02 23:00:00+00'::timestamptz, 1, 0.10),
            (504, '2024-01-02 23:00:00+00'::timestamptz, 1, 0.11),
            (252, '2024-01-03 23:00:00+00'::timestamptz, 2, 0.12)
        ) as t(tenor_bd, available_at, vintage, zero_rate)
    """)
    cut = compiled.render(
        "{{ as_of('nodes', cutoff, key=['curve_id', 'reference_date'], value='zero_rate') }}", cutoff="'2024-01-04 00:00:00+00'"
    )
    assert connection.sql(f"select tenor_bd, zero_rate::double from {cut}").fetchall() == [(252, 0.12)]


@st.composite
def sides(draw):
    """Rows of one series a side, with one row a reference date and instant."""
    out = []
    for reference in draw(st.lists(st.sampled_from(MONTHS), unique=True)):
        known = draw(st.lists(st.integers(0, 6), unique=True, max_size=4).map(sorted))
        told = draw(st.lists(st.sampled_from((None, 1.0, 2.0)), min_size=len(known), max_size=len(known)))
        out += rows(*((reference, at, value) for at, value in zip(known, told, strict=True)))
    return out


def align(left: list[dict], right: list[dict]) -> list[tuple]:
    connection = compiled.connect()
    table(connection, "lefts", left)
    table(connection, "rights", right)
    both = compiled.render("{{ align('lefts', 'rights', ['reference_date'], {'value': 'nominal'}, {'value': 'real'}) }}")
    return connection.sql(f"select reference_date, available_at, held_at, nominal, real from {both} order by all").fetchall()


def brute_align(left: list[dict], right: list[dict]) -> list[tuple]:
    found = set()
    for reference, at in {(row["reference_date"], row["available_at"]) for row in left + right}:
        known = [
            max(
                (row for row in side if row["reference_date"] == reference and row["available_at"] <= at),
                key=lambda row: row["available_at"],
                default=None,
            )
            for side in (left, right)
        ]
        if all(known):
            found.add((reference, at, max(row["held_at"] for row in known), known[0]["value"], known[1]["value"]))
    return sorted(found, key=lambda row: (row[0], row[1]))


@settings(max_examples=150, deadline=None)
@given(sides(), sides())
def test_align_shows_what_was_known_of_both_sides_whenever_either_changed(left, right):
    assert align(left, right) == brute_align(left, right)


def test_a_revision_of_either_side_is_a_new_row_of_both():
    october = MONTHS[0]
    found = align(rows((october, 0, 1.0), (october, 4, 1.5)), rows((october, 2, 3.0)))
    assert [(at, nominal, real) for _, at, _, nominal, real in found] == [(day(2), 1.0, 3.0), (day(4), 1.5, 3.0)]


def test_a_revision_of_both_sides_at_one_instant_is_one_row():
    october = MONTHS[0]
    found = align(rows((october, 0, 1.0), (october, 4, 1.5)), rows((october, 0, 3.0), (october, 4, 3.5)))
    assert [row[3:] for row in found] == [(1.0, 3.0), (1.5, 3.5)]


@pytest.mark.parametrize(
    ("first", "second", "weaker"),
    [
        ("published", "assumed", "assumed"),
        ("scheduled", "published", "scheduled"),
        ("observed", "scheduled", "observed"),
        ("assumed", "observed", "assumed"),
    ],
)
def test_what_is_made_of_two_inputs_is_known_as_the_weaker_is(first, second, weaker):
    sql = compiled.render("select {{ weaker(a, b) }}", a=f"'{first}'", b=f"'{second}'")
    assert compiled.connect().sql(sql).fetchone() == (weaker,)


@pytest.mark.parametrize(
    ("call", "rate"),
    [
        ("annualise('0.00043739')", 0.1165),           # CDI a day on 252 business days
        ("annualise('0.25', 504)", 0.118033988749895),
        ("annualise('0.01', 1, 12)", 0.12682503013197),
        ("annualise('0.0')", 0.0),
    ],
)
def test_a_rate_a_period_compounds_to_a_year(call, rate):
    (found,) = compiled.connect().sql(compiled.render("select {{ " + call + " }}::double")).fetchone()
    assert found == pytest.approx(rate, abs=5e-6)


REFERENCE = """
with spans as (
    select *, lead(available_at, 1, 'infinity') over vintages as superseded_at,
        min(available_at) over (partition by series_id, reference_date) as known_at
    from history window vintages as (partition by series_id, reference_date order by available_at, vintage)
),
events as (select distinct series_id, available_at from history),
latest as (
    select events.series_id, events.available_at, max(reference_date) as reference_date,
        arg_max(value, reference_date) as value, arg_max(known_at, reference_date) as known_at
    from events left join spans on events.series_id = spans.series_id and spans.value is not null
        and spans.available_at <= events.available_at and events.available_at < spans.superseded_at
    group by all
)
select * from latest
qualify (reference_date, value) is distinct from lag((reference_date, value)) over (partition by series_id order by available_at)
order by series_id, available_at
"""


@settings(max_examples=100, deadline=None)
@given(histories(targets=(None,)))
def test_the_frontier_is_the_last_row_of_as_of_at_every_knowledge_time(given):
    connection = compiled.connect()
    table(connection, "history", given)
    ordered = connection.sql("from history order by series_id, available_at, reference_date, vintage").to_arrow_table()
    found = frontier(ordered)
    connection.register("found", found)
    for series, at in sorted({(row["series_id"], row["available_at"]) for row in given}):
        last = [row for row in brute_as_of(given, at) if row[0] == series][-1:]
        read = connection.execute(
            "select reference_date, value from found where series_id = ? and available_at <= ? order by available_at desc limit 1",
            [series, at],
        ).fetchone()
        assert read == ((last[0][1], last[0][3]) if last else (None, None)) or (read is None and not last)


@settings(max_examples=100, deadline=None)
@given(histories(targets=(None,)))
def test_the_frontier_is_its_definition_in_sql(given):
    connection = compiled.connect()
    table(connection, "history", given)
    ordered = connection.sql("from history order by series_id, available_at, reference_date, vintage")
    connection.register("found", frontier(ordered.to_arrow_table()))
    found = connection.sql("select series_id, available_at, reference_date, value, known_at from found")
    assert found.fetchall() == connection.sql(REFERENCE).fetchall()
