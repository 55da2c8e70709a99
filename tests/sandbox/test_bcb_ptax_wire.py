"""PTAX: bytes, functions and refusals of Olinda; what the connector reads is what the world printed."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models_py.kernel.clock import instant
from pipelines.connectors import CatalogueRow, Endpoint, bcb_ptax
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.service import Service
from pipelines.sandbox.world import World
from pipelines.sandbox.world.bulletins import TYPES, Bulletins
from tests.sandbox.conftest import AGENT, NOW, PTAX, ptax
from tests.sandbox.test_recorded_forms import is_compact, same_form
from tests.sandbox.test_round_trip import parsed

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SELECT = "$select=paridadeCompra,paridadeVenda,cotacaoCompra,cotacaoVenda,dataHoraCotacao"
CONTEXT = "https://was-p.bcnet.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata$metadata#"


def value(answer) -> list:
    return json.loads(answer.body)["value"]


def test_a_day_of_the_dollar_is_its_close(get):
    body = get(f"{PTAX}CotacaoDolarDia(dataCotacao=@dataCotacao)?@dataCotacao='02-29-2024'&$top=100&$format=json").body.decode()
    assert re.sub(r"\d\.\d{5}", "#", body) == (
        f'{{"@odata.context":"{CONTEXT}_CotacaoDolarDia","value":'
        '[{"cotacaoCompra":#,"cotacaoVenda":#,"dataHoraCotacao":"2024-02-29 13:10:30.595"}]}'
    )


def test_a_currency_has_five_bulletins_a_day_the_last_two_in_one_second(get):
    rows = value(get(ptax("EUR", "02-28-2024", "02-29-2024")))
    assert [(row["dataHoraCotacao"], row["tipoBoletim"]) for row in rows[5:]] == [
        ("2024-02-29 10:04:00.0", "Abertura"), ("2024-02-29 11:04:00.0", "Intermediário"), ("2024-02-29 12:04:00.0", "Intermediário"),
        ("2024-02-29 13:10:30.345", "Intermediário"), ("2024-02-29 13:10:30.595", "Fechamento"),
    ]
    assert list(rows[0]) == ["paridadeCompra", "paridadeVenda", "cotacaoCompra", "cotacaoVenda", "dataHoraCotacao", "tipoBoletim"]


def test_the_close_had_another_name_before_2012_and_times_have_six_digits_from_2026(get):
    assert {row["tipoBoletim"] for row in value(get(ptax("EUR", "12-29-2011", "12-30-2011")))} == {
        "Abertura", "Intermediário", "Fechamento PTAX",
    }
    late = value(get(ptax("USD", "01-05-2026", "01-05-2026"), now="2026-01-06T12:00:00Z"))
    assert [row["dataHoraCotacao"] for row in late[3:]] == ["2026-01-05 13:10:30.345891", "2026-01-05 13:10:30.59512"]


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "target"), [
    ("dolar_periodo_2024-01.json", f"{PTAX}CotacaoDolarPeriodo(dataInicial='01-01-2024',dataFinalCotacao='01-31-2024')?$format=json"),
    ("moeda_dia_EUR_2022-03-04_boletins.json", f"{PTAX}CotacaoMoedaDia(moeda='EUR',dataCotacao='03-04-2022')?{SELECT},tipoBoletim"),
    ("moedas.json", f"{PTAX}Moedas?$format=json"),
])  # fmt: skip
def test_answers_have_the_recorded_form(recorded, get, file, target):
    theirs, ours = (recorded / "bcb_ptax" / file).read_bytes(), get(target).body
    same_form(ours, theirs)
    assert json.loads(ours)["@odata.context"] == json.loads(theirs)["@odata.context"]
    assert is_compact(ours)


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "target"), [
    ("empty_holiday.json", f"{PTAX}CotacaoDolarDia(dataCotacao=@d)?@d='01-01-2024'&$top=100&$format=json"),
    ("error_400_malformed_uri.txt", f"{PTAX}CotacaoDolarDia"),
])  # fmt: skip
def test_answers_without_rows_are_byte_for_byte_the_recorded_ones(recorded, get, file, target):
    assert get(target).body == (recorded / "bcb_ptax" / file).read_bytes().rstrip()


@pytest.mark.recorded
def test_prices_have_the_recorded_decimals(recorded, get):
    theirs = (recorded / "bcb_ptax" / "dolar_periodo_2024-01.json").read_bytes()
    ours = get(f"{PTAX}CotacaoDolarPeriodo(dataInicial='01-01-2024',dataFinalCotacao='01-31-2024')?$format=json").body
    assert [{len(digits) for digits in re.findall(rb"Venda\":\d+\.(\d+)", body)} for body in (ours, theirs)] == [{5}, {5}]


def test_functions_give_the_bulletins_that_they_are_named_for(get):
    opening = f"{PTAX}CotacaoMoedaAberturaOuIntermediario(codigoMoeda=@codigoMoeda,dataCotacao=@d)?@codigoMoeda='GBP'&@d='02-29-2024'"
    window = "codigoMoeda='GBP',dataInicialCotacao='02-28-2024',dataFinalCotacao='02-29-2024'"
    closing = f"{PTAX}CotacaoMoedaPeriodoFechamento({window})?$format=json"
    assert [row["tipoBoletim"] for row in value(get(opening))] == ["Abertura", "Intermediário", "Intermediário", "Intermediário"]
    assert [row["tipoBoletim"] for row in value(get(closing))] == ["Fechamento", "Fechamento"]
    assert len(value(get(f"{PTAX}CotacaoMoedaDia(moeda=@m,dataCotacao=@d)?@m=%27GBP%27&@d=%2702-29-2024%27"))) == 5


def test_the_list_of_currencies_says_their_types(get):
    body = get(f"{PTAX}Moedas?$format=json").body
    found = json.loads(body)["value"]
    assert {row["simbolo"]: row["tipoMoeda"] for row in found} == TYPES
    assert body.startswith(f'{{"@odata.context":"{CONTEXT}Moedas","value":[{{"simbolo":"AUD"'.encode())


def test_options_choose_order_and_cut(get):
    rows = value(get(ptax("USD", "02-01-2024", "02-29-2024", "&$top=2&$skip=1&$orderby=dataHoraCotacao%20desc&$select=tipoBoletim")))
    assert rows == [{"tipoBoletim": "Intermediário"}, {"tipoBoletim": "Intermediário"}]
    told = json.loads(get(ptax("USD", "02-29-2024", "02-29-2024", "&$select=cotacaoVenda,tipoBoletim")).body)
    assert told["@odata.context"] == f"{CONTEXT}_CotacaoMoedaPeriodo(cotacaoVenda,tipoBoletim)"


@pytest.mark.parametrize(
    "target", [ptax("USD", "02-24-2024", "02-25-2024"), ptax("XAU", "02-01-2024", "02-29-2024"), ptax("USD", "03-01-2031", "03-31-2031"),
               ptax("USD", "02-29-2024", "02-01-2024")],
)
def test_a_weekend_an_unknown_currency_and_the_future_are_empty(get, target):
    assert get(target).body == f'{{"@odata.context":"{CONTEXT}_CotacaoMoedaPeriodo","value":[]}}'.encode()


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        (ptax("USD", "29-02-2024", "29-02-2024"), 400, b"The URI is malformed"),            # day first
        (ptax("USD", "2024-02-29", "2024-02-29"), 400, b"The URI is malformed"),
        (ptax("USD", "02-30-2024", "02-30-2024"), 400, b"The URI is malformed"),
        (f"{PTAX}CotacaoDolarDia", 400, b"The URI is malformed"),
        (f"{PTAX}CotacaoDolarDia(dataCotacao=@d)?$format=json", 400, b"The URI is malformed"),
        (f"{PTAX}Moedas?$format=xml", 400, b"The URI is malformed"),
        (ptax("USD", "02-01-2024", "02-29-2024", "&$top=x"), 400, b"The URI is malformed"),
        (ptax("USD", "02-01-2024", "02-29-2024", "&%24top=1"), 500, b"Internal Server Error"),
        (ptax("USD", "02-01-2024", "02-29-2024").replace("@moeda='", "%40moeda='"), 500, b"Internal Server Error"),
        (ptax("USD", "02-01-2024", "02-29-2024", "&$orderby=dataHoraCotacao+desc"), 500, b"Internal Server Error"),
        (f"{PTAX}CotacaoOuro", 404, b"nearest"),
    ],
)
def test_what_olinda_cannot_read_it_refuses(get, target, status, words):
    answer = get(target)
    assert answer.status == status
    assert words in answer.body


def test_pages_without_a_total_order_change_places_and_with_one_do_not(get):
    open_, total = ([value(get(ptax("USD", "01-01-2024", "02-29-2024", f"&$orderby={order}&$top=100&$skip={skip}"))) for skip in (0, 100)]
                    for order in ("tipoBoletim", "dataHoraCotacao,tipoBoletim"))
    whole = value(get(ptax("USD", "01-01-2024", "02-29-2024", "&$orderby=dataHoraCotacao,tipoBoletim")))
    assert [*total[0], *total[1]] == whole[:200]
    assert len({row["dataHoraCotacao"] for page in open_ for row in page}) < 200


def served(found: Bulletins, target: str, now: str = NOW):
    world = SimpleNamespace(seed=7, until=date(2024, 12, 31), truth=None, b3=None, ptax=found, keys=lambda source: ())
    with Service(ServedClock(instant(now)), Plan("calm"), lambda until: world).respond("GET", target, AGENT) as answer:
        return answer


rates = hnp.arrays(float, (6, 5), elements=st.floats(0.00001, 9999).map(lambda x: round(x, 5)))


@given(rates, rates, rates, rates, st.lists(st.integers(0, 10**6 - 1), min_size=30, max_size=30))
@quick
def test_bulletins_read_back_as_they_were_published(buy, sell, parity_buy, parity_sell, micros):
    days = np.array(["2023-02-01", "2023-02-02", "2023-07-03", "2023-07-04", "2018-01-10", "2018-01-11"], "datetime64[D]")
    days.sort()
    hours = np.arange(13, 18) * 3600 * 10**6
    at = days.astype("datetime64[us]")[:, None] + (hours + np.array(micros).reshape(6, 5)).astype("timedelta64[us]")
    found = Bulletins(days, at, *(dict.fromkeys(TYPES, side) for side in (buy, sell, parity_buy, parity_sell)))
    rows = value(served(found, ptax("CHF", "01-01-2018", "12-31-2023")))
    read = parsed("bcb_ptax", "CHF 2018-01-01..2023-12-31", served(found, ptax("CHF", "01-01-2018", "12-31-2023"))).observations
    names = ("Abertura", "Intermediário", "Intermediário", "Intermediário", "Fechamento")
    wanted = {
        (f"CHF|{names[n]}|{field}", days[d].item(), at[d, n].astype("datetime64[ms]").item().replace(tzinfo=UTC)): side[d, n]
        for d in range(6) for n in range(5)
        for field, side in (("cotacaoCompra", buy), ("cotacaoVenda", sell), ("paridadeCompra", parity_buy), ("paridadeVenda", parity_sell))
    }
    assert {(one.source_key, one.source_date, one.published_at): one.value for one in read} == wanted
    assert len(rows) == 30


SECONDS = st.integers(int(instant("2018-01-03T00:00:00Z").timestamp()), int(instant("2025-06-30T00:00:00Z").timestamp()))


@given(seconds=SECONDS, later=st.integers(1, 700))
@quick
def test_a_bulletin_is_served_from_its_instant_on_and_never_changes(make, seconds, later):
    now = datetime.fromtimestamp(seconds, UTC)
    service = make("2018-01-03T00:00:00Z")
    service.moved(now, None)
    found, at = service.view().archive.ptax, np.datetime64(now.replace(tzinfo=None), "us")
    past = ptax("EUR", "01-01-2018", f"{now - timedelta(days=2):%m-%d-%Y}")
    with service.respond("GET", ptax("EUR", "01-01-2018", "12-31-2025"), AGENT) as answer:
        rows = value(answer)
    with service.respond("GET", past, AGENT) as answer:
        before = answer.body
    assert len(rows) == int(((found.at <= at) & (found.days >= np.datetime64("2018-01-01"))[:, None]).sum())
    service.moved(now + timedelta(days=later), None)
    with service.respond("GET", past, AGENT) as answer:
        assert answer.body == before


@pytest.fixture(scope="module")
def world():
    return World(until=date(2019, 12, 31))


def test_the_close_is_the_mean_of_the_day_s_windows_and_what_sgs_has_within_the_minute(world):
    found, copy = world.ptax, world.prints("bcb_sgs", "1").latest()
    sell = found.sell["USD"]
    assert np.abs(sell[:, :4].mean(axis=1) - sell[:, 4]).max() < 1e-4
    assert (copy.value == sell[: len(copy), 4]).all()
    assert ((copy.published_at > found.at[: len(copy), 4]) & (copy.published_at - found.at[: len(copy), 4] < np.timedelta64(61, "s"))).all()
    assert (world.prints("bcb_sgs", "10813").latest().value == np.round(found.buy["USD"][: len(copy), 4], 4)).all()
    assert np.abs(world.prints("bcb_sgs", "21619").latest().value - found.sell["EUR"][: len(copy), 4]).max() < 6e-5


def test_crosses_are_triangular_by_the_type_of_the_currency(world):
    found = world.ptax
    for currency, kind in TYPES.items():
        factor = found.parity_buy[currency] if kind == "B" else 1 / found.parity_sell[currency]
        assert np.abs(found.buy[currency] - found.buy["USD"] * factor).max() < 6e-6
        assert (found.buy[currency] <= found.sell[currency]).all()
        assert (found.parity_buy[currency] <= found.parity_sell[currency]).all()


def test_bulletins_of_a_day_are_out_in_order_in_its_local_day_and_the_last_two_in_one_second(world):
    at = world.ptax.at
    assert (np.diff(at, axis=1) > np.timedelta64(0)).all()
    assert (at[:, 3].astype("datetime64[s]") == at[:, 4].astype("datetime64[s]")).all()
    assert ((at - np.timedelta64(2, "h")).astype("datetime64[D]") == world.ptax.days[:, None]).all()


def test_a_longer_world_has_the_same_past(world):
    longer, size = World(until=date(2021, 12, 31)).ptax, world.ptax.days.size
    assert (longer.at[:size] == world.ptax.at).all()
    assert all((longer.sell[one][:size] == world.ptax.sell[one]).all() for one in TYPES)


def test_what_the_connector_plans_the_sandbox_answers(get):
    rows = [CatalogueRow(one, "bcb_ptax", f"{one}|Fechamento|cotacaoVenda", "daily", revisable=False) for one in ("USD", "JPY")]
    requests = bcb_ptax.plan(rows, date(2022, 1, 1), date(2024, 3, 1), Endpoint("/bcb_ptax"))
    found = [len(parsed("bcb_ptax", request.key, get(request.url), request.url).observations) for request in requests]
    assert len(found) == 6
    assert min(found) > 200
