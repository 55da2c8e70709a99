"""Every kind of fault: reached through a plan, seen in the bytes or on the line, logged, and the same every time."""

import io
import json
import re
import zipfile

import httpx
import pytest

from pipelines.sandbox.damage import kinds
from pipelines.sandbox.server import listening
from tests.sandbox.conftest import AGENT, FOCUS, XML, fred, sgs, sprd, treasury
from tests.sandbox.test_b3_wire import figures, reports

WINDOW = sgs(1, "01/02/2024", "31/12/2024")
YEAR = sgs(1, "01/01/2022", "31/12/2024")
PAGE = f"{FOCUS}?$format=json&$orderby=Data,Indicador,Suavizada,baseCalculo&$top=20&$skip=40"
GDP = fred("/series/observations", series_id="GDP")
FILE = sprd("240228")


@pytest.fixture
def under(make):
    """Answer to a target under one fault, the undamaged one, and the hits."""

    def ask(target, now="2024-03-01T15:00:00Z", calls=1, **fault):
        service = make(now, [fault])
        for _ in range(calls):
            with service.respond("GET", target, AGENT) as answer:
                damaged = answer
        with make(now).respond("GET", target, AGENT) as answer:
            plain = answer
        return damaged, plain, service.hits

    return ask


def test_there_are_forty_five_kinds():
    assert [kind.number for kind in kinds().values()] == list(range(1, 46))
    assert all(kind.damage.__doc__ for kind in kinds().values())


REACHED = {
    "http_status": (WINDOW, {}), "html_instead_of_data": (WINDOW, {}), "empty_body": (WINDOW, {}), "timeout": (WINDOW, {}),
    "slow": (WINDOW, {}), "connection_reset": (WINDOW, {}), "truncated_body": (WINDOW, {}), "wrong_content_type": (WINDOW, {}),
    "wrong_encoding": (FOCUS + "?$top=500", {"charset": "latin-1"}), "rate_limit": (GDP, {}), "auth_flap": (GDP, {}),
    "redirect_moved": (FILE, {}), "schema_rename": (PAGE, {}), "schema_extra_column": (GDP, {}),
    "column_missing": (treasury(2023), {}), "column_order": (treasury(2023), {}),
    "unit_change": (WINDOW, {}), "scale_error": (WINDOW, {}), "sign_flip": (WINDOW, {}), "decimal_comma_swap": (GDP, {}),
    "date_format_swap": (GDP, {}), "timezone_shift": (YEAR, {}), "duplicate_rows": (WINDOW, {}), "duplicate_print": (WINDOW, {}),
    "missing_day": (WINDOW, {}), "gap_range": (WINDOW, {}),
    "late_release": (sgs(433, until="31/12/2024"), {"delay": "26h"}), "early_future_row": (WINDOW, {}),
    "corrected_print": (WINDOW, {}), "silent_rewrite_of_history": (YEAR, {}), "stale_payload": (FILE, {}), "stale_quote": (FILE, {}),
    "outlier": (treasury(2023), {}), "null_burst": (GDP, {}), "wrong_series": (WINDOW, {"instead": "432"}), "partial_page": (GDP, {}),
    "unstable_paging": (PAGE, {}), "identity_break": (FILE, {}), "curve_arbitrage": (FILE, {}), "calendar_miss": (sprd("240224"), {}),
    "source_down": (WINDOW, {}), "clock_skew": (WINDOW, {}), "zip_corrupt": (FILE, {}),
    "document_truncated": (fred("/series", series_id="GDP"), {}), "document_language_swap": (fred("/series", series_id="GDP"), {}),
}


@pytest.mark.parametrize("name", kinds())
def test_each_kind_is_reached_changes_the_answer_is_logged_and_repeats(under, name):
    target, options = REACHED[name]
    now = {"late_release": "2024-02-10T13:00:00Z", "corrected_print": "2024-02-29T16:16:00Z"}.get(name, "2024-03-01T15:00:00Z")
    first, plain, hits = under(target, now=now, kind=name, **options)
    again, _, _ = under(target, now=now, kind=name, **options)
    assert first != plain
    assert first == again
    assert [hit["kind"] for hit in hits] == [name]
    assert "api_key" not in hits[0]["request"]


