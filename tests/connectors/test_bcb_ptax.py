import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Request, bcb_ptax
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://olinda.bcb.gov.br")
KEY = "EUR 2031-01-01..2031-12-31"
CONTEXT = "https://was-p.bcnet.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata$metadata#"
ROW = json.loads(raw("bcb_ptax", "moeda_periodo_EUR_2031.json"))["value"][-1]


def envelope(rows: list, name: str = "_CotacaoMoedaPeriodo(a,b)") -> str:
    return json.dumps({"@odata.context": CONTEXT + name, "value": rows}, ensure_ascii=False)


def parse(body: bytes | str, status: int = 200, key: str = KEY):
    return list(bcb_ptax.parse(payload("bcb_ptax", key, body, status)).observations)


def test_each_bulletin_of_a_day_is_known_at_its_own_instant():
    # Brasília has been three hours behind UTC, without summer time, since 2019
    sold = [(one.source_key, one.published_at, one.value) for one in parse(raw("bcb_ptax", "moeda_periodo_EUR_2031.json"))
            if one.source_key.endswith("cotacaoVenda")]
    assert sold == [
        ("EUR|Abertura|cotacaoVenda", datetime(2031, 3, 14, 13, 4, 11, 500_000, UTC), 6.2133),
        ("EUR|Intermediário|cotacaoVenda", datetime(2031, 3, 14, 14, 5, 12, 250_000, UTC), 6.2233),
        ("EUR|Intermediário|cotacaoVenda", datetime(2031, 3, 14, 16, 9, 36, 345_891, UTC), 6.2333),
        ("EUR|Fechamento|cotacaoVenda", datetime(2031, 3, 14, 16, 9, 36, 534_984, UTC), 6.2243),
    ]


def test_a_bulletin_gives_both_sides_of_price_and_parity_of_its_local_date():
    close = [one for one in parse(raw("bcb_ptax", "moeda_periodo_EUR_2031.json")) if "|Fechamento|" in one.source_key]
    assert {one.source_key.rsplit("|", 1)[1]: one.value for one in close} == {
        "paridadeCompra": 1.1061, "paridadeVenda": 1.1063, "cotacaoCompra": 6.2221, "cotacaoVenda": 6.2243,
    }
    assert {(one.source_date, one.availability, one.target) for one in close} == {(date(2031, 3, 14), "published", None)}


def test_the_dollar_s_own_set_holds_closes_and_a_late_one_is_known_late():
    found = {(one.source_key, one.source_date): (one.value, one.published_at) for one in
             parse(raw("bcb_ptax", "dolar_periodo_2031.json"), key="USD 2031-01-01..2031-12-31")}
    assert found["USD|Fechamento|cotacaoVenda", date(2031, 3, 14)] == (5.6516, datetime(2031, 3, 14, 20, 3, 40, 620_000, UTC))
    assert found["USD|Fechamento|cotacaoCompra", date(2031, 3, 13)][0] == 5.6340
    assert len(found) == 4


def test_brasilia_was_two_hours_behind_utc_in_the_summers_before_2019():
    (one,) = parse(envelope([{"cotacaoCompra": 3.1, "cotacaoVenda": 3.2, "dataHoraCotacao": "2018-01-15 13:11:30.7"}], "_CotacaoDolarDia"),
                   key="USD x")[1:]
    assert one.published_at == datetime(2018, 1, 15, 15, 11, 30, 700_000, UTC)


def test_the_older_name_of_the_close_is_the_close():
    assert {one.source_key for one in parse(envelope([{**ROW, "tipoBoletim": "Fechamento PTAX"}]))} == {
        one.source_key for one in parse(envelope([ROW]))
    }


def test_bulletins_asked_for_without_their_kind_are_never_taken_for_closes():
    bare = {name: value for name, value in ROW.items() if name != "tipoBoletim"}
    assert {one.source_key for one in parse(envelope([bare]))} == {
        f"EUR|unnamed|{field}" for field in ("paridadeCompra", "paridadeVenda", "cotacaoCompra", "cotacaoVenda")
    }


