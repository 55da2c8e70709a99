import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Request, stn
from tests.connectors.build import payload, raw

SIMULATED = Endpoint("http://127.0.0.1:8700/stn")
LIVE = Endpoint(stn.LIVE_URL, roots=stn.ROOTS)
RTN = "rtn/receita liquida"
SPENT = "siconfi/1/RREO-Anexo 01/DespesasCorrentes/DESPESAS PAGAS ATÉ O BIMESTRE (j)"
PRICES = "tesouro_direto 2018-01-01..2031-12-31"
REPORT = "siconfi RREO-Anexo 01 of 1 in 2031/1B delivered 2031-04-10T17:45:03Z"
BOOK = "rtn workbook modified 2031-03-28T14:30:00.000000"


def rows(*keys: str) -> list[CatalogueRow]:
    return [CatalogueRow(key, "stn", key, "monthly", revisable=True) for key in keys]


def parsed(key: str, body: bytes | str, status: int = 200):
    return stn.parse(payload("stn", key, body, status))


def planned(*keys: str, endpoint: Endpoint = LIVE, since: date = date(2029, 1, 1), until: date = date(2031, 4, 20)) -> list[Request]:
    return stn.plan(rows(*keys), since, until, endpoint)


def test_nothing_is_asked_for_when_the_catalogue_names_nothing():
    assert planned() == []


def test_a_key_of_no_kind_is_a_wrong_catalogue():
    with pytest.raises(ConfigError, match="divida"):
        planned("divida/dpf")


def test_long_readings_of_the_price_file_are_requests_of_their_own_and_the_daily_one_overlaps():
    found = [(request.key, request.url.split("/download/")[1]) for request in planned(RTN) if request.key.startswith("tesouro")]
    assert found == [
        ("tesouro_direto 2029-01-01..2030-12-31", "precotaxatesourodireto.csv?until=2030-12-31"),
        ("tesouro_direto 2031-01-01..2031-03-31", "precotaxatesourodireto.csv?until=2031-03-31"),
        ("tesouro_direto 2031-03-18..2031-12-31", "precotaxatesourodireto.csv"),
    ]
    january = [request.key for request in planned(RTN, until=date(2031, 1, 5)) if request.key.startswith("tesouro")]
    assert january == ["tesouro_direto 2029-01-01..2030-12-31", "tesouro_direto 2030-12-18..2031-12-31"]


def test_a_window_of_prices_is_final_a_week_after_its_end():
    month = next(request for request in planned(RTN) if "2031-03-31" in request.url)
    assert not stn.settled(month, datetime(2031, 4, 7, 12, tzinfo=UTC))
    assert stn.settled(month, datetime(2031, 4, 8, 12, tzinfo=UTC))


def test_hosts_are_the_source_s_own_in_the_live_world_and_one_address_in_the_simulated():
    live, simulated = ([request.url for request in planned(RTN, SPENT, endpoint=endpoint)] for endpoint in (LIVE, SIMULATED))
    assert {url.split("/")[2] for url in live} == {"www.tesourotransparente.gov.br", "apiapex.tesouro.gov.br", "apidatalake.tesouro.gov.br"}
    assert all(url.startswith("http://127.0.0.1:8700/stn/") for url in simulated)
    assert "http://127.0.0.1:8700/stn/ords/cdwhprd/siconfi/tt/extrato_entregas?id_ente=1&an_referencia=2031" in simulated
    assert "http://127.0.0.1:8700/stn/aria/v1/api-leiloes-pub/custom/resultados?ano=2030" in simulated


def test_siconfi_can_be_reached_at_its_older_base():
    old = Endpoint(stn.LIVE_URL, roots={**stn.ROOTS, "siconfi": "https://apidatalake.tesouro.gov.br/ords/siconfi/tt"})
    urls = [request.url for request in planned(SPENT, endpoint=old) if request.key.startswith("siconfi")]
    assert urls[0] == "https://apidatalake.tesouro.gov.br/ords/siconfi/tt/extrato_entregas?id_ente=1&an_referencia=2029"


# prices of Tesouro Direto


def prices(key: str = PRICES):
    table = parsed(key, raw("stn", "precos_2031.csv")).quotes.to_pylist()
    return {(row["symbol"], str(row["source_date"]), row["field"]): row["value"] for row in table}


