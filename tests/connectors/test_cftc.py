import json
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, RateLimited, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Request, cftc
from tests.connectors.build import payload, raw, zipped

LIVE = Endpoint("https://publicreporting.cftc.gov")
KEY = "tff 102741 2031-01-01..2031-12-31"
ROWS = json.loads(raw("cftc", "tff_2031.json"))
DISAGG, LEGACY = raw("cftc", "disagg_2031.txt"), raw("cftc", "legacy_2031.txt")


def figures(body: bytes | str, key: str = KEY, status: int = 200) -> dict[str, float | None]:
    found = cftc.parse(payload("cftc", key, body, status)).observations
    assert {one.source_date for one in found} <= {date(2031, 3, 11)}
    return {one.source_key: one.value for one in found}


def rows(*keys: str) -> list[CatalogueRow]:
    return [CatalogueRow(key, "cftc", key, "weekly", revisable=False) for key in keys]


def test_a_row_of_the_api_gives_open_interest_and_each_group_long_short_spread_and_net():
    found = figures(json.dumps(ROWS))
    assert found["tff|102741|open_interest"] == 1000
    assert {key.rsplit("|", 1)[1]: value for key, value in found.items() if "|asset_mgr|" in key} == {
        "long": 500, "short": 90, "spread": 10, "net": 410,
    }
    assert (found["tff|102741|nonrept|net"], "tff|102741|nonrept|spread" in found) == (50, False)
    assert len(found) == 1 + 4 * 4 + 3


def test_a_figure_left_out_of_a_row_is_null_and_not_zero():
    assert figures(json.dumps(ROWS))["tff|102741|lev_money|spread"] is None
    short = [{name: text for name, text in ROWS[0].items() if name != "dealer_positions_long_all"}]
    found = figures(json.dumps(short))
    assert (found["tff|102741|dealer|long"], found["tff|102741|dealer|net"], found["tff|102741|dealer|short"]) == (None, None, 600)


def test_rows_with_options_have_keys_of_their_own():
    combined = [{**ROWS[0], "futonly_or_combined": "Combined"}]
    assert "tff_combined|102741|dealer|net" in figures(json.dumps(combined))


def test_the_report_does_not_say_when_it_came_out():
    found = cftc.parse(payload("cftc", KEY, json.dumps(ROWS))).observations
    assert {(one.published_at, one.vintage_date, one.target) for one in found} == {(None, None, None)}


def test_a_yearly_zip_is_read_like_the_api_its_paddings_points_and_typing_errors_aside():
    found = figures(zipped({"f_year.txt": DISAGG}), "disagg 088691,085692 file 2031-01-01..2031-12-31")
    assert (found["disagg|088691|swap|short"], found["disagg|088691|m_money|net"], found["disagg|088691|open_interest"]) == (150, 340, 700)
    assert (found["disagg|085692|other_rept|spread"], found["disagg|085692|other_rept|net"]) == (None, 20)


def test_of_a_file_the_contracts_of_the_request_are_kept_and_all_where_it_names_none():
    asked = figures(zipped({"f_year.txt": DISAGG}), "disagg 085692 file 2031-01-01..2031-12-31")
    assert {key.split("|")[1] for key in asked} == {"085692"}
    assert {key.split("|")[1] for key in figures(DISAGG, "f_year.txt")} == {"088691", "085692"}


def test_the_legacy_file_does_not_say_whether_options_are_in_it_its_name_does():
    assert figures(LEGACY, "deacot2031.zip")["legacy|001602|noncomm|net"] == -150
    assert figures(LEGACY, "deahistfo2031.zip")["legacy_combined|001602|comm|net"] == 200
    assert figures(LEGACY, "legacy_combined 001602 file 2031-01-01..2031-12-31")["legacy_combined|001602|noncomm|spread"] == 100


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ('{"code":"query.soql.no-such-column","error":true,"message":"No such column: nope"}', 400, SourceRefused, "no-such-column: No"),
        ('{"code":"x","error":true}', 429, RateLimited, "slow down"),
        ('{"rows":[]}', 200, PayloadError, "no list of rows"),
        (json.dumps([{**ROWS[0], "open_interest_all": 1000}]), 200, PayloadError, "not text"),
        (json.dumps([{**ROWS[0], "open_interest_all": "1.000,5"}]), 200, PayloadError, "not a number"),
        (json.dumps([{**ROWS[0], "leveraged_positions_long": "5"}]), 200, PayloadError, "unknown column leveraged_positions_long"),
        (json.dumps([{**ROWS[0], "m_money_positions_long_all": "5"}]), 200, PayloadError, "columns of 2 reports"),
        (json.dumps([{**ROWS[0], "report_date_as_yyyy_mm_dd": "11.03.2031"}]), 200, PayloadError, "not a date"),
        (json.dumps([{**ROWS[0], "futonly_or_combined": "Both"}]), 200, PayloadError, "futonly_or_combined is 'Both'"),
        (json.dumps([{k: v for k, v in ROWS[0].items() if k != "open_interest_all"}]), 200, PayloadError, "without open_interest_all"),
        (json.dumps([ROWS[0], {**ROWS[0], "dealer_positions_long_all": "21"}]), 200, PayloadError, "given twice, as 20.0 and 21.0"),
        (DISAGG.replace(b"Swap__Positions_Short_All", b"Swap_Short_All"), 200, PayloadError, "unknown column swap_short_all"),
        (DISAGG.replace(b"M_Money_Positions_Short_ALL", b"Traders_X"), 200, PayloadError, "missing, or there twice: m_money.short"),
        (DISAGG.replace(b",     100,     300", b",     100"), 200, PayloadError, "line 2 has 31 cells under 32 columns"),
        (zipped({"a.txt": DISAGG})[:-30], 200, PayloadError, "corrupt zip"),
        ("<html><title>Page not found</title></html>", 200, PayloadError, "HTML page instead"),
        ("", 200, PayloadError, "empty body"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason) as caught:
        figures(body, status=status)
    assert (caught.value.source, caught.value.key) == ("cftc", KEY)


