"""Focus: OData queries over the 12-month set."""

import json
from urllib.parse import quote

import pytest

from tests.sandbox.conftest import FOCUS, OLINDA

TOTAL = "Data,Indicador,Suavizada,baseCalculo"


def rows(get, query, **how):
    return json.loads(get(f"{FOCUS}?{query}", **how).body)["value"]


def filtered(text):
    return "$format=json&$filter=" + quote(text, safe="$@,'()")


LATE = filtered("Data ge '2023-06-01'")


def test_a_row_has_the_documented_fields_in_order_with_four_decimals(get):
    chosen = filtered("Indicador eq 'IPCA' and Data eq '2024-02-21' and Suavizada eq 'S' and baseCalculo eq 0")
    answer = get(f"{FOCUS}?{chosen}")
    assert answer.content_type == "application/json;charset=UTF-8;odata.metadata=minimal"
    text = answer.body.decode()
    assert text.startswith('{"@odata.context":"https://was-p.bcnet.bcb.gov.br/olinda/servico/Expectativas/versao/v1/odata$metadata#'
                           'ExpectativasMercadoInflacao12Meses","value":[{"Indicador":"IPCA","Data":"2024-02-21","Suavizada":"S","Media":')
    assert '"DesvioPadrao":0.2500,' in text
    assert text.endswith('"numeroRespondentes":100,"baseCalculo":0}]}')


def test_accents_are_utf_8_percent_encoded(get):
    found = rows(get, filtered("Indicador eq 'IPCA Serviços' and Data eq '2024-02-21' and baseCalculo eq 1"))
    assert [row["Suavizada"] for row in found] == ["N", "S"]


def test_survey_days_of_a_week_appear_on_the_next_monday(get):
    week = filtered("Data ge '2024-02-19' and Indicador eq 'IPCA' and Suavizada eq 'S' and baseCalculo eq 0")
    assert rows(get, week, now="2024-02-26T11:29:00Z") == []
    assert [row["Data"] for row in rows(get, week, now="2024-02-26T11:31:00Z")] == [f"2024-02-{day}" for day in (19, 20, 21, 22, 23)]


def test_respondents_are_null_before_2014(get):
    old = filtered("Data eq '2013-12-30' and Indicador eq 'IPCA' and Suavizada eq 'S' and baseCalculo eq 0")
    new = filtered("Data eq '2014-01-02' and Indicador eq 'IPCA' and Suavizada eq 'S' and baseCalculo eq 0")
    assert rows(get, old)[0]["numeroRespondentes"] is None
    assert rows(get, new)[0]["numeroRespondentes"] == 100


def test_pages_under_a_total_order_partition_the_rows(get):
    whole = rows(get, f"{LATE}&$orderby={TOTAL}")
    paged = [row for skip in range(0, 2000, 300) for row in rows(get, f"{LATE}&$orderby={TOTAL}&$top=300&$skip={skip}")]
    assert paged == whole


def test_pages_without_a_total_order_repeat_some_rows_and_lose_others(get):
    whole = rows(get, LATE)
    paged = [row for skip in range(0, 2000, 300) for row in rows(get, f"{LATE}&$orderby=Data&$top=300&$skip={skip}")]
    spelled = {json.dumps(row) for row in paged}
    assert len(paged) == len(whole)
    assert len(spelled) < len(whole)


def test_orderby_desc_and_select(get):
    found = rows(get, "$top=1&$select=Data,Mediana&$orderby=Data%20desc,Indicador&" + filtered("Suavizada eq 'N' and baseCalculo eq 0"))
    assert [list(row) for row in found] == [["Data", "Mediana"]]
    assert found[0]["Data"] == "2024-02-23"


@pytest.mark.parametrize("query", ["%24top=5&$format=json", "$top=5&%24filter=Data%20eq%20'2024-02-21'", "$filter=Data+eq+'2024-02-21'",
                                   "$filter=Data%20eq%20%40x"])
def test_an_encoded_dollar_or_at_sign_or_a_plus_gets_the_web_server_s_500(get, query):
    answer = get(f"{FOCUS}?{query}")
    assert (answer.status, answer.content_type) == (500, "text/html; charset=iso-8859-1")
    assert b"500 Internal Server Error" in answer.body


@pytest.mark.parametrize("query", ["$filter=Data%20eq", "$filter=Nada%20eq%201", "$top=x", "$orderby=Data%20up", "$select=Nada",
                                   "$filter=(Data%20eq%20'2024-02-21'", "$filter=Data%20eq%201", "$format=xml", "$expand=x",
                                   "$filter=Data%20eq%20%FF"])
def test_a_malformed_query_is_400_in_a_comment(get, query):
    answer = get(f"{FOCUS}?{query}")
    assert answer.status == 400
    assert answer.body == b'/*{\n  "codigo" : 400,\n  "mensagem" : "The URI is malformed."\n}*/'


def test_more_than_fifty_thousand_rows_without_top_are_500(get, monkeypatch):
    monkeypatch.setattr("pipelines.sandbox.render.bcb_focus._LIMIT", 1000)
    assert get(f"{FOCUS}?$format=json").status == 500
    assert len(rows(get, "$top=1500&$format=json")) == 1500


def test_a_set_without_simulated_series_is_empty(get):
    answer = get(f"{OLINDA}ExpectativasMercadoSelic?$filter=Data%20eq%20'2024-02-21'")
    assert answer.body == (b'{"@odata.context":"https://was-p.bcnet.bcb.gov.br/olinda/servico/Expectativas/versao/v1/odata$metadata#'
                           b'ExpectativasMercadoSelic","value":[]}')


def test_an_unknown_set_is_404_and_names_the_nearest(get):
    answer = get(f"{OLINDA}ExpectativasMercadoMensais")
    assert answer.status == 404
    assert json.loads(answer.body)["nearest"].endswith("ExpectativaMercadoMensais")
