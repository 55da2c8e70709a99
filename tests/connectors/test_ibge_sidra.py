import json
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, ibge_sidra
from pipelines.connectors._sidra_keys import Selection, period_start, selection, selections
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://servicodados.ibge.gov.br")
KEY = "t42 monthly v7,9/c315/1,2 203101..203102 modified 2031-03-12"
FLAT_KEY = "t42 monthly v7,9/c315/1,2 203101..203101"
NESTED, FLAT = (json.loads(raw("ibge_sidra", name)) for name in ("agregados_2031.json", "values_2031.json"))


def rows(keys: list[str], frequency: str = "monthly") -> list[CatalogueRow]:
    return [CatalogueRow(key, "ibge_sidra", key, frequency, revisable=False) for key in keys]


def parse(body: object, status: int = 200, key: str = KEY):
    text = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
    return list(ibge_sidra.parse(payload("ibge_sidra", key, text, status)).observations)


def changed(root: list, value: object, *path: object) -> list:
    found = deepcopy(root)
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return found


def test_a_table_gives_a_series_for_each_variable_and_category_dated_on_the_first_day():
    found = {(one.source_key, str(one.source_date)): one.value for one in parse(NESTED)}
    assert found == {
        ("t42/v7/c315/1", "2031-01-01"): 0.41, ("t42/v7/c315/1", "2031-02-01"): -0.07,
        ("t42/v7/c315/2", "2031-01-01"): None, ("t42/v7/c315/2", "2031-02-01"): 0.0,
        ("t42/v9/c315/1", "2031-01-01"): 100.0, ("t42/v9/c315/1", "2031-02-01"): 100.0,
        ("t42/v9/c315/2", "2031-01-01"): 21.5, ("t42/v9/c315/2", "2031-02-01"): None,
    }


def test_both_services_give_the_same_series():
    found = {(one.source_key, str(one.source_date)): one.value for one in parse(FLAT, key=FLAT_KEY)}
    assert found == {
        ("t42/v7/c315/1", "2031-01-01"): 0.41, ("t42/v7/c315/2", "2031-01-01"): None,
        ("t42/v9/c315/1", "2031-01-01"): 100.0, ("t42/v9/c315/2", "2031-01-01"): 21.5,
    }


def test_dimensions_are_found_by_label_wherever_they_stand():
    turned = [{**row, "D2C": row["D3C"], "D2N": row["D3N"], "D3C": row["D2C"], "D3N": row["D2N"]} for row in FLAT]
    assert parse(turned, key=FLAT_KEY) == parse(FLAT, key=FLAT_KEY)


@pytest.mark.parametrize(("text", "value"), [("-", 0.0), ("0", 0.0), ("..", None), ("...", None), ("X", None), ("-0.46", -0.46)])
def test_signs_instead_of_values(text, value):
    found = parse(changed(FLAT, text, 1, "V"), key=FLAT_KEY)
    assert found[0].value == value


def test_letters_that_say_how_sure_a_change_is_are_no_values():
    letters = [{**FLAT[1], "D3C": "8836", "MN": "Nenhuma", "V": "Z"}, {**FLAT[1], "D3C": "8841", "MN": "Nenhuma", "V": "A"}]
    assert parse([*FLAT, *letters], key=FLAT_KEY) == parse(FLAT, key=FLAT_KEY)
    with pytest.raises(PayloadError, match="not a number: 'Z'"):
        parse(changed(FLAT, "Z", 1, "V"), key=FLAT_KEY)


def test_nothing_is_said_of_when_a_value_was_out():
    assert {(one.published_at, one.vintage_date, one.availability) for one in parse(NESTED)} == {(None, None, None)}


