import json
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
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


PANEL = {"Media": 4.2, "Mediana": 4.1, "DesvioPadrao": 0.3, "Minimo": 3.0, "Maximo": 5.0, "numeroRespondentes": 90, "baseCalculo": 1}
TOP5 = {"tipoCalculo": "C", "media": 4.2, "mediana": 4.1, "desvioPadrao": 0.3, "coeficienteVariacao": 7.1, "minimo": 3.0, "maximo": 5.0}
IPCA, DAY = {"Indicador": "IPCA"}, {"Data": "2031-03-14"}
LOWER = {"indicador": "IPCA", **DAY, **TOP5}
BALANCE = {"Indicador": "Balança comercial", "IndicadorDetalhe": "Saldo"}
ALONE = {"Instituicao": 137, "Periodicidade": "Anual", "IndicadorDetalhe": None, "Valor": 4.05}


@pytest.mark.parametrize(
    ("entity", "row", "key", "target", "value"),
    [
        ("ExpectativaMercadoMensais", {**IPCA, **DAY, "DataReferencia": "09/2031", **PANEL}, "Mensais|IPCA|1|Mediana", "09/2031", 4.1),
        ("ExpectativasMercadoTrimestrais", {**IPCA, **DAY, "DataReferencia": "3/2031", **PANEL}, "Trimestrais|IPCA|1|Media", "3/2031", 4.2),
        ("ExpectativasMercadoAnuais", {**BALANCE, **DAY, "DataReferencia": "2032", **PANEL}, "Anuais|Balança comercial/Saldo|1|Minimo",
         "2032", 3.0),
        ("ExpectativasMercadoInflacao24Meses", {**IPCA, **DAY, "Suavizada": "S", **PANEL}, "24m|IPCA|S|1|Maximo", None, 5.0),
        ("ExpectativasMercadoTop5Anuais", {**LOWER, "dataReferencia": "2031"}, "Top5Anuais|IPCA|C|Mediana", "2031", 4.1),
        ("ExpectativasMercadoTop5Mensais", {**LOWER, "dataReferencia": "04/2031"}, "Top5Mensais|IPCA|C|Maximo", "04/2031", 5.0),
        ("ExpectativasMercadoInstituicoes", {**IPCA, **DAY, "DataReferencia": "2031", **ALONE}, "Instituicoes|IPCA|Anual|137|Valor",
         "2031", 4.05),
    ],
)
def test_each_set_has_keys_of_its_own_and_its_period_as_target(entity, row, key, target, value):
    found = {one.source_key: one for one in parse(envelope([row], entity))}
    assert (found[key].value, found[key].target, found[key].source_date) == (value, target, date(2031, 3, 14))


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
        (envelope([ROW], "DatasReferencia"), 200, PayloadError, "set DatasReferencia is not one"),
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
        "&$orderby=Data,Indicador,Suavizada,baseCalculo&$select=Indicador,Data,Suavizada,baseCalculo,Mediana&$top=10000"
    )


def test_statistics_and_panels_of_one_indicator_share_their_requests():
    keys = ("IPCA|S|0|Mediana", "IPCA|N|0|Media", "IPCA|S|1|DesvioPadrao")
    rows = [CatalogueRow(key, "bcb_focus", key, "daily", revisable=False) for key in keys]
    planned = bcb_focus.plan(rows, date(2018, 1, 1), date(2026, 11, 20), LIVE)
    assert [request.key for request in planned] == [
        "IPCA 2018-01-01..2021-12-31", "IPCA 2022-01-01..2024-12-31", "IPCA 2025-01-01..2025-12-31", "IPCA 2026-01-01..2026-12-31",
    ]


