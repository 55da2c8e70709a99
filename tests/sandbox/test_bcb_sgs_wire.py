"""SGS: bytes, windows and refusals."""

import json

import pytest

from tests.sandbox.conftest import sgs


def test_rows_are_dates_and_texts_with_the_series_decimals(get):
    answer = get(sgs(432, "30/12/2023", "31/12/2023"))
    assert answer.body == b'[{"data":"30/12/2023","valor":"8.75"},{"data":"31/12/2023","valor":"8.75"}]'
    assert answer.content_type == "application/json; charset=utf-8"
    assert ("Cache-Control", "max-age=900") in answer.headers


def test_a_window_starts_and_ends_where_it_says(get):
    rows = json.loads(get(sgs(1, "02/01/2023", "05/01/2023")).body)
    assert [row["data"] for row in rows] == ["02/01/2023", "03/01/2023", "04/01/2023", "05/01/2023"]


def test_csv_has_decimal_commas(get):
    answer = get(sgs(432, "31/12/2023", "31/12/2023", form="csv"))
    assert answer.body == b'"data";"valor"\r\n"31/12/2023";"8,75"\r\n'


def test_a_month_is_dated_on_its_first_day(get):
    rows = json.loads(get(sgs(433, "01/01/2023", "31/03/2023")).body)
    assert [row["data"] for row in rows] == ["01/01/2023", "01/02/2023", "01/03/2023"]


def test_period_series_say_when_the_period_ends(get):
    row = json.loads(get("/bcb_sgs/dados/serie/bcdata.sgs.226/dados/ultimos/1?formato=json").body)[0]
    assert list(row) == ["data", "dataFim", "valor"]
    assert row == {"data": "01/03/2024", "dataFim": "31/03/2024", "valor": "0.1646"}


def test_a_blank_value_is_an_empty_text(get):
    rows = json.loads(get(sgs(1, "01/01/2010", "31/01/2010"), now="2012-01-02T12:00:00Z").body)
    assert [row for row in rows if row["valor"] == ""] == [{"data": "18/01/2010", "valor": ""}]


def test_a_revision_overwrites(get):
    first = json.loads(get(sgs(24364, "01/01/2023", "31/01/2023"), now="2023-03-25T12:00:00Z").body)
    later = json.loads(get(sgs(24364, "01/01/2023", "31/01/2023"), now="2023-06-25T12:00:00Z").body)
    assert (first, later) == ([{"data": "01/01/2023", "valor": "256.00"}], [{"data": "01/01/2023", "valor": "256.50"}])


def test_the_selic_target_is_published_forward(get):
    last = json.loads(get("/bcb_sgs/dados/serie/bcdata.sgs.432/dados/ultimos/1").body)[0]
    assert last["data"] == "09/04/2024"                      # 40 days ahead of 29 February, 21:30 UTC, in the double


@pytest.mark.parametrize("target", ["/bcb_sgs/dados/serie/bcdata.sgs.1/dados", "/bcb_sgs/dados/serie/bcdata.sgs.1/dados?formato=json",
                                    sgs(1, "01/01/2010", "02/01/2020")])
def test_a_daily_window_over_ten_years_or_without_dates_is_406(get, target):
    answer = get(target)
    assert answer.status == 406
    said = json.loads(answer.body)
    assert list(said) == ["error", "message", "syntax"]
    assert said["syntax"].endswith("sgs.1/dados?dataInicial=01/03/2014&dataFinal=01/03/2024")


def test_ten_years_to_the_day_are_served(get):
    assert get(sgs(1, "01/01/2010", "01/01/2020")).status == 200


def test_a_monthly_series_takes_any_window(get):
    assert get("/bcb_sgs/dados/serie/bcdata.sgs.433/dados?formato=json").status == 200


def test_an_empty_window_is_404_in_json(get):
    answer = get(sgs(433, "01/01/2030", "01/02/2030"))
    assert answer.status == 404
    detail = "br.gov.bcb.pec.sgs.comum.excecoes.SGSNegocioException: Value(s) not found"
    assert json.loads(answer.body) == {"erro": {"statusCode": 404, "detail": detail}}


def test_more_than_twenty_last_values_are_400(get):
    answer = get("/bcb_sgs/dados/serie/bcdata.sgs.1/dados/ultimos/21?formato=json")
    assert answer.status == 400
    assert json.loads(answer.body)["erro"]["detail"].endswith("A quantidade máxima de valores deve ser 20")
    assert len(json.loads(get("/bcb_sgs/dados/serie/bcdata.sgs.1/dados/ultimos/20?formato=json").body)) == 20


def test_an_unknown_code_is_a_page_with_200_or_one_time_in_three_502(get):
    answers = [get(f"/bcb_sgs/dados/serie/bcdata.sgs.{code}/dados?formato=json") for code in range(900_000, 900_300)]
    assert all("Requisição inválida!" in answer.body.decode() for answer in answers)
    assert {answer.status for answer in answers} == {200, 502}
    assert 70 <= sum(answer.status == 502 for answer in answers) <= 130


def test_a_date_that_is_none_is_400(get):
    assert get(sgs(1, "2020-01-01", "31/12/2023")).status == 400