def test_a_state_s_series_is_not_the_country_s():
    place = {"id": "33", "nivel": {"id": "N3", "nome": "Unidade da Federação"}, "nome": "Rio de Janeiro"}
    both = deepcopy(NESTED)
    for variable in both:
        for result in variable["resultados"]:
            result["series"].append({"localidade": place, "serie": {"203101": "7.5"}})
    found = {one.source_key: one.value for one in parse(both) if one.value == 7.5}
    assert set(found) == {f"t42/v{v}/c315/{c}/n3/33" for v in (7, 9) for c in (1, 2)}


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ("Quantidade de valores solicitados: 83550 excedeu o limite: 50000", 400, SourceRefused, "83550 excedeu o limite: 50000"),
        ('{"message":"Internal Server Error"}', 500, SourceDown, "status 500"),
        ("<html><title>Em manutenção: sistema indisponível</title></html>", 200, SourceDown, "manutenção"),
        ("", 200, PayloadError, "empty body"),
        ('{"aviso":"x"}', 200, PayloadError, "neither values, periods nor a table"),
        (FLAT[1:], 200, PayloadError, "no header row"),
        (changed(FLAT, "0,41", 1, "V"), 200, PayloadError, "not a number: '0,41'"),
        (changed(FLAT, 0.41, 1, "V"), 200, PayloadError, "a value is not text"),
        (changed(FLAT, "", 2, "D4N"), 200, PayloadError, "category 2 has no name"),
        (changed(FLAT, "3", 2, "D4C"), 200, PayloadError, "category 3 was not asked for"),
        (changed(FLAT, "Trimestre (Código)", 0, "D2C"), 200, PayloadError, "kind 'Trimestre', and the series is called monthly"),
        (changed(FLAT, "Sexo (Código)", 0, "D2C"), 200, PayloadError, "no dimension, or more than one"),
        (changed(FLAT, "Unidade da Federação (Código)", 0, "D4C"), 200, PayloadError, "where 1 classifications were asked for"),
        (FLAT[:-1], 200, PayloadError, "t42/v9/c315/2 was asked for and is not in the answer"),
        ([*FLAT, {**FLAT[1], "V": "0.42"}], 200, PayloadError, "given twice, as 0.41 and 0.42"),
        (changed(FLAT, "2031", 1, "D2C"), 200, PayloadError, "not a monthly period: '2031'"),
        (NESTED[:1], 200, PayloadError, "t42/v9/c315/1 was asked for"),
        (changed(NESTED, {"1": ""}, 0, "resultados", 0, "classificacoes", 0, "categoria"), 200, PayloadError, "category 1 has no name"),
        (changed(NESTED, {}, 0, "resultados", 0, "classificacoes", 0, "categoria"), 200, PayloadError, "not one category"),
        (changed(NESTED, {"203101": None}, 0, "resultados", 0, "series", 0, "serie"), 200, PayloadError, "not text: None"),
        (changed(NESTED, [], 0, "resultados", 0, "series", 0, "serie"), 200, PayloadError, "a series is no object"),
        (changed(NESTED, {}, 0, "resultados"), 200, PayloadError, "dict instead of a list"),
        (changed(NESTED, 1, 0, "novo"), 200, PayloadError, "unknown field novo"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason):
        parse(body, status, FLAT_KEY if isinstance(body, list) and body and "resultados" not in body[0] else KEY)


def test_values_of_an_unnamed_request_are_not_read():
    with pytest.raises(PayloadError, match="names no table"):
        parse(NESTED, key="7060")


@pytest.mark.parametrize("body", [[], FLAT[:1]])
def test_an_answer_without_values_is_empty(body):
    found = payload("ibge_sidra", FLAT_KEY, json.dumps(body))
    ibge_sidra.validate(found)
    assert ibge_sidra.is_empty(found)
    assert ibge_sidra.parse(found).observations == ()


def test_a_table_s_description_is_a_document():
    (found,) = ibge_sidra.parse(payload("ibge_sidra", "t42 metadados", raw("ibge_sidra", "metadados_2031.json"))).documents
    assert (found.document_id, json.loads(found.text)["variaveis"][0]["id"]) == ("ibge_sidra_t42", 7)


def test_each_table_is_asked_for_its_periods_and_nothing_without_a_series():
    wanted = rows(["t42/v7/c315/1", "t42/v9/c315/2", "t9/v1"])
    requests = ibge_sidra.plan(wanted, date(2030, 6, 1), date(2031, 4, 20), LIVE)
    assert [(request.key, request.url) for request in requests] == [
        ("t9 periods monthly since 2030-01-01: v1", "https://servicodados.ibge.gov.br/api/v3/agregados/9/periodos"),
        ("t42 periods monthly since 2030-01-01: v7,9/c315/1,2", "https://servicodados.ibge.gov.br/api/v3/agregados/42/periodos"),
    ]
    assert ibge_sidra.plan([], date(2030, 6, 1), date(2031, 4, 20), LIVE) == []


def test_a_key_that_names_no_series_or_two_frequencies_of_a_table_is_a_wrong_catalogue():
    with pytest.raises(ConfigError, match="not a series of SIDRA: 't42'"):
        ibge_sidra.plan(rows(["t42"]), date(2030, 1, 1), date(2031, 4, 20), LIVE)
    with pytest.raises(ConfigError, match="table 42 is called monthly and quarterly"):
        ibge_sidra.plan([*rows(["t42/v7"]), *rows(["t42/v9"], "quarterly")], date(2030, 1, 1), date(2031, 4, 20), LIVE)


def asked_for(periods: list[tuple[str, str]], keys: list[str], since: date = date(2020, 1, 1), frequency: str = "monthly"):
    (request,) = ibge_sidra.plan(rows(keys, frequency), since, date(2031, 4, 20), LIVE)
    body = json.dumps([{"id": code, "literals": [code], "modificacao": day} for code, day in periods])
    return ibge_sidra.follow(request, payload("ibge_sidra", request.key, body))