def test_no_rows_is_an_empty_answer():
    found = payload("cftc", KEY, "[]\n")
    cftc.validate(found)
    assert cftc.is_empty(found)
    assert cftc.parse(found).observations == ()


def test_one_request_a_report_for_all_its_contracts_the_api_first_and_last_files_between():
    planned = cftc.plan(
        rows("tff|102741|lev_money|net", "tff|13874A|dealer|long", "tff|102741|open_interest"), date(2012, 5, 1), date(2020, 3, 1), LIVE
    )
    assert [request.key for request in planned] == [
        "tff 102741,13874A 2012-05-01..2016-12-31", "tff 102741,13874A file 2017-01-01..2017-12-31",
        "tff 102741,13874A file 2018-01-01..2018-12-31", "tff 102741,13874A 2019-01-01..2019-12-31",
        "tff 102741,13874A 2020-01-01..2020-12-31",
    ]
    assert planned[1].url == "https://www.cftc.gov/files/dea/history/fut_fin_txt_2017.zip#102741,13874A"
    assert planned[-1].url.startswith("https://publicreporting.cftc.gov/resource/gpe5-46if.json?$select=report_date_as_yyyy_mm_dd,cftc_c")
    assert unquote(planned[-1].url).endswith(
        "&$where=cftc_contract_market_code in('102741','13874A') and report_date_as_yyyy_mm_dd between '2020-01-01T00:00:00' and "
        "'2020-12-31T23:59:59'&$order=report_date_as_yyyy_mm_dd,cftc_contract_market_code&$limit=50000"
    )
    assert "%24" not in planned[-1].url
    assert " " not in planned[-1].url
    assert cftc.settled(planned[0], datetime(2020, 3, 1, tzinfo=UTC))
    assert not cftc.settled(planned[3], datetime(2020, 3, 1, tzinfo=UTC))


def test_each_report_has_its_own_set_and_files():
    plain = rows("disagg|088691|m_money|net", "legacy|001602|noncomm|net")
    combined = rows("legacy_combined|001602|comm|long", "tff_combined|102741|open_interest")
    planned = cftc.plan([*plain, *combined], date(2018, 1, 1), date(2020, 3, 1), LIVE)
    assert [request.url.split("?")[0].rsplit("/", 1)[1].split("#")[0] for request in planned] == [
        "fut_disagg_txt_2018.zip", "72hh-3qpy.json", "72hh-3qpy.json", "deacot2018.zip", "6dca-aqww.json", "6dca-aqww.json",
        "deahistfo2018.zip", "jun7-fc8e.json", "jun7-fc8e.json", "com_fin_txt_2018.zip", "yw9f-hn96.json", "yw9f-hn96.json",
    ]
    assert "swap__positions_short_all" in planned[1].url
    assert "noncomm_postions_spread_all" in planned[4].url


def test_nothing_is_asked_where_the_catalogue_names_nothing_and_a_strange_key_is_refused():
    assert cftc.plan([], date(2012, 5, 1), date(2020, 3, 1), LIVE) == []
    with pytest.raises(ConfigError, match=r"cftc has no series 'tff.102741'"):
        cftc.plan(rows("tff|102741"), date(2012, 5, 1), date(2020, 3, 1), LIVE)


def test_in_the_sandbox_both_hosts_are_one():
    planned = cftc.plan(rows("tff|102741|lev_money|net"), date(2018, 1, 1), date(2020, 3, 1), Endpoint("http://127.0.0.1:9/cftc"))
    assert {request.url.split("/cftc/")[0] for request in planned} == {"http://127.0.0.1:9"}


def test_a_full_page_calls_for_the_next_and_a_file_does_not(monkeypatch):
    monkeypatch.setattr(cftc, "PAGE", 1)
    first = Request("cftc", KEY, "https://x/resource/gpe5-46if.json?$limit=1")
    (second,) = cftc.follow(first, payload("cftc", KEY, json.dumps(ROWS)))
    assert (second.url, second.key) == (f"{first.url}&$offset=1", "tff 102741 from 1 2031-01-01..2031-12-31")
    assert cftc.follow(second, payload("cftc", second.key, "[]")) == []
    assert cftc.follow(first, payload("cftc", KEY, zipped({"a.txt": DISAGG}))) == []
    assert figures(json.dumps(ROWS), second.key) == figures(json.dumps(ROWS))
