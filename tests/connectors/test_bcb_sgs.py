import json
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, bcb_sgs
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://api.bcb.gov.br")
HTML = '<?xml version="1.0"?>\n<!DOCTYPE html><html><head><title>{}</title></head><body></body></html>'


def row(code: str, frequency: str) -> CatalogueRow:
    return CatalogueRow("x", "bcb_sgs", code, frequency, revisable=False)


def pairs(body: bytes | str, status: int = 200) -> list[tuple[date, float | None]]:
    parsed = bcb_sgs.parse(payload("bcb_sgs", "433 2031-01-01..2031-12-31", body, status))
    return [(one.source_date, one.value) for one in parsed.observations]


def test_a_monthly_value_is_dated_the_first_of_its_month_and_a_blank_is_null_not_zero():
    assert pairs(raw("bcb_sgs", "433_2031.json")) == [
        (date(2031, 1, 1), 0.42), (date(2031, 2, 1), -0.08), (date(2031, 3, 1), None), (date(2031, 4, 1), 1.0),
    ]


def test_csv_has_a_decimal_comma_and_points_between_thousands():
    assert pairs(raw("bcb_sgs", "1_2031.csv")) == [(date(2031, 1, 2), 1234.5678), (date(2031, 1, 3), None), (date(2031, 1, 6), -0.5)]


def test_a_period_series_is_dated_by_the_start_of_its_period():
    assert pairs(raw("bcb_sgs", "226_2031.json")) == [(date(2031, 1, 24), 0.1646), (date(2031, 1, 25), 0.15)]


def test_the_series_code_is_the_key_of_its_rows():
    parsed = bcb_sgs.parse(payload("bcb_sgs", "433 2031-01-01..2031-12-31", raw("bcb_sgs", "433_2031.json")))
    assert {one.source_key for one in parsed.observations} == {"433"}


def test_an_empty_window_is_a_404_that_says_so_or_an_empty_list():
    for body, status in ((raw("bcb_sgs", "empty_404.json"), 404), (b"[]", 200)):
        found = payload("bcb_sgs", "433 2031-01-01..2031-12-31", body, status)
        bcb_sgs.validate(found)
        assert bcb_sgs.is_empty(found)
        assert pairs(body, status) == []


def test_a_value_printed_twice_counts_once_and_two_values_of_one_date_are_refused():
    twice = '[{"data":"02/01/2031","valor":"5.10"},{"data":"02/01/2031","valor":"5.10"}]'
    assert pairs(twice) == [(date(2031, 1, 2), 5.1)]
    with pytest.raises(PayloadError, match=r"2031-01-02 is given twice, as 5\.1 and 5\.2"):
        pairs(twice.replace('"5.10"}]', '"5.20"}]'))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('[{"data":"02/01/2031","valor":5.1}]', "not text"),
        ('[{"data":"02/01/2031","valor":"5,1"}]', "not a number: '5,1'"),
        ('[{"data":"02/01/2031","valor":"NaN"}]', "not a number: 'NaN'"),
        ('[{"data":"02/01/2031","valor":"1e999"}]', "not a finite number"),
        ('[{"data":"31/02/2031","valor":"5.1"}]', "day is out of range"),
        ('[{"data":"2031-01-02","valor":"5.1"}]', "not a date: '2031-01-02'"),
        ('[{"data":"02/01/2031"}]', "field valor is missing"),
        ('[{"data":"02/01/2031","valor":"5.1","unidade":"%"}]', "unknown field unidade"),
        ("[[1, 2]]", "a row is list, not an object"),
        ("3", "int instead of a list"),
        ('{"dados":[]}', "an object instead of a list"),
        ('[{"data":"02/01/2031","valor"', "not JSON"),
        ("", "empty body"),
        (HTML.format("Bem-vindo"), "an HTML page instead of a JSON list: Bem-vindo"),
        ('"data";"valor";"x"\r\n"02/01/2031";"1";"2"', "unknown CSV header"),
        ('"data";"valor"\r\n"02/01/2031"', "1 cells under 2 columns"),
    ],
)
def test_what_is_not_a_series_is_refused_with_what_was_found(body, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        pairs(body)
    assert caught.value.source == "bcb_sgs"
    assert caught.value.key == "433 2031-01-01..2031-12-31"


def test_the_page_for_an_unknown_code_names_both_things_it_can_mean():
    for status in (200, 502):
        with pytest.raises(SourceDown, match=r"Requisição inválida!': the series code is unknown, or the gateway is in trouble"):
            pairs(HTML.format("Requisição inválida!"), status)


def test_a_maintenance_page_is_the_source_down_not_a_new_format():
    with pytest.raises(SourceDown, match="maintenance"):
        pairs(HTML.format("Scheduled maintenance"))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ('{"error":"O sistema aceita uma janela de no máximo 10 anos","message":"..."}', 406, SourceRefused),
        ('{"error":"O sistema aceita uma janela de no máximo 10 anos","message":"..."}', 200, SourceRefused),
        ('{"erro":{"statusCode":400,"detail":"a.b.SGSNegocioException: A quantidade máxima de valores deve ser 20"}}', 400, SourceRefused),
        ('{"erro":{"statusCode":500,"detail":"timeout"}}', 200, SourceDown),
        ("Bad Gateway", 502, SourceDown),
    ],
)
def test_errors_arrive_with_any_status(body, status, error):
    with pytest.raises(error):
        pairs(body, status)


