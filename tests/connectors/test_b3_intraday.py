import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, b3_intraday
from tests.connectors.build import payload, raw

ANSWER = json.loads(raw("b3_intraday", "DI1.json"))


def found(body: object = ANSWER, status: int = 200, key: str = "DI1"):
    return payload("b3_intraday", key, body if isinstance(body, bytes) else json.dumps(body), status)


def with_security(**changes: object) -> dict:
    return {**ANSWER, "Scty": [{**ANSWER["Scty"][0], **changes}]}


def test_quotes_of_a_contract_on_rates_are_rates_known_at_the_instant_of_the_answer():
    quotes = b3_intraday.parse(found()).quotes
    first = {one.field: one.value for one in quotes if one.symbol == "DI1F32"}
    assert first == {
        "previous_rate": 9.712, "open_rate": 9.71, "low_rate": 9.7, "high_rate": 9.73, "mean_rate": 9.7123, "last_rate": 9.725,
        "lower_limit_rate": 8.7, "upper_limit_rate": 10.7, "bid_rate": 9.72, "ask_rate": 9.73, "open_interest": 1357911,
        "trades": 35, "contracts": 10332, "gross_amount": 1318784767.5,
    }
    assert {one.published_at.astimezone(UTC) for one in quotes} == {datetime(2031, 3, 14, 17, 51, 57, tzinfo=UTC)}
    assert {one.source_date for one in quotes} == {date(2031, 3, 14)}
    assert {one.maturity_date for one in quotes if one.symbol == "DI1F33"} == {date(2033, 1, 3)}


def test_what_did_not_trade_has_limits_alone_and_the_spot_is_not_a_contract():
    quotes = b3_intraday.parse(found()).quotes
    assert [one.field for one in quotes if one.symbol == "DI1F33"] == ["lower_limit_rate", "upper_limit_rate"]
    assert {one.symbol for one in quotes} == {"DI1F32", "DI1F33"}


def test_the_dollar_is_a_price():
    quotes = b3_intraday.parse(found(with_security(symb="DOLJ31"), key="DOL")).quotes
    assert {one.field for one in quotes} >= {"last_price", "previous_price", "bid_price"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (with_security(SctyQtn={"curPrc": "9.7"}), "not a number"),
        (with_security(asset=[]), "not an object"),
        ({**ANSWER, "Scty": [ANSWER["Scty"][0]] * 2}, "a contract stands twice"),
        (with_security(novo=1), "unknown field novo"),
        ({**ANSWER, "Msg": {}}, "no instant"),
        ({**ANSWER, "Msg": {"dtTm": "14/03/2031"}}, "isoformat"),
    ],
)
def test_what_is_not_as_documented_is_refused(body, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        b3_intraday.parse(found(body))
    assert (caught.value.source, caught.value.key) == ("b3_intraday", "DI1")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"BizSts": {"cd": "NOK", "desc": "symbol"}}, 200, SourceRefused), ({"BizSts": "NOK"}, 200, SourceRefused),
        (b"<html>x</html>", 200, PayloadError), (b"", 200, PayloadError), (b"x", 503, SourceDown), (b"x", 404, SourceRefused),
        (ANSWER | {"Other": 1}, 200, PayloadError),
    ],
)
def test_errors_are_raised_by_their_name(body, status, error):
    with pytest.raises(error) as caught:
        b3_intraday.validate(found(body, status))
    assert type(caught.value) is error


def test_a_commodity_is_asked_for_when_it_is_named():
    site = Endpoint("https://cotacao.b3.com.br")
    rows = [CatalogueRow(key, "b3_intraday", key, "daily", revisable=False) for key in ("DAP", "XXX")]
    found = b3_intraday.plan(rows, date(2026, 11, 1), date(2026, 11, 19), site)
    assert [one.url for one in found] == ["https://cotacao.b3.com.br/mds/api/v1/DerivativeQuotation/DAP"]
    assert b3_intraday.plan([], date(2026, 11, 1), date(2026, 11, 19), site) == []