@pytest.mark.parametrize("source", ["bcb_sgs", "bcb_focus", "fred", "us_treasury", "b3"])
@pytest.mark.parametrize("name", [
    "schema_rename", "schema_extra_column", "column_missing", "column_order", "scale_error", "sign_flip", "decimal_comma_swap",
    "date_format_swap", "duplicate_rows", "missing_day", "early_future_row", "stale_quote", "outlier", "null_burst", "wrong_series",
    "partial_page", "identity_break", "curve_arbitrage", "unit_change",
])
def test_kinds_that_edit_data_reach_every_source(under, name, source):
    targets = {"bcb_sgs": WINDOW, "bcb_focus": f"{FOCUS}?$filter=Suavizada%20eq%20'S'&$orderby=Data,Indicador,baseCalculo&$top=40",
               "fred": GDP, "us_treasury": treasury(2023), "b3": FILE}
    options = {"instead": {"fred": "DGS10"}.get(source, "10813")} if name == "wrong_series" else {}
    damaged, plain, _ = under(targets[source], kind=name, **options)
    assert damaged.body != plain.body
    assert damaged.status == 200


def values(answer):
    return {row["data"]: row["valor"] for row in json.loads(answer.body)}


def test_a_scale_error_touches_the_newest_value_only(under):
    damaged, plain, _ = under(WINDOW, kind="scale_error", factor=100)
    wrong, right = values(damaged), values(plain)
    changed = {day for day in right if wrong[day] != right[day]}
    assert changed == {"29/02/2024"}
    assert float(wrong["29/02/2024"]) == pytest.approx(100 * float(right["29/02/2024"]))


def test_the_chance_of_each_row_can_be_given(under):
    damaged, plain, _ = under(YEAR, kind="sign_flip", p=0.1)
    wrong, right = values(damaged), values(plain)
    changed = sum(wrong[day] != right[day] for day in right)
    assert 25 <= changed <= 90                                        # of 543 rows


def test_a_value_that_is_blank_stays_blank_under_a_scale_error(under):
    target = sgs(1, "01/01/2010", "31/01/2010")
    damaged, _, _ = under(target, now="2012-01-02T12:00:00Z", kind="unit_change", factor=1000)
    assert values(damaged)["18/01/2010"] == ""


def test_a_late_release_hides_the_newest_month_for_its_delay(under):
    target = sgs(433, "01/12/2023", "31/12/2024")
    held, plain, _ = under(target, now="2024-02-11T14:00:00Z", kind="late_release", key="433", release="2024-01", delay="26h")
    assert (list(values(held)), list(values(plain))) == (["01/12/2023"], ["01/12/2023", "01/01/2024"])
    out, plain, hits = under(target, now="2024-02-11T14:31:00Z", kind="late_release", key="433", release="2024-01", delay="26h")
    assert out == plain
    assert hits == []


def test_a_corrected_print_is_right_after_its_delay(under):
    target = sgs(433, "01/01/2024", "31/12/2024")
    wrong, _, _ = under(target, now="2024-02-10T13:00:00Z", kind="corrected_print", release="each", factor=2)
    right, plain, _ = under(target, now="2024-02-12T13:00:00Z", kind="corrected_print", release="each", factor=2)
    assert float(values(wrong)["01/01/2024"]) == pytest.approx(2 * float(values(plain)["01/01/2024"]))
    assert right == plain


def test_a_stale_payload_of_b3_is_the_session_before(under, get):
    stale, _, _ = under(sprd("240228"), kind="stale_payload", match="SPRD*")
    assert reports(stale) == reports(get(sprd("240227")))


def test_a_stale_quote_repeats_yesterday_s_figure(under):
    damaged, plain, _ = under(sprd("240228"), kind="stale_quote", symbol="DAP*")
    wrong, right = figures(reports(damaged)[-1][1]), figures(reports(plain)[-1][1])
    for symbol, tags in wrong.items():
        if symbol.startswith("DAP") and "PrvsAdjstdQtTax" in tags:
            assert tags["AdjstdQtTax"] == right[symbol]["PrvsAdjstdQtTax"]
        elif not symbol.startswith("DAP"):
            assert tags == right[symbol]


def test_curve_arbitrage_keeps_price_and_rate_consistent_and_breaks_the_curve(under):
    damaged, _, _ = under(sprd("240228"), kind="curve_arbitrage", symbol="DI1F26")
    tags = figures(reports(damaged)[-1][1])["DI1F26"]
    business_days = 466                    # 28 February 2024 to 2 January 2026: 253 - 39 of 2024 and 252 of 2025
    rate = float(tags["AdjstdQtTax"]) / 100
    assert rate < 0
    assert tags["AdjstdQt"] == "101000"
    assert 100_000 / (1 + rate) ** (business_days / 252) == pytest.approx(101_000, abs=2)