def test_what_the_public_buys_at_is_the_rate_and_what_it_redeems_at_the_ask():
    found = prices()
    bond = {field: found["TD NTN-B Principal 2045-05-15", "2031-03-14", field]
            for field in ("rate", "ask_rate", "price", "ask_price", "base_price")}
    assert bond == {"rate": 6.19, "ask_rate": 6.31, "price": 1422.52, "ask_price": 1412.68, "base_price": 1412.38}
    assert len(found) == 25


def test_each_product_has_the_official_name_of_its_bond_and_a_blank_price_is_null():
    found = prices()
    assert {symbol for symbol, _, _ in found} == {
        "TD NTN-B Principal 2045-05-15", "TD LTN 2033-01-01", "TD LFT 2034-03-01", "TD NTN-F 2041-01-01",
    }
    assert found["TD NTN-F 2041-01-01", "2031-03-14", "base_price"] is None
    assert found["TD LFT 2034-03-01", "2031-03-14", "price"] == 24176.53


def test_only_the_days_of_the_window_are_read():
    assert {day for _, day, _ in prices("tesouro_direto 2031-03-14..2031-12-31")} == {"2031-03-14"}
    assert {day for _, day, _ in prices("tesouro_direto 2018-01-01..2031-03-13")} == {"2031-03-13"}
    assert prices("tesouro_direto 2018-01-01..2030-12-31") == {}


def test_a_product_that_is_not_known_keeps_its_own_name():
    body = raw("stn", "precos_2031.csv").replace(b"Tesouro Selic;", "Tesouro Reserva é+;".encode())
    symbols = parsed(PRICES, body).quotes["symbol"].to_pylist()
    assert "TD RESERVA E 2034-03-01" in symbols


