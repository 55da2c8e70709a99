"""Commitments of Traders: what Socrata's API and the yearly zips answer."""

import io
import json
import operator
import zipfile
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import DISAGG, LEGACY, TFF
from tests.sandbox.world.worlds import world

BRL = f"{TFF}?cftc_contract_market_code=102741&$order=report_date_as_yyyy_mm_dd%20DESC&$limit=3"


def rows(answer) -> list[dict]:
    assert answer.status == 200
    return json.loads(answer.body)


def lines(answer, end: str = "\r\n") -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.body)) as file:
        return file.read(file.namelist()[0]).decode("latin-1").split(end)


def test_values_are_text_and_the_newest_report_is_of_the_tuesday_before_the_last_friday(real):
    found = rows(real(BRL, now="2024-03-01T20:30:00Z"))
    assert [row["report_date_as_yyyy_mm_dd"] for row in found] == [f"2024-02-{day}T00:00:00.000" for day in (27, 20, 13)]
    assert all(isinstance(text, str) for row in found for text in row.values())
    assert found[0]["contract_units"] == "(SIMULATED CONTRACTS OF BRL 100,000)"


def test_a_report_is_out_on_friday_at_half_past_three_in_new_york_and_not_before(real):
    assert rows(real(BRL, now="2024-03-01T20:29:59Z"))[0]["report_date_as_yyyy_mm_dd"] == "2024-02-20T00:00:00.000"
    # thanksgiving moves the report of 21 November to the next Monday; 4 July 2023 was a Tuesday, its report is of Monday
    assert rows(real(BRL, now="2023-11-27T20:29:00Z"))[0]["report_date_as_yyyy_mm_dd"] == "2023-11-14T00:00:00.000"
    assert rows(real(BRL, now="2023-11-27T20:31:00Z"))[0]["report_date_as_yyyy_mm_dd"] == "2023-11-21T00:00:00.000"
    assert rows(real(BRL, now="2023-07-10T20:00:00Z"))[0]["report_date_as_yyyy_mm_dd"] == "2023-07-03T00:00:00.000"


def test_a_thousand_rows_come_unless_told_otherwise_and_fifty_thousand_at_most(real):
    assert len(rows(real(TFF))) == 1000
    assert len(rows(real(f"{TFF}?$limit=50000&$order=report_date_as_yyyy_mm_dd"))) > 10_000
    assert real(f"{TFF}?$limit=50001").status == 400


def test_without_an_order_rows_change_places_and_with_a_total_one_pages_are_parts_of_the_whole(real):
    assert rows(real(TFF)) != rows(real(TFF))
    order = "$order=report_date_as_yyyy_mm_dd,cftc_contract_market_code"
    whole = rows(real(f"{TFF}?{order}&$limit=300"))
    parts = [row for page in range(3) for row in rows(real(f"{TFF}?{order}&$limit=100&$offset={100 * page}"))]
    assert parts == whole


def test_null_is_left_out_of_its_row(real):
    first = rows(real(f"{TFF}?cftc_contract_market_code=102741&$order=report_date_as_yyyy_mm_dd&$limit=2"))
    assert ["change_in_open_interest_all" in row for row in first] == [False, True]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("cftc_contract_market_code='102741' AND report_date_as_yyyy_mm_dd >= '2024-02-20'", 1),
        ("cftc_contract_market_code in('102741','099741') and report_date_as_yyyy_mm_dd between '2024-02-13' and '2024-02-20T00:00:00'", 4),
        ("NOT (report_date_as_yyyy_mm_dd < '2024-02-20T00:00:00.000') and (futonly_or_combined != 'Combined')", 16),
        ("cftc_contract_market_code='102741' or cftc_contract_market_code='nope' and report_date_as_yyyy_mm_dd > '2030-01-01'", None),
    ],
)
def test_conditions_choose_rows(real, where, kept):
    found = rows(real(f"{TFF}?$limit=50000&$where={where.replace(' ', '%20')}", now="2024-02-29T12:00:00Z"))
    assert len(found) == (kept if kept is not None else len([1 for row in found if row["cftc_contract_market_code"] == "102741"]))
    assert found


def test_a_column_that_is_none_is_refused_in_socratas_words(real):
    found = real(f"{TFF}?$select=nope")
    assert found.status == 400
    assert json.loads(found.body) == {
        "code": "query.soql.no-such-column", "error": True,
        "message": 'Query coordinator error: query.soql.no-such-column; No such column: nope; position: '
                   'Map(row -> 1, column -> 8, line -> "SELECT `nope` FROM @gpe5-46if")',
        "data": {"column": "nope", "dataset": "alpha.0", "position": {"row": 1, "column": 8, "line": "SELECT `nope`"}},
    }


@pytest.mark.parametrize(
    "query", ["$where=x%20like", "$where=(futonly_or_combined='A'", "$limit=x", "$having=1", "$order=futonly_or_combined%20UP"]
)
def test_what_is_not_soql_is_refused(real, query):
    assert real(f"{TFF}?{query}").status == 400


