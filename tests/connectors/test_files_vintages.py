"""Vintages: what is emitted, replayed in order, is every vintage again."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.import_map import grammar
from pipelines.import_map.reader import read
from pipelines.import_map.vintages import Panel, changes, last_values
from tests.connectors.test_files_map import text

ROW = {
    "kind": "vintage", "file": "v/*.csv", "date_column": "day", "value_column": "x", "reference_rule": "month_start_to_month_end",
    "availability_rule": "file_month_vintage_end 23:59 ET", "scale_to_ours": "1",
}
DAYS = [f"2019-{month:02d}-01" for month in range(1, 7)]
CELLS = st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.5]))
HISTORIES = st.lists(st.dictionaries(st.sampled_from(DAYS), CELLS), min_size=1, max_size=6)


def panel(histories: list[dict[str, float | None]], **change: str) -> tuple[grammar.MapRow, Panel]:
    (row,) = grammar.parse(text(ROW | change)).rows
    tables = []
    for place, history in enumerate(histories):
        lines = [f"{day},{'' if value is None else value}" for day, value in sorted(history.items())]
        key = f"v/{2020 + place // 12}-{place % 12 + 1:02d}.csv"
        tables.append((key, read(key, "\n".join(["day,x", *lines, ""]).encode(), row.format)))
    return row, Panel.read(tables, [row], ())


@settings(deadline=None)
@given(HISTORIES)
def test_replaying_the_changes_gives_every_vintage_again(histories):
    row, found = panel(histories)
    state: dict[date, float] = {}
    for place, history in enumerate(histories):
        for _, day, value in changes(found, place, row).rows():
            assert state.get(day) != value                            # nothing is emitted twice
            if value is None:
                del state[day]                                        # withdrawn, and it was there
            else:
                state[day] = value
        ends = {pl.Series([day]).str.to_date().dt.month_end()[0]: value for day, value in history.items() if value is not None}
        assert state == ends


@settings(deadline=None)
@given(HISTORIES)
def test_the_last_values_are_those_of_the_newest_vintage_for_every_date_ever_seen(histories):
    row, found = panel(histories)
    last = {day.strftime("%Y-%m-01"): value for _, day, value in last_values(found, row).rows()}
    assert last == {day: histories[-1].get(day) for day in {day for history in histories for day in history}}


def test_a_b_a_is_three_rows():
    row, found = panel([{"2019-01-01": 1.0}, {"2019-01-01": 2.0}, {"2019-01-01": 1.0}])
    assert [changes(found, place, row)["value"].to_list() for place in range(3)] == [[1.0], [2.0], [1.0]]


def test_vintages_are_in_the_order_of_their_months_not_of_the_files_read():
    (row,) = grammar.parse(text(ROW)).rows
    keys = ("v/2020-02.csv", "v/2019-12.csv", "v/2020-01.csv")
    found = Panel.read([(key, read(key, b"day,x\n2019-01-01,1\n", row.format)) for key in keys], [row], ())
    assert [vintage.key for vintage in found.vintages] == ["v/2019-12.csv", "v/2020-01.csv", "v/2020-02.csv"]
    assert found.place("v/2019-12.csv") == 0


def test_a_vintage_may_list_its_months_in_any_order():
    (row,) = grammar.parse(text(ROW)).rows
    content = b"day,x\n2019-03-01,3\n2019-01-01,1\n2019-02-01,2\n"
    found = Panel.read([("v/2020-01.csv", read("v/2020-01.csv", content, row.format))], [row], ())
    assert changes(found, 0, row)["value"].to_list() == [1.0, 2.0, 3.0]


def test_a_change_of_unit_is_put_right_before_vintages_are_compared():
    row, found = panel([{"2019-01-01": 480.0}, {"2019-01-01": 480_000.0}], trap="multiply by 1000 when below 10,000")
    assert [changes(found, place, row)["value"].to_list() for place in range(2)] == [[480_000.0], []]