CSV = raw("stn", "precos_2031.csv").decode()
LINE = CSV.splitlines()[5]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (CSV.replace("PU Base Manha", "PU Base"), "columns"),
        (CSV.replace("10,21", "10.21"), "not a Brazilian number in the row .*10.21"),
        (CSV.replace("10,21", "nan"), "not a Brazilian number"),
        (CSV.replace("01/03/2034", "2034-03-01"), "not a date in the row"),
        (CSV.replace("14/03/2031;10,21", "31/02/2031;10,21"), "not a date in the row"),
        (CSV + LINE.replace("10,21", "10,22") + "\n", "Tesouro Prefixado 01/01/2033 14/03/2031 has two rows"),
        (CSV + "Tesouro Selic;01/03/2034\n", "not a date|not a CSV|columns"),
        (CSV + LINE + ";9;9\n", "not a CSV"),
    ],
)
def test_a_price_file_of_another_form_is_refused(body, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed(PRICES, body)


def test_a_row_given_twice_counts_once():
    assert len(parsed(PRICES, CSV + LINE + "\n").quotes) == 25


def test_the_lists_of_the_day_are_dated_by_their_fetch_and_known_then():
    buy = {(one.symbol, one.field): one for one in parsed("tesouro_direto_hoje investir", raw("stn", "investir_2031.csv")).quotes}
    sell = {(one.symbol, one.field): one.value for one in parsed("tesouro_direto_hoje resgatar", raw("stn", "resgatar_2031.csv")).quotes}
    assert {key: one.value for key, one in buy.items() if key[1] == "rate"} == {
        ("TD LFT 2034-03-01", "rate"): 0.0512, ("TD LTN 2033-01-01", "rate"): 10.21, ("TD NTN-C 2031-01-01", "rate"): -0.10,
    }
    one = buy["TD LFT 2034-03-01", "price"]
    assert (one.value, one.source_date, one.published_at, one.availability) == (
        24176.53, date(2031, 4, 20), datetime(2031, 4, 20, 12, tzinfo=UTC), "observed",
    )
    assert sell == {("TD NTN-B Principal 2045-05-15", "ask_rate"): 6.31, ("TD NTN-B Principal 2045-05-15", "ask_price"): 1412.68}


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("SELIC + 0,0512%", "SELIC 0,0512", "not a rate"), ("R$ 241,76", "241,76", "not an amount of reais"),
    ("Rendimento anual do título", "Rendimento", "columns"), (";01/03/2034", "", "cells under 5 columns"),
])  # fmt: skip
def test_a_list_of_another_form_is_refused(old, new, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed("tesouro_direto_hoje investir", raw("stn", "investir_2031.csv").decode().replace(old, new))


def test_a_year_s_workbook_has_a_sheet_a_maturity_and_rates_in_the_unit_of_the_file():
    found = {(one.symbol, str(one.source_date), one.field): one.value for one in
             parsed("tesouro_direto_ano LFT 2031", raw("stn", "LFT_2031.xls")).quotes}
    assert found["TD LFT 2034-03-01", "2031-03-13", "rate"] == 0.0502
    assert found["TD LFT 2034-03-01", "2031-03-14", "ask_price"] == 24172.85
    assert found["TD LFT 2034-03-01", "2031-03-14", "base_price"] is None
    assert found["TD LFT 2036-03-01", "2031-03-14", "price"] == 24000.5
    assert len(found) == 15


# auctions


def auctions():
    return parsed("leiloes 2031-01-01..2031-12-31", raw("stn", "leiloes_2031.json"))


def test_an_auction_prices_the_bond_itself():
    found = {(one.symbol, one.field): (one.value, one.source_date) for one in auctions().quotes}
    day = date(2031, 3, 13)
    assert found["LTN 2033-01-01", "auction_average_rate"] == (10.1646, day)
    assert found["LTN 2033-01-01", "auction_cut_rate"] == (10.165, day)
    assert found["LTN 2033-01-01", "auction_average_price"] == (842.1015, day)
    assert found["LTN 2033-01-01", "auction_offered"] == (2_000_000, day)
    assert found["NTN-B 2045-05-15", "auction_purchase_offered"] == (150_000, day)


def test_the_second_round_is_dated_the_business_day_before_it_settles():
    found = {one.field: one.source_date for one in auctions().quotes if "second" in one.field}
    # settled on Monday the 17th, so held on Friday the 14th, a day after the auction
    assert found == dict.fromkeys(("auction_second_offered", "auction_second_accepted", "auction_second_amount"), date(2031, 3, 14))


def test_what_was_accepted_of_a_kind_of_bond_is_added_up_over_maturities():
    found = {(one.source_key, str(one.source_date)): one.value for one in auctions().observations}
    assert found == {
        ("leiloes/LTN/sale", "2031-03-13"): 2_384_703_000.0, ("leiloes/LTN/sale/second", "2031-03-14"): 421_050_750.0,
        ("leiloes/NTN-B/purchase", "2031-03-13"): 0.0,
    }


def test_a_plain_list_of_results_is_read_as_well():
    body = json.dumps(json.loads(raw("stn", "leiloes_2031.json"))["registros"])
    assert parsed("leiloes 2031-01-01..2031-12-31", body) == auctions()


RESULT = json.loads(raw("stn", "leiloes_2031.json"))["registros"][0]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({**RESULT, "taxa_media": "10,16"}, "not a number"),
        ({**RESULT, "data_leilao": None}, "not a date"),
        ({**RESULT, "vencimento": "2033-01-01"}, "not a date"),
        ({**RESULT, "tipo_leilao": "Doação"}, "unknown kind"),
        ({**RESULT, "titulo": None}, "unknown kind or bond"),
        ({**RESULT, "novo": 1}, "unknown field novo"),
        ({name: value for name, value in RESULT.items() if name != "oferta"}, "field oferta is missing"),
    ],
)
def test_a_result_of_another_form_is_refused(result, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed("leiloes 2031-01-01..2031-12-31", json.dumps([result]))


def test_two_rates_of_one_bond_in_one_notice_are_refused():
    with pytest.raises(PayloadError, match=r"auction_average_rate of 2031-03-13 is given twice, as 10\.1646 and 10\.2"):
        parsed("leiloes 2031-01-01..2031-12-31", json.dumps([RESULT, {**RESULT, "taxa_media": 10.2}]))


@pytest.mark.parametrize("body", ["[]", '{"registros":[],"status":"OK"}'])
def test_a_year_without_auctions_is_empty(body):
    found = payload("stn", "leiloes 2031-01-01..2031-12-31", body)
    stn.validate(found)
    assert stn.is_empty(found)
    assert stn.parse(found).quotes == ()


# the monthly result


def result():
    return {(one.source_key, str(one.source_date)): one for one in parsed(BOOK, raw("stn", "rtn_2031.xlsx")).observations}


def test_ckan_leads_to_the_workbook_under_the_same_address():
    (request,) = (request for request in planned(RTN, endpoint=SIMULATED) if request.key == "rtn resource")
    assert request.url == "http://127.0.0.1:8700/stn/ckan/api/3/action/resource_show?id=527ccdb1-3059-42f3-bf23-b5e3ab4c6dc6"
    (book,) = stn.follow(request, payload("stn", request.key, raw("stn", "ckan_rtn_2031.json")))
    assert (book.key, book.url) == (
        BOOK, "http://127.0.0.1:8700/stn/ckan/dataset/RTN/resource/527ccdb1-3059-42f3-bf23-b5e3ab4c6dc6/download/serie_historica_fev31.xlsx",
    )


def test_the_workbook_is_fetched_again_once_it_was_modified():
    book = Request("stn", BOOK, "https://x/a.xlsx")
    assert not stn.settled(book, datetime(2031, 3, 28, 20, tzinfo=UTC))
    assert stn.settled(book, datetime(2031, 3, 29, 12, tzinfo=UTC))
    assert not stn.settled(Request("stn", "rtn resource", "https://x"), datetime(2031, 4, 20, tzinfo=UTC))


def test_rows_are_found_by_their_labels_whatever_their_numbers_and_marks():
    found = {key: one.value for (key, day), one in result().items() if day == "2031-02-01"}
    assert found == {
        "rtn/receita total": 190.0, "rtn/receita administrada pela rfb": 130.0, "rtn/1.1.4 outras": 3.0,
        "rtn/arrecadacao liquida para o rgps": 60.0, "rtn/1.2.1 outras": 6.0, "rtn/transf. por reparticao de receita": 30.0,
        "rtn/receita liquida": 160.0, "rtn/despesa total": 170.0,
        "rtn/resultado primario governo central - acima da linha": -10.0,
    }
    assert result()["rtn/resultado da previdencia social (rgps)", "2030-12-01"].value == -25.0


def test_the_newest_month_is_known_from_the_workbook_s_own_instant_and_earlier_ones_by_rule():
    # 14:30 without a zone, read as Brasília's wall time
    told = {day: (one.published_at, one.availability) for (key, day), one in result().items() if key == "rtn/receita liquida"}
    assert told == {
        "2030-12-01": (None, None), "2031-01-01": (None, None), "2031-02-01": (datetime(2031, 3, 28, 17, 30, tzinfo=UTC), "published"),
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"PK\x03\x04 no zip", "corrupt zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not a compound file"),
        (raw("stn", "LFT_2031.xls"), "0 sheets of 2 have the monthly result"),
    ],
)
def test_a_workbook_of_another_kind_is_refused(body, reason):
    with pytest.raises(PayloadError, match=reason):
        parsed(BOOK, body)


