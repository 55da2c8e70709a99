import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Request, bcb_focus
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://olinda.bcb.gov.br")
KEY = "IPCA 2031-01-01..2031-12-31"
ROW = json.loads(raw("bcb_focus", "12m_ipca_2031.json"))["value"][0]


def envelope(rows: list, name: str = "ExpectativasMercadoInflacao12Meses") -> str:
    return json.dumps({"@odata.context": f"https://x/odata$metadata#{name}", "value": rows})


def parse(body: bytes | str, status: int = 200):
    return list(bcb_focus.parse(payload("bcb_focus", KEY, body, status)).observations)


def test_each_statistic_of_a_survey_day_is_an_observation_of_its_panel():
    found = {(one.source_key, one.source_date): one.value for one in parse(raw("bcb_focus", "12m_ipca_2031.json"))}
    day = date(2031, 3, 14)
    assert found == {
        ("IPCA|N|0|Media", day): 4.105, ("IPCA|N|0|Mediana", day): 4.1, ("IPCA|N|0|DesvioPadrao", day): 0.21,
        ("IPCA|N|0|Minimo", day): 3.5, ("IPCA|N|0|Maximo", day): 4.9, ("IPCA|N|0|numeroRespondentes", day): 110,
        ("IPCA|S|1|Media", day): 4.205, ("IPCA|S|1|Mediana", day): 4.2, ("IPCA|S|1|DesvioPadrao", day): 0.0,
        ("IPCA|S|1|Minimo", day): 4.2, ("IPCA|S|1|Maximo", day): 4.2, ("IPCA|S|1|numeroRespondentes", day): None,
    }


def test_the_answer_does_not_say_when_it_came_out():
    told = {(one.published_at, one.vintage_date, one.target) for one in parse(raw("bcb_focus", "12m_ipca_2031.json"))}
    assert told == {(None, None, None)}


def test_a_survey_of_meetings_keeps_the_meeting_as_its_target():
    median = next(one for one in parse(raw("bcb_focus", "selic_2031.json")) if one.source_key.endswith("Mediana"))
    assert (median.source_key, median.target, median.value) == ("Selic|Selic|0|Mediana", "R5/2031", 9.0)


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ('/*{\n  "codigo" : 400,\n  "mensagem" : "The URI is malformed."\n}*/', 400, SourceRefused, "malformed"),
        ("<html><head><title>500 Internal Server Error</title></head></html>", 500, SourceDown, "500 Internal Server Error"),
        ("<html><head><title>Bem-vindo</title></head></html>", 200, PayloadError, "HTML page"),
        ('{"value":[]}', 200, PayloadError, "field @odata.context is missing"),
        (envelope([{**ROW, "Mediana": "4.1"}]), 200, PayloadError, "not a number: '4.1'"),
        (envelope([{**ROW, "Mediana": True}]), 200, PayloadError, "not a number: True"),
        (envelope([ROW]).replace("4.1,", "NaN,"), 200, PayloadError, "not JSON"),
        (envelope([ROW]).replace("4.1,", "1e999,"), 200, PayloadError, "not JSON|not a finite number"),
        (envelope([{**ROW, "Data": "14/03/2031"}]), 200, PayloadError, "not a date"),
        (envelope([{**ROW, "baseCalculo": 2}]), 200, PayloadError, "neither 0 nor 1"),
        (envelope([{**ROW, "Suavizada": None}]), 200, PayloadError, "a name is not text"),
        (envelope([{**ROW, "Moda": 4.0}]), 200, PayloadError, "unknown field Moda"),
        (envelope([{k: v for k, v in ROW.items() if k != "Mediana"}]), 200, PayloadError, "field Mediana is missing"),
        (envelope([ROW, {**ROW, "Mediana": 4.2}]), 200, PayloadError, "given twice, as 4.1 and 4.2"),
        (envelope([ROW], "ExpectativasMercadoInstituicoes"), 200, PayloadError, "set ExpectativasMercadoInstituicoes is not one"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason):
        parse(body, status)


def test_a_row_served_twice_counts_once():
    assert len(parse(envelope([ROW, ROW]))) == 6


def test_no_rows_is_an_empty_answer():
    found = payload("bcb_focus", KEY, envelope([]))
    bcb_focus.validate(found)
    assert bcb_focus.is_empty(found)


def test_the_query_keeps_its_signs_raw_and_encodes_spaces_and_accents():
    rows = [CatalogueRow("x", "bcb_focus", "IPCA Serviços|S|0|Mediana", "daily", revisable=False)]
    (request,) = bcb_focus.plan(rows, date(2031, 1, 1), date(2031, 6, 1), LIVE)
    assert request.url == (
        "https://olinda.bcb.gov.br/olinda/servico/Expectativas/versao/v1/odata/ExpectativasMercadoInflacao12Meses?$format=json"
        "&$filter=Indicador%20eq%20'IPCA%20Servi%C3%A7os'%20and%20Data%20ge%20'2031-01-01'%20and%20Data%20le%20'2031-12-31'"
        "&$orderby=Data,Indicador,Suavizada,baseCalculo&$top=10000"
    )


def test_statistics_and_panels_of_one_indicator_share_their_requests():
    keys = ("IPCA|S|0|Mediana", "IPCA|N|0|Media", "IPCA|S|1|DesvioPadrao")
    rows = [CatalogueRow(key, "bcb_focus", key, "daily", revisable=False) for key in keys]
    planned = bcb_focus.plan(rows, date(2018, 1, 1), date(2026, 11, 20), LIVE)
    assert [request.key for request in planned] == [
        "IPCA 2018-01-01..2021-12-31", "IPCA 2022-01-01..2024-12-31", "IPCA 2025-01-01..2025-12-31", "IPCA 2026-01-01..2026-12-31",
    ]


def test_a_full_page_calls_for_the_next_and_a_short_one_does_not(monkeypatch):
    monkeypatch.setattr(bcb_focus, "PAGE", 2)
    days = [{**ROW, "Data": f"2031-03-1{day}"} for day in range(4)]
    first = Request("bcb_focus", KEY, "https://x/Set?$top=2")
    (second,) = bcb_focus.follow(first, payload("bcb_focus", KEY, envelope(days[:2])))
    assert (second.url, second.key) == ("https://x/Set?$top=2&$skip=2", "IPCA from 2 2031-01-01..2031-12-31")
    (third,) = bcb_focus.follow(second, payload("bcb_focus", second.key, envelope(days[2:])))
    assert third.url == "https://x/Set?$top=2&$skip=4"
    assert bcb_focus.follow(third, payload("bcb_focus", third.key, envelope([]))) == []
    assert bcb_focus.settled(third, datetime(2032, 3, 1, tzinfo=UTC))