def test_periods_call_for_windows_that_say_when_they_were_last_modified():
    history = [("202801", "01/02/2028"), ("202912", "05/06/2031"), ("203012", "10/01/2031")]
    found = asked_for([*history, ("203101", "11/02/2031"), ("203102", "12/03/2031")], ["t42/v7/c315/1", "t42/v9/c315/2"])
    assert [request.key for request in found] == [
        "t42 monthly v7,9/c315/1,2 202801..202912 modified 2031-06-05",
        "t42 monthly v7,9/c315/1,2 203012..203012 modified 2031-01-10",
        "t42 monthly v7,9/c315/1,2 203101..203102 modified 2031-03-12",
    ]
    assert found[2].url == (
        "https://servicodados.ibge.gov.br/api/v3/agregados/42/periodos/203101-203102/variaveis/7|9?localidades=N1[all]&classificacao=315[1,2]"
    )


def test_a_window_is_asked_for_again_only_if_modified_since_its_answer():
    (request,) = asked_for([("203102", "12/03/2031")], ["t42/v7"])
    assert not ibge_sidra.settled(request, datetime(2031, 3, 12, 15, tzinfo=UTC))
    assert not ibge_sidra.settled(request, datetime(2031, 3, 13, 1, tzinfo=UTC))       # still the 12th in Brasília
    assert ibge_sidra.settled(request, datetime(2031, 3, 13, 12, tzinfo=UTC))
    (later,) = asked_for([("203102", "15/03/2031")], ["t42/v7"])
    assert later.url == request.url
    assert not ibge_sidra.settled(later, datetime(2031, 3, 13, 12, tzinfo=UTC))


def test_the_list_of_periods_is_asked_for_every_day():
    (request,) = ibge_sidra.plan(rows(["t42/v7"]), date(2020, 1, 1), date(2031, 4, 20), LIVE)
    assert not ibge_sidra.settled(request, datetime(2031, 4, 20, 12, tzinfo=UTC))


def test_periods_before_the_first_year_wanted_are_left_out():
    found = asked_for([("201912", "10/01/2020"), ("202001", "10/02/2020")], ["t42/v7"], since=date(2020, 7, 1))
    assert [request.key for request in found] == ["t42 monthly v7 202001..202001 modified 2020-02-10"]


def test_quarters_are_dated_by_the_catalogue_s_frequency():
    (request,) = asked_for([("202401", "04/06/2024"), ("202404", "07/03/2025")], ["t42/v7"], frequency="quarterly")
    series = {"localidade": NESTED[0]["resultados"][0]["series"][0]["localidade"], "serie": {"202401": "1.1", "202404": "1.4"}}
    body = [{"id": "7", "variavel": "PIB", "unidade": "%", "resultados": [{"classificacoes": [], "series": [series]}]}]
    assert [(one.source_date, one.value) for one in parse(body, key=request.key)] == [(date(2024, 1, 1), 1.1), (date(2024, 10, 1), 1.4)]


def test_no_request_is_for_more_than_fifty_thousand_values():
    categories = [f"t42/v7/c315/{code}" for code in range(30_000)] + [f"t42/v9/c315/{code}" for code in range(30_000)]
    found = asked_for([("203101", "11/02/2031"), ("203102", "12/03/2031")], categories)
    assert [request.key.split(" ")[3] for request in found] == ["203101..203101", "203102..203102"] * 2
    asked = [selection(request.key.split(" ")[2]) for request in found]
    assert {one.cells for one in asked} == {30_000}
    assert {key for one in asked for key in one.series("42")} == set(categories)


@given(st.integers(1, 9), st.lists(st.integers(1, 30), max_size=3), st.integers(1, 40))
def test_a_selection_in_parts_is_the_selection(variables, sizes, limit):
    whole = Selection(tuple(map(str, range(variables))), tuple((str(n), tuple(map(str, range(size)))) for n, size in enumerate(sizes)))
    parts = whole.within(limit)
    assert all(part.cells <= limit for part in parts)
    assert sorted(key for part in parts for key in part.series("1")) == sorted(whole.series("1"))
    assert [selection(str(part)) for part in parts] == parts


def test_series_that_share_a_table_and_its_classifications_share_a_request():
    found = selections(["t7060/v63/c315/7169", "t7060/v66/c315/7170", "t1737/v2266", "t1737/v69", "t7060/v63"])
    assert {table: [str(one) for one in chosen] for table, chosen in found.items()} == {
        "1737": ["v69,2266"], "7060": ["v63", "v63,66/c315/7169,7170"],
    }


@pytest.mark.parametrize(("code", "frequency"), [("202413", "monthly"), ("202405", "quarterly"), ("202400", "monthly"), ("2024", "weekly")])
def test_a_period_that_is_none_is_refused(code, frequency):
    with pytest.raises(ValueError, match="not a"):
        period_start(code, frequency)


@pytest.mark.parametrize("entry", [{"id": "203101"}, {"id": 203101, "literals": [], "modificacao": "11/02/2031"},
                                   {"id": "203101", "literals": [], "modificacao": "2031-02-11"}])  # fmt: skip
def test_a_list_of_periods_of_another_form_is_refused(entry):
    (request,) = ibge_sidra.plan(rows(["t42/v7"]), date(2020, 1, 1), date(2031, 4, 20), LIVE)
    with pytest.raises(PayloadError):
        ibge_sidra.follow(request, payload("ibge_sidra", request.key, json.dumps([entry])))