@pytest.mark.parametrize(("body", "reason"), [
    ('{"success":false,"error":{"__type":"Not Found Error"}}', "CKAN calls it a failure"),
    ('{"success":true,"result":{"url":"https://x"}}', "without address or instant"),
    ('{"success":true,"result":{"url":"https://x","last_modified":"ontem"}}', "not an instant"),
])  # fmt: skip
def test_ckan_s_failures_are_named(body, reason):
    with pytest.raises(PayloadError, match=reason):
        stn.validate(payload("stn", "rtn resource", body))


def test_a_workbook_on_another_host_is_not_fetched():
    body = raw("stn", "ckan_rtn_2031.json").replace(b"https://www.tesourotransparente.gov.br/ckan/dataset", b"https://example.test/ckan/dataset")
    with pytest.raises(PayloadError, match="lies elsewhere"):
        stn.follow(Request("stn", "rtn resource", "https://x/ckan/api"), payload("stn", "rtn resource", body))


# fiscal reports


def deliveries() -> Request:
    return next(request for request in planned(SPENT, since=date(2031, 1, 1)) if request.key.startswith("siconfi"))


def test_the_log_of_deliveries_calls_for_each_report_at_its_latest_stamp():
    (report,) = stn.follow(deliveries(), payload("stn", deliveries().key, raw("stn", "siconfi_entregas_2031.json")))
    assert (report.key, report.url) == (REPORT, (
        "https://apidatalake.tesouro.gov.br/ords/cdwhprd/siconfi/tt/rreo?an_exercicio=2031&nr_periodo=1&co_tipo_demonstrativo=RREO"
        "&no_anexo=RREO-Anexo%2001&id_ente=1"
    ))  # fmt: skip
    assert parsed(deliveries().key, raw("stn", "siconfi_entregas_2031.json")).observations == []


