import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, b3_bulletin
from tests.connectors.build import payload, raw

TOKEN, FILE = "TradeInformationConsolidated token 2031-03-14", "TradeInformationConsolidated file 2031-03-14"
PAGE = "ConsolidatedTradesDerivatives 1 2031-03-14"
SITE = Endpoint("https://arquivos.b3.com.br")


def found(key: str, body: bytes | str | None = None, status: int = 200):
    suffix = ".csv" if " file " in key else ".json"
    return payload("b3_bulletin", key, raw("b3_bulletin", key + suffix) if body is None else body, status)


def quoted(key: str, body: bytes | str | None = None) -> dict[tuple[str, str], float | None]:
    return {(one.symbol, one.field): one.value for one in b3_bulletin.parse(found(key, body)).quotes}


def asked(*keys: str, since: date = date(2026, 1, 2), until: date = date(2026, 11, 19)):
    return b3_bulletin.plan([CatalogueRow(key, "b3_bulletin", key, "daily", revisable=False) for key in keys], since, until, SITE)


def page(rows: list, columns: tuple[str, ...] = ("TckrSymb", "AdjstdQt", "AdjstdQtTax")) -> str:
    return json.dumps({"table": {"columns": [{"name": name} for name in columns], "values": rows}})


def test_a_file_of_trades_gives_settlements_and_rates_and_a_rate_alone_for_frc():
    assert quoted(FILE) == {("DI1F32", "settlement"): 92765.43, ("DI1F32", "rate"): 9.721, ("FRCF32", "rate"): 4.12}


def test_a_file_of_positions_gives_open_interest():
    assert quoted("DerivativesOpenPosition file 2031-03-14") == {("DI1F32", "open_interest"): 1357911}


def test_a_page_of_the_table_says_the_same_as_the_file():
    assert quoted(PAGE) == quoted(FILE)


def test_a_token_opens_a_download_whose_address_is_not_shown_and_differs_by_day():
    (request,) = asked("TradeInformationConsolidated", since=date(2026, 11, 19))
    assert request.url == "https://arquivos.b3.com.br/api/download/requestname?fileName=TradeInformationConsolidated&date=2026-11-19"
    assert (request.key, request.method) == ("TradeInformationConsolidated token 2026-11-19", "GET")
    (more,) = b3_bulletin.follow(request, found(request.key, raw("b3_bulletin", TOKEN + ".json")))
    assert more.key == "TradeInformationConsolidated file 2026-11-19"
    assert more.url == "https://arquivos.b3.com.br/api/download/?token=abc123#TradeInformationConsolidated-2026-11-19"
    assert more.secrets == ("token",)
    assert b3_bulletin.parse(found(TOKEN)).quotes == ()


def test_a_date_without_session_has_no_token_and_no_download():
    nothing = found(TOKEN, b'{"message":"Bad Request"}', 400)
    b3_bulletin.validate(nothing)
    assert b3_bulletin.is_empty(nothing)
    assert b3_bulletin.follow(asked("TradeInformationConsolidated", since=date(2026, 11, 19))[0], nothing) == []


def test_a_full_page_is_followed_by_the_next_and_a_short_one_by_none():
    (request,) = asked("ConsolidatedTradesDerivatives", since=date(2026, 11, 19))
    assert (request.method, request.body) == ("POST", b"{}")
    assert request.url.endswith("/bdi/table/ConsolidatedTradesDerivatives/2026-11-19/2026-11-19/1/1000")
    full = page([["PETR4", None, None]] * 1000)
    (more,) = b3_bulletin.follow(request, found(request.key, full))
    assert more.url.endswith("/2026-11-19/2026-11-19/2/1000")
    assert b3_bulletin.follow(more, found(more.key, page([["PETR4", None, None]]))) == []


def test_a_first_page_without_rows_is_no_session_and_a_later_one_is_only_the_end():
    assert b3_bulletin.is_empty(found(PAGE, page([])))
    later = found("ConsolidatedTradesDerivatives 2 2031-03-14", page([]))
    assert not b3_bulletin.is_empty(later)
    assert b3_bulletin.parse(later).quotes == []


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        (FILE, raw("b3_bulletin", FILE + ".csv").replace(b"AdjstdQtTax", b"AdjstdTax"), "unknown columns of TradeInformationConsolidated"),
        (FILE, raw("b3_bulletin", FILE + ".csv").replace(b"92765,43", b"92765.43"), "not a Brazilian number"),
        (FILE, raw("b3_bulletin", FILE + ".csv").replace(b"2031-03-14;DI1F32", b"2031-03-13;DI1F32"), "DI1F32 is of 2031-03-13"),
        (FILE, raw("b3_bulletin", FILE + ".csv").replace(b"FRCF32", b"DI1F32"), "DI1F32 stands twice"),
        (FILE, raw("b3_bulletin", FILE + ".csv").replace(b";1524", b""), "a row of 14 cells under 15"),
        (PAGE, page([["DI1F32", "x", None]]), "not a number"),
        (PAGE, page([[7, 1.0, None]]), "not a ticker"),
        (PAGE, page([["DI1F32", 1.0]]), "with row"),
        (PAGE, page([["DI1F32", 1.0]], ("TckrSymb", "Other")), "columns missing"),
        (PAGE, "[]", "no table"),
    ],
)
def test_what_is_not_as_documented_is_refused(key, body, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        b3_bulletin.parse(found(key, body))
    assert (caught.value.source, caught.value.key) == ("b3_bulletin", key)


@pytest.mark.parametrize("body", [b"{}", b'{"token":7}', b'{"token":"a b"}'])
def test_an_answer_without_a_token_is_refused(body):
    (request,) = asked("TradeInformationConsolidated", since=date(2026, 11, 19))
    with pytest.raises(PayloadError, match="no token"):
        b3_bulletin.follow(request, found(TOKEN, body))


@pytest.mark.parametrize(
    ("key", "body", "status", "error"),
    [
        (FILE, b"expired", 400, SourceRefused), (FILE, b"", 200, PayloadError), (TOKEN, b"<html>x</html>", 200, PayloadError),
        (PAGE, b"down", 502, SourceDown), (TOKEN, b"[]", 200, PayloadError),
    ],
)
def test_errors_are_raised_by_their_name(key, body, status, error):
    with pytest.raises(error) as caught:
        b3_bulletin.validate(found(key, body, status))
    assert type(caught.value) is error


def test_the_sessions_that_are_kept_are_asked_for_and_no_more():
    assert b3_bulletin.KEEPS_SESSIONS == 21
    found = asked("DerivativesOpenPosition")
    assert len(found) == 21
    assert found[-1].key == "DerivativesOpenPosition token 2026-11-19"
    assert asked() == []


def test_a_token_is_asked_for_again_and_a_file_is_final_after_a_week():
    (request,) = asked("TradeInformationConsolidated", since=date(2026, 11, 19))
    (more,) = b3_bulletin.follow(request, found(request.key, raw("b3_bulletin", TOKEN + ".json")))
    late = datetime(2026, 12, 1, tzinfo=UTC)
    assert (b3_bulletin.settled(request, late), b3_bulletin.settled(more, late)) == (False, True)
    assert b3_bulletin.due(request) == datetime(2026, 11, 20, 2, tzinfo=UTC)