def test_an_answer_has_the_statistics_that_its_request_selects_and_no_others():
    url = "https://x/Set?$format=json&$select=Indicador,Data,Suavizada,baseCalculo,Mediana&$top=10000"
    row = {name: ROW[name] for name in ("Indicador", "Data", "Suavizada", "baseCalculo", "Mediana")}
    (one,) = bcb_focus.parse(replace(payload("bcb_focus", KEY, envelope([row])), url=url)).observations
    assert one.source_key == "IPCA|N|0|Mediana"
    assert one.value == ROW["Mediana"]
    for wrong in ({name: row[name] for name in row if name != "Mediana"}, {**row, "Media": 4.0}):
        with pytest.raises(PayloadError, match="Media"):
            bcb_focus.parse(replace(payload("bcb_focus", KEY, envelope([wrong])), url=url))
    with pytest.raises(PayloadError, match="is missing"):
        bcb_focus.parse(payload("bcb_focus", KEY, envelope([row])))


@pytest.mark.parametrize("change", [
    {"Indicador": ["IPCA"]}, {"Suavizada": {}}, {"baseCalculo": True}, {"baseCalculo": 1.0}, {"Data": 20310314},
])
def test_a_name_that_is_no_text_is_refused_whatever_was_read_before(change):
    parse(envelope([{**ROW, "baseCalculo": 1}]))
    with pytest.raises(PayloadError):
        parse(envelope([{**ROW, **change}]))


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


def chosen(*keys: str) -> list[Request]:
    rows = [CatalogueRow(key, "bcb_focus", key, "daily", revisable=False) for key in keys]
    return bcb_focus.plan(rows, date(2031, 1, 1), date(2031, 6, 1), LIVE)


def test_each_set_is_asked_for_its_indicators_under_a_total_order_and_for_one_panel_where_one_is_wanted():
    keys = ("Selic|Selic|0|Mediana", "Anuais|Balança comercial/Saldo|0|Mediana", "Top5Anuais|IPCA|C|Mediana", "Mensais|IPCA|0|Mediana",
            "Mensais|IPCA|1|Mediana", "IPCA|S|0|Mediana")
    planned = {request.key: unquote(request.url.split("?")[1]) for request in chosen(*keys)}
    window = "Data ge '2031-01-01' and Data le '2031-12-31'"
    assert planned == {
        f"{name} 2031-01-01..2031-12-31": f"$format=json&$filter={asked}&$orderby={order}&$select={fields}&$top=10000"
        for name, asked, order, fields in (
            ("Mensais IPCA", f"Indicador eq 'IPCA' and {window}", "Data,Indicador,DataReferencia,baseCalculo",
             "Indicador,Data,DataReferencia,baseCalculo,Mediana"),
            ("Anuais Balança comercial", f"Indicador eq 'Balança comercial' and {window} and baseCalculo eq 0",
             "Data,Indicador,DataReferencia,IndicadorDetalhe,baseCalculo",
             "Indicador,Data,DataReferencia,baseCalculo,IndicadorDetalhe,Mediana"),
            ("IPCA", f"Indicador eq 'IPCA' and {window}", "Data,Indicador,Suavizada,baseCalculo",
             "Indicador,Data,Suavizada,baseCalculo,Mediana"),
            ("Selic Selic", f"Indicador eq 'Selic' and {window} and baseCalculo eq 0", "Data,Indicador,Reuniao,baseCalculo",
             "Indicador,Data,Reuniao,baseCalculo,Mediana"),
            ("Top5Anuais IPCA", f"indicador eq 'IPCA' and {window}", "Data,indicador,dataReferencia,tipoCalculo",
             "indicador,Data,dataReferencia,tipoCalculo,mediana"),
        )
    }


def test_a_key_of_no_set_is_refused_and_nothing_is_asked_for_nothing():
    assert chosen() == []
    for key in ("Anuais|IPCA|Mediana", "IPCA|S|2|Mediana", "Anuais|IPCA|0|Moda", "Diarias|IPCA|0|Mediana", "IPCA"):
        with pytest.raises(ConfigError, match="bcb_focus has no series"):
            chosen(key)