def test_a_report_is_known_from_its_delivery_and_dated_on_the_last_day_of_its_period():
    first, other = parsed(REPORT, raw("stn", "siconfi_rreo_2031.json")).observations
    assert (first.source_key, first.source_date, first.value) == (SPENT, date(2031, 2, 28), 9_329_730_336_233.25)
    assert (first.published_at, first.availability) == (datetime(2031, 4, 10, 20, 45, 3, tzinfo=UTC), "published")
    assert (other.source_key, other.value) == (SPENT.replace("/Despesas", "/Total das Receitas/Despesas"), None)


def test_a_report_is_asked_for_again_only_when_it_is_delivered_again():
    report = Request("stn", REPORT, "https://x")
    assert not stn.settled(report, datetime(2031, 4, 10, 22, tzinfo=UTC))
    assert stn.settled(report, datetime(2031, 4, 11, 12, tzinfo=UTC))
    assert not stn.settled(deliveries(), datetime(2031, 4, 11, 12, tzinfo=UTC))


def test_a_page_that_is_not_the_last_calls_for_the_next_by_offset():
    page = json.loads(raw("stn", "siconfi_rreo_2031.json"))
    first = Request("stn", REPORT, "https://x/rreo?id_ente=1")
    (second,) = stn.follow(first, payload("stn", REPORT, json.dumps({**page, "hasMore": True})))
    assert (second.key, second.url) == (f"{REPORT} from 2", "https://x/rreo?id_ente=1&offset=2")
    (third,) = stn.follow(second, payload("stn", second.key, json.dumps({**page, "hasMore": True, "offset": 2})))
    assert third.url == "https://x/rreo?id_ente=1&offset=4"
    assert stn.follow(third, payload("stn", third.key, json.dumps({**page, "offset": 4}))) == []
    assert parsed(second.key, json.dumps(page)).observations[0].published_at == datetime(2031, 4, 10, 20, 45, 3, tzinfo=UTC)


def test_a_report_that_is_not_delivered_is_empty():
    found = payload("stn", REPORT, '{"items":[],"hasMore":false,"limit":5000,"offset":0,"count":0}')
    stn.validate(found)
    assert stn.is_empty(found)
    assert stn.parse(found).observations == ()


@pytest.mark.parametrize(("kind", "number", "day"), [
    ("B", 6, date(2031, 12, 31)), ("Q", 1, date(2031, 4, 30)), ("S", 1, date(2031, 6, 30)), ("A", 1, date(2031, 12, 31)),
])  # fmt: skip
def test_periods_end_with_their_last_month(kind, number, day):
    assert stn._stn_siconfi.period_end(2031, number, kind) == day


ITEM = json.loads(raw("stn", "siconfi_rreo_2031.json"))["items"][0]


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([{**ITEM, "valor": "1,0"}], "not a number"),
        ([{**ITEM, "periodo": 7}], "no period 7 of kind 'B'"),
        ([{**ITEM, "periodicidade": "X"}], "no period"),
        ([{**ITEM, "coluna": None}], "a name is not text"),
        ([ITEM, {**ITEM, "valor": 1.0}], "given twice"),
        ([{**ITEM, "novo": 1}], "unknown field novo"),
    ],
)
def test_items_of_another_form_are_refused(items, reason):
    page = {"items": items, "hasMore": False, "limit": 5000, "offset": 0, "count": len(items)}
    with pytest.raises(PayloadError, match=reason):
        parsed(REPORT, json.dumps(page))


@pytest.mark.parametrize(
    ("key", "body", "status", "error", "reason"),
    [
        (PRICES, "", 200, PayloadError, "empty body"),
        (PRICES, "<html><title>Attention Required! | Cloudflare</title></html>", 403, SourceRefused, "Cloudflare"),
        (PRICES, "<html><title>Bem-vindo</title></html>", 200, PayloadError, "an HTML page"),
        (PRICES, "Service Unavailable", 503, SourceDown, "status 503"),
        (PRICES, '{"aviso":"x"}', 200, PayloadError, "neither results, items nor a resource"),
        ("tesouro_direto", CSV, 200, PayloadError, "no window of days"),
        (REPORT, '{"items":{},"hasMore":false,"limit":1,"offset":0,"count":0}', 200, PayloadError, "no ORDS page"),
        (REPORT, '{"items":[]}', 200, PayloadError, "field count is missing"),
    ],
)
def test_errors_and_strange_answers_are_named(key, body, status, error, reason):
    with pytest.raises(error, match=reason):
        parsed(key, body, status)