def test_daily_windows_are_shorter_than_ten_years_and_cover_every_day_once():
    planned = bcb_sgs.plan([row("432", "daily")], date(1999, 3, 5), date(2026, 11, 20), LIVE)
    windows = [tuple(map(date.fromisoformat, request.key.split(" ")[1].split(".."))) for request in planned]
    assert windows[0][0] == date(1999, 3, 5)
    assert all((last - first).days < 3652 for first, last in windows)
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(windows))
    assert windows[-2] == (date(2025, 1, 1), date(2025, 12, 31))


def test_the_last_window_reaches_beyond_the_year_for_rates_published_ahead():
    last = bcb_sgs.plan([row("432", "daily")], date(2018, 1, 1), date(2026, 12, 20), LIVE)[-1]
    assert last.url == (
        "https://api.bcb.gov.br/dados/serie/bcdata.sgs.432/dados?formato=json&dataInicial=01/01/2026&dataFinal=01/03/2027"
    )


def test_a_monthly_series_is_one_request_from_its_first_month_on():
    (request,) = bcb_sgs.plan([row("433", "monthly"), row("433", "monthly")], date(2018, 5, 9), date(2026, 11, 20), LIVE)
    assert request.url.endswith("bcdata.sgs.433/dados?formato=json&dataInicial=01/01/2000&dataFinal=31/12/2031")


def test_requests_are_the_same_from_one_day_to_the_next():
    rows = [row("1", "daily"), row("433", "monthly")]
    assert bcb_sgs.plan(rows, date(2018, 1, 1), date(2026, 11, 20), LIVE) == bcb_sgs.plan(rows, date(2018, 1, 1), date(2026, 11, 21), LIVE)


def test_a_closed_window_is_final_after_a_quiet_month_and_a_half():
    closed, current = bcb_sgs.plan([row("1", "daily")], date(2030, 1, 1), date(2031, 6, 1), LIVE)
    assert not bcb_sgs.settled(closed, datetime(2031, 2, 14, tzinfo=UTC))
    assert bcb_sgs.settled(closed, datetime(2031, 2, 15, tzinfo=UTC))
    assert not bcb_sgs.settled(current, datetime(2031, 12, 1, tzinfo=UTC))


@given(st.dictionaries(st.dates(date(1980, 1, 1), date(2060, 1, 1)), st.none() | st.decimals(-10**6, 10**6, places=6), max_size=30))
def test_what_is_written_is_what_is_read(series):
    body = json.dumps([{"data": f"{day:%d/%m/%Y}", "valor": "" if value is None else f"{value:f}"} for day, value in series.items()])
    assert pairs(body) == [(day, None if value is None else float(value)) for day, value in series.items()]