def test_the_list_of_currencies_says_which_way_a_parity_goes():
    found = bcb_ptax.parse(payload("bcb_ptax", "Moedas", raw("bcb_ptax", "moedas_2031.json"))).documents
    assert [(one.document_id, json.loads(one.text)["tipoMoeda"]) for one in found] == [("bcb_ptax_EUR", "B"), ("bcb_ptax_JPY", "A")]
    assert {one.source_date for one in found} == {date(2031, 4, 20)}


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ('/*{\n  "codigo" : 400,\n  "mensagem" : "The URI is malformed."\n}*/', 400, SourceRefused, "malformed"),
        ("<html><head><title>500 Internal Server Error</title></head></html>", 500, SourceDown, "500 Internal Server Error"),
        ("", 200, PayloadError, "empty body"),
        ('{"value":[]}', 200, PayloadError, "field @odata.context is missing"),
        (envelope([{**ROW, "cotacaoVenda": "6,2243"}]), 200, PayloadError, "not a number: '6,2243'"),
        (envelope([{**ROW, "tipoBoletim": "Prévia"}]), 200, PayloadError, "unknown bulletin"),
        (envelope([{**ROW, "dataHoraCotacao": "14/03/2031 13:09"}]), 200, PayloadError, "not an instant"),
        (envelope([{**ROW, "dataHoraCotacao": None}]), 200, PayloadError, "unknown bulletin"),
        (envelope([{**ROW, "taxa": 1.0}]), 200, PayloadError, "unknown field taxa"),
        (envelope([{k: v for k, v in ROW.items() if k != "cotacaoVenda"}]), 200, PayloadError, "field cotacaoVenda is missing"),
        (envelope([ROW, {**ROW, "cotacaoVenda": 6.3}]), 200, PayloadError, "is given twice, as 6.2243 and 6.3"),
        (envelope([ROW], "_CotacaoOuro"), 200, PayloadError, "set CotacaoOuro is not one"),
        (envelope([{"simbolo": "XAU", "nomeFormatado": "Ouro", "tipoMoeda": "C"}], "Moedas"), 200, PayloadError, "neither type A nor B"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason):
        parse(body, status)


def test_a_request_that_names_no_currency_is_not_read():
    with pytest.raises(PayloadError, match="names no currency"):
        parse(envelope([ROW]), key="moeda")


def test_a_bulletin_served_twice_counts_once():
    assert len(parse(envelope([ROW, ROW]))) == 4


def test_a_holiday_is_an_empty_answer():
    found = payload("bcb_ptax", KEY, envelope([], "_CotacaoDolarDia"))
    bcb_ptax.validate(found)
    assert bcb_ptax.is_empty(found)


def test_a_period_is_asked_for_month_first_with_the_kind_of_bulletin_and_raw_signs():
    rows = [CatalogueRow("x", "bcb_ptax", "USD|Fechamento|cotacaoVenda", "daily", revisable=False)]
    (request,) = bcb_ptax.plan(rows, date(2026, 1, 1), date(2026, 11, 20), LIVE)
    assert request.url == (
        "https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/"
        "CotacaoMoedaPeriodo(moeda=@moeda,dataInicial=@dataInicial,dataFinalCotacao=@dataFinalCotacao)"
        "?@moeda='USD'&@dataInicial='01-01-2026'&@dataFinalCotacao='12-31-2026'&$format=json"
        "&$select=cotacaoVenda,dataHoraCotacao,tipoBoletim"
        "&$orderby=dataHoraCotacao,tipoBoletim&$top=10000"
    )


def test_each_currency_is_asked_for_once_a_window_and_nothing_without_a_series():
    keys = ("USD|Fechamento|cotacaoVenda", "EUR|Fechamento|cotacaoVenda", "USD|Fechamento|cotacaoCompra")
    rows = [CatalogueRow(key, "bcb_ptax", key, "daily", revisable=False) for key in keys]
    assert [request.key for request in bcb_ptax.plan(rows, date(2023, 1, 1), date(2026, 11, 20), LIVE)] == [
        f"{currency} {window}" for currency in ("EUR", "USD")
        for window in ("2023-01-01..2024-12-31", "2025-01-01..2025-12-31", "2026-01-01..2026-12-31")
    ]
    assert bcb_ptax.plan([], date(2023, 1, 1), date(2026, 11, 20), LIVE) == []
    with pytest.raises(ConfigError, match="dolar"):
        bcb_ptax.plan([CatalogueRow("x", "bcb_ptax", "dolar", "daily", revisable=False)], date(2023, 1, 1), date(2026, 11, 20), LIVE)


def test_a_full_page_calls_for_the_next(monkeypatch):
    monkeypatch.setattr(bcb_ptax, "PAGE", 2)
    first = Request("bcb_ptax", KEY, "https://x/F?$top=2")
    (second,) = bcb_ptax.follow(first, payload("bcb_ptax", KEY, envelope([ROW, ROW])))
    assert (second.url, second.key) == ("https://x/F?$top=2&$skip=2", "EUR from 2 2031-01-01..2031-12-31")
    assert bcb_ptax.follow(second, payload("bcb_ptax", second.key, envelope([ROW]))) == []


def test_a_year_is_final_a_week_after_its_end():
    request = Request("bcb_ptax", KEY, "https://x")
    assert not bcb_ptax.settled(request, datetime(2032, 1, 7, 12, tzinfo=UTC))
    assert bcb_ptax.settled(request, datetime(2032, 1, 8, 12, tzinfo=UTC))
