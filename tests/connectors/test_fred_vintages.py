"""Windows of real time: any split of the whole gives the rows of the whole."""

import json
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.connectors import Request, fred
from pipelines.connectors._fred_vintages import FIRST, LAST, MOST, windows
from tests.connectors.build import fred_page, fred_row, payload

ORIGIN = date(2031, 1, 1)
DAY = timedelta(days=1)


@st.composite
def histories(draw) -> dict[date, list[tuple[date, date, str]]]:
    """Values of some dates: intervals of real time that never overlap, with gaps where a value was withdrawn."""
    found = {}
    for month in draw(st.lists(st.integers(0, 5), unique=True, max_size=5)):
        cuts = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=6)))
        edges = [*(ORIGIN + timedelta(days=cut) for cut in cuts), None]
        spans = []
        for start, after in pairwise(edges):
            end = LAST if after is None else after - DAY
            if draw(st.booleans()) and draw(st.booleans()):
                end = min(end, start + timedelta(days=draw(st.integers(0, 4))))
            spans.append((start, end, draw(st.sampled_from(["1.5", "1.5", "2.0", "."]))))
        found[ORIGIN + timedelta(days=31 * month)] = spans
    return found


def served(history, start: date, end: date) -> str:
    """What FRED answers for a window: the intervals that stand on some day of it, cut to it."""
    rows = [
        fred_row(str(day), value, str(max(since, start)), str(min(until, end)))
        for day, spans in sorted(history.items())
        for since, until, value in spans
        if since <= end and until >= start
    ]
    return fred_page(rows, str(start), str(end))


def read(history, edges: list[tuple[date, date]]) -> list:
    return [
        (one.source_date, one.vintage_date, one.value)
        for start, end in edges
        for one in fred.parse(payload("fred", f"X {start}..{end}", served(history, start, end))).observations
    ]


@given(histories(), st.sets(st.integers(-5, 70), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_split_into_windows_that_share_their_edge_day_gives_the_rows_of_the_whole(history, cuts):
    edges = [FIRST, *(ORIGIN + timedelta(days=cut) for cut in sorted(cuts)), LAST]
    whole = read(history, [(FIRST, LAST)])
    split = read(history, list(pairwise(edges)))
    assert len(split) == len(set(split))
    assert sorted(split, key=str) == sorted(whole, key=str)


@given(histories())
@settings(max_examples=100, deadline=None)
def test_the_rows_retell_what_stood_on_every_day(history):
    rows = read(history, [(FIRST, LAST)])
    for day, spans in history.items():
        for at in (ORIGIN + timedelta(days=number) for number in range(70)):
            told = max(((vintage, value) for date_, vintage, value in rows if date_ == day and vintage <= at), default=(None, None))[1]
            stood = next((value for since, until, value in spans if since <= at <= until), ".")
            assert told == (None if stood == "." else float(stood))


@given(st.integers(0, 6500), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_no_window_spans_more_than_two_thousand_vintage_dates_and_none_is_left_out(count, step):
    vintages = [ORIGIN + timedelta(days=step * number) for number in range(count)]
    edges = list(windows(vintages))
    assert all(sum(start <= day <= end for day in vintages) <= MOST for start, end in edges)
    assert all(before[1] == after[0] for before, after in pairwise(edges))
    if count:
        assert (edges[0][0], edges[-1][1]) == (FIRST, LAST)


def test_windows_of_a_daily_series_do_not_move_when_a_vintage_is_added():
    vintages = [date(2015, 1, 1) + timedelta(days=number) for number in range(4200)]       # to July 2026
    before, after = list(windows(vintages)), list(windows([*vintages, vintages[-1] + DAY]))
    assert before == after
    assert before[-2:] == [(date(2024, 12, 31), date(2025, 12, 31)), (date(2025, 12, 31), LAST)]


def test_a_list_of_vintage_dates_in_pages_gives_windows_without_a_hole():
    days = [str(ORIGIN + timedelta(days=number)) for number in range(9)]
    request = Request("fred", "X vintage dates since 2031-01-01", "http://x/fred/series/vintagedates?series_id=X&api_key=k&realtime_start=2030-12-01")
    edges, asked = [], [request]
    for one in asked:
        offset = int(one.url.partition("&offset=")[2] or 0)
        body = json.dumps({"count": 9, "offset": offset, "limit": 4, "vintage_dates": days[offset : offset + 4]})
        for more in fred.follow(one, payload("fred", one.key, body)):
            if "vintagedates" in more.url:
                asked.append(more)
            else:
                edges.append(tuple(more.key.split(" ")[-1].split("..")))
    assert edges == [
        ("2030-12-01", "2031-01-04"), ("2031-01-04", "2031-01-07"), ("2031-01-07", "9999-12-31"),
    ]