def test_reports_with_options_have_no_rows_and_unknown_sets_are_404(real):
    assert real("/cftc/resource/yw9f-hn96.json").body == b"[]\n"
    assert real("/cftc/resource/aaaa-bbbb.json").status == 404
    assert real("/cftc/files/dea/history/com_fin_txt_2023.zip").status == 404
    assert real("/cftc/files/dea/history/fut_fin_txt_2025.zip").status == 404


def test_a_yearly_file_has_every_contract_newest_week_first_and_grows(real):
    found = lines(real("/cftc/files/dea/history/fut_fin_txt_2024.zip", now="2024-03-01T20:31:00Z"))
    days = [line.split(",")[2] for line in found[1:-1] if line.startswith('"BRAZILIAN REAL')]
    assert days == [f"2024-{day}" for day in ("02-27", "02-20", "02-13", "02-06", "01-30", "01-23", "01-16", "01-09", "01-02")]
    assert len({line.split(",")[3] for line in found[1:-1]}) == 16
    assert found[-1] == ""
    assert len(lines(real("/cftc/files/dea/history/deacot2024.zip", now="2024-03-01T20:31:00Z"), "\n")[1].split(",")) > 129


def sides(row: dict) -> tuple[int, int]:
    """Longs and shorts of a row of the API, spreads on both."""
    total = defaultdict(int)
    for name, text in row.items():
        leg = name.removesuffix("_all").rsplit("_", 1)[-1]
        if "positions" in name or "postions" in name:
            total[leg] += 0 if name.startswith("tot_") else int(text)
    return total["long"] + total["spread"], total["short"] + total["spread"]


@pytest.mark.parametrize("resource", [TFF, DISAGG, LEGACY])
def test_longs_and_shorts_are_the_open_interest_and_changes_are_differences(real, resource):
    found = rows(real(f"{resource}?$limit=50000&$order=cftc_contract_market_code,report_date_as_yyyy_mm_dd", now="2024-03-01T20:31:00Z"))
    assert all(sides(row) == (int(row["open_interest_all"]),) * 2 for row in found)
    before: dict[str, int] = {}
    for row in found:
        code, interest = row["cftc_contract_market_code"], int(row["open_interest_all"])
        assert int(row.get("change_in_open_interest_all", 0)) == interest - before.get(code, interest)
        before[code] = interest


def test_the_legacy_report_counts_the_same_contracts(real):
    query = "?$limit=50000&$order=cftc_contract_market_code,report_date_as_yyyy_mm_dd"
    named = operator.itemgetter("cftc_contract_market_code", "report_date_as_yyyy_mm_dd", "open_interest_all")
    others = [named(row) for resource in (TFF, DISAGG) for row in rows(real(resource + query))]
    assert sorted(others) == sorted(map(named, rows(real(LEGACY + query))))


SECONDS = st.integers(1262304000, 1751241600)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(seconds=SECONDS)
@quick
def test_the_api_serves_what_is_out_and_only_that(real, seconds):
    now = f"{np.datetime64(seconds, 's')}Z"
    found = rows(real(f"{TFF}?cftc_contract_market_code=102741&$limit=50000&$order=report_date_as_yyyy_mm_dd", now=now))
    prints = world(1).prints("cftc", "tff|102741")
    wanted: dict[str, float] = {}
    for day, at, long in zip(prints.source_date, prints.published_at, prints.extra["lev_money|long"], strict=True):
        if at <= np.datetime64(seconds, "s"):
            wanted[f"{day}T00:00:00.000"] = long
    assert {row["report_date_as_yyyy_mm_dd"]: float(row["lev_money_positions_long"]) for row in found} == wanted


def test_bytes_of_a_closed_window_do_not_depend_on_now(real):
    where = "$where=report_date_as_yyyy_mm_dd%20between%20'2015-01-01'%20and%20'2015-12-31'"
    where += "&$order=report_date_as_yyyy_mm_dd,cftc_contract_market_code"
    targets = (f"{TFF}?$limit=50000&{where}", f"{DISAGG}?$limit=50000&{where}")
    for target in targets:
        assert real(target, now="2016-03-01T12:00:00Z").body == real(target, now="2021-08-01T12:00:00Z").body
    for name in ("fut_fin_txt_2015", "fut_disagg_txt_2015", "deacot2015"):
        early, late = (real(f"/cftc/files/dea/history/{name}.zip", now=now) for now in ("2016-03-01T12:00:00Z", "2021-08-01T12:00:00Z"))
        assert early.body == late.body


def test_a_report_in_a_hundred_is_put_right_with_the_next_one():
    corrected, total = 0, 0
    for key in world(1).keys("cftc"):
        prints = world(1).prints("cftc", key)
        corrected, total = corrected + int((prints.vintage == 2).sum()), total + int((prints.vintage == 1).sum())
        assert prints.vintage.max() <= 2
    assert 0.004 < corrected / total < 0.015