def test_an_identity_break_changes_one_contract(under):
    damaged, plain, _ = under(sprd("240228"), kind="identity_break", symbol="DOL*")
    wrong, right = figures(reports(damaged)[-1][1]), figures(reports(plain)[-1][1])
    assert len([symbol for symbol in right if wrong[symbol] != right[symbol]]) == 1


def test_a_holiday_is_served_with_the_eve_s_settlements(under, get):
    damaged, _, _ = under(sprd("240224"), kind="calendar_miss")
    assert figures(reports(damaged)[-1][1]) == figures(reports(get(sprd("240223")))[-1][1])
    assert b"<Dt>2024-02-24</Dt>" in reports(damaged)[-1][1]
    rows, plain, _ = under(WINDOW, kind="calendar_miss")
    added = set(values(rows)) - set(values(plain))
    assert added == {"24/02/2024"}                                    # the Saturday after the last full week of the double


def test_clocks_that_change_move_dates_to_the_eve(under):
    damaged, plain, _ = under(sgs(1, "01/03/2023", "31/03/2023"), kind="timezone_shift")
    assert set(values(plain)) - set(values(damaged)) == {"13/03/2023"}     # New York changed on Sunday the 12th


def test_a_renamed_column_keeps_the_rest(under):
    damaged, plain, _ = under(treasury(2023), kind="schema_rename", field="10 Yr", name="10 Year")
    assert damaged.body.replace(b"10 Year", b"10 Yr") == plain.body


def test_a_reversed_table_still_has_each_number_under_its_name(under):
    damaged, plain, _ = under(treasury(2023), kind="column_order")
    wrong, right = ([line.split(",") for line in answer.body.decode().split("\n")] for answer in (damaged, plain))
    assert [dict(zip(wrong[0], row, strict=True)) for row in wrong[1:]] == [dict(zip(right[0], row, strict=True)) for row in right[1:]]


def test_rotten_zip_does_not_open(under):
    damaged, _, _ = under(FILE, kind="zip_corrupt")
    with pytest.raises(zipfile.BadZipFile, match="CRC-32"):
        zipfile.ZipFile(io.BytesIO(damaged.body)).read("SPRD240228.zip")


LINES = {
    "timeout": ({"seconds": 1}, httpx.RemoteProtocolError), "source_down": ({}, httpx.RemoteProtocolError),
    "truncated_body": ({}, httpx.RemoteProtocolError), "connection_reset": ({}, (httpx.ReadError, httpx.RemoteProtocolError)),
}


@pytest.mark.parametrize("name", LINES)
def test_a_broken_line_is_what_a_client_sees(make, name):
    options, error = LINES[name]
    with listening(make(faults=[{"kind": name, **options}])) as sandbox, pytest.raises(error):
        httpx.get(sandbox.base_url + YEAR)


def test_a_slow_answer_is_whole_and_slow(make):
    with listening(make(faults=[{"kind": "slow", "bytes_per_second": 40}])) as sandbox:      # 2,000: fifty times as fast without throttles
        answer = httpx.get(sandbox.base_url + WINDOW)
    assert len(answer.json()) == 19
    assert answer.elapsed.total_seconds() >= answer.num_bytes_downloaded / 2000              # its head takes time as well


def test_a_skewed_clock_shows_in_the_date_header(make):
    with listening(make(faults=[{"kind": "clock_skew", "seconds": 3600}])) as sandbox:
        assert httpx.get(sandbox.base_url + WINDOW).headers["Date"] == "Fri, 01 Mar 2024 16:00:00 GMT"


def test_a_redirect_ends_on_the_error_page(make):
    with listening(make(faults=[{"kind": "redirect_moved", "match": "SPRD*"}])) as sandbox:
        answer = httpx.get(sandbox.base_url + FILE, follow_redirects=True)
    assert answer.history[0].status_code == 302
    assert b"Erro" in answer.content


def test_status_and_retry_after_are_the_plan_s(make):
    fault = {"kind": "http_status", "source": "fred", "status": 429, "retry_after": 2}
    with listening(make(faults=[fault])) as sandbox:
        answer = httpx.get(sandbox.base_url + GDP)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert answer.json()["error_code"] == 429
    assert answer.headers["X-Simulated"] == "true; seed=7"


def test_xml_of_the_treasury_is_edited_too(under):
    damaged, _, _ = under(f"{XML}&field_tdr_date_value_month=202302", kind="null_burst", count=2)
    last = damaged.body.decode().split("<entry>")[-1]
    assert not re.search(r'Edm\.Double">[\d.]', last)
