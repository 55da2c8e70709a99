"""Recorded payloads of PTAX, SIDRA and the Brazilian Treasury: each is read, or refused by the right name. Read in place."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models_py.kernel.errors import PayloadError, SourceError, SourceRefused
from pipelines.connectors import Parsed, Payload, Request, connectors
from pipelines.rows import tables

pytestmark = pytest.mark.recorded

SOURCES = ("bcb_ptax", "ibge_sidra", "stn")
# File → key of its request, observations, quotes, documents.
READ = {
    "bcb_ptax/dolar_periodo_2024-01.json": ("USD 2024-01-01..2024-01-31", 22 * 2, 0, 0),
    "bcb_ptax/empty_holiday.json": ("USD 2024-01-01..2024-01-01", 0, 0, 0),
    "bcb_ptax/fx_flow_sgs_13961_saldo_total.json": ("13961 2026-01-01..2026-01-31", 3, 0, 0),
    "bcb_ptax/moeda_dia_EUR_2022-03-04_boletins.json": ("EUR 2022-03-04..2022-03-04", 5 * 4, 0, 0),
    "bcb_ptax/moeda_dia_USD_2020-08-28.json": ("USD 2020-08-28..2020-08-28", 2, 0, 0),
    "bcb_ptax/moeda_periodo_USD_2026-07-29.json": ("USD 2026-07-19..2026-07-29", 2 * 2, 0, 0),
    "bcb_ptax/moedas.json": ("Moedas", 0, 0, 3),
    "ibge_sidra/agregados_1737_v2266_2024_2025.json": ("t1737 monthly v2266 202401..202512", 24, 0, 0),
    "ibge_sidra/agregados_7060_ipca_grupos_2026-05.json": (
        "t7060 monthly v63,66/c315/7169,7170,7445,7486,7558,7625,7660,7712,7766,7786 202605..202605", 20, 0, 0,
    ),
    "ibge_sidra/values_1737_v2265_last1.json": ("t1737 monthly v2265 202608..202608", 1, 0, 0),
    "ibge_sidra/values_desemprego_4099.json": ("t4099 quarterly v4099 202401..202401", 1, 0, 0),
    "ibge_sidra/values_massa_salarial_6390.json": ("t6390 monthly v5933 202401..202401", 12, 0, 0),     # of 16, four are letters
    "ibge_sidra/values_pib_5932.json": ("t5932 quarterly v6561,6562,6563,6564/c11255/90707 202301..202301", 4, 0, 0),
    "ibge_sidra/values_prod_industrial_8888.json": ("t8888 monthly v12606/c544/129314 202401..202401", 1, 0, 0),
    "ibge_sidra/values_sentinels.json": ("t1737 monthly v63,69 197912..198003", 4, 0, 0),
    "stn/LFT_2022.xls": ("tesouro_direto_ano LFT 2022", 0, 4 * 230 * 5, 0),
    "stn/ckan_resource_show_rtn.json": ("rtn resource", 0, 0, 0),
    "stn/leiloes_2025-10-23.json": ("leiloes 2025-10-23..2025-10-23", 4, 6 * 13, 0),
    "stn/precotaxatesourodireto_2012-12-05.csv": ("tesouro_direto 2012-01-01..2012-12-31", 0, 5 * 5, 0),
    "stn/precotaxatesourodireto_head_2010-03.csv": ("tesouro_direto 2010-01-01..2010-12-31", 0, 38 * 5, 0),
    "stn/rendimento-investir.csv": ("tesouro_direto_hoje investir", 0, 36 * 3, 0),
    "stn/rendimento-resgatar.csv": ("tesouro_direto_hoje resgatar", 0, 60 * 2, 0),
    "stn/siconfi_empty_items.json": ("siconfi RREO-Anexo 01 of 1 in 2027/1B delivered 2027-03-30T12:00:00Z", 0, 0, 0),
    "stn/siconfi_extrato_entregas_uniao_2026.json": ("siconfi deliveries 1 2026: RREO-Anexo 01", 0, 0, 0),
    "stn/siconfi_rreo_uniao_2026_b4_anexo01.json": ("siconfi RREO-Anexo 01 of 1 in 2026/4B delivered 2026-09-30T14:28:06Z", 20, 0, 0),
}
REFUSED: dict[str, tuple[str, type[SourceError], str]] = {
    "bcb_ptax/error_400_malformed_uri.txt": ("USD 2024-01-01..2024-01-31", SourceRefused, "The URI is malformed"),
    "ibge_sidra/error_400_over_50000.txt": (
        "t10261 annual v4090 2022..2022", SourceRefused, "Quantidade de valores solicitados: 83550 excedeu o limite: 50000",
    ),
    "ibge_sidra/values_vendas_varejo_8881.json": (
        "t8881 monthly v7170/c11046/56734 202401..202401", PayloadError, "category 56734 has no name",
    ),
}
ELSEWHERE = {"bcb_ptax/fx_flow_sgs_13961_saldo_total.json": "bcb_sgs"}     # kept here, but a series of SGS


def recordings(recorded: Path) -> dict[str, tuple[int, str]]:
    """File → status and content type, of these sources."""
    with (recorded / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["connector"] in SOURCES]
    return {f"{row['connector']}/{row['file']}": (int(row["status"]), row["content_type"]) for row in rows}


def payload(recorded: Path, name: str) -> Payload:
    status, content_type = recordings(recorded)[name]
    source, key = ELSEWHERE.get(name, name.split("/")[0]), (READ.get(name) or REFUSED[name])[0]
    now = datetime(2026, 11, 20, 11, 45, tzinfo=UTC)
    return Payload(source, key, "", (recorded / name).read_bytes(), status, content_type, now, "0" * 16, "f" * 64)


def read(recorded: Path, name: str) -> Parsed:
    found = payload(recorded, name)
    return connectors()[found.source].parse(found)


@pytest.mark.parametrize("name", READ)
def test_the_payload_is_read_whole_and_fits_bronze(recorded, name):
    found = payload(recorded, name)
    parsed = connectors()[found.source].parse(found)
    assert (len(parsed.observations), len(parsed.quotes), len(parsed.documents)) == READ[name][1:]
    assert sum(table.num_rows for table in tables(parsed, found).values()) == sum(READ[name][1:])


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_is_raised_by_its_name(recorded, name):
    key, error, reason = REFUSED[name]
    with pytest.raises(SourceError, match=reason) as caught:
        read(recorded, name)
    assert type(caught.value) is error
    assert (caught.value.source, caught.value.key) == (name.split("/")[0], key)


def test_no_recording_of_these_sources_is_left_out(recorded):
    assert set(recordings(recorded)) == {*READ, *REFUSED}


def test_the_close_of_11_january_2024_was_out_at_five_in_the_afternoon(recorded):
    found = {(one.source_key, one.source_date): one for one in read(recorded, "bcb_ptax/dolar_periodo_2024-01.json").observations}
    late = found["USD|Fechamento|cotacaoVenda", date(2024, 1, 11)]
    assert (late.value, late.published_at) == (4.8794, datetime(2024, 1, 11, 20, 3, 40, 620_000, UTC))
    assert found["USD|Fechamento|cotacaoCompra", date(2024, 1, 31)].value == 4.9529


def test_the_close_of_the_euro_is_not_its_last_bulletin_of_the_same_second(recorded):
    rows = read(recorded, "bcb_ptax/moeda_dia_EUR_2022-03-04_boletins.json").observations
    sold = [(one.source_key.split("|")[1], one.value) for one in rows if one.source_key.endswith("cotacaoVenda")]
    assert sold == [
        ("Abertura", 5.5309), ("Intermediário", 5.5445), ("Intermediário", 5.5432), ("Intermediário", 5.5531), ("Fechamento", 5.5433),
    ]
    assert len({one.published_at.replace(microsecond=0) for one in rows if "|Abertura|" not in one.source_key}) == 3


def test_bulletins_recorded_without_their_kind_are_not_called_closes(recorded):
    rows = read(recorded, "bcb_ptax/moeda_periodo_USD_2026-07-29.json").observations
    assert {one.source_key.split("|")[1] for one in rows} == {"unnamed"}


def test_group_weights_of_may_2026_sum_to_a_hundred_and_weighted_groups_give_the_headline(recorded):
    rows = read(recorded, "ibge_sidra/agregados_7060_ipca_grupos_2026-05.json").observations
    change, weight = ({one.source_key.rsplit("/", 1)[1]: one.value for one in rows if f"/v{code}/" in one.source_key} for code in (63, 66))
    groups = [code for code in change if code != "7169"]
    assert len(groups) == 9
    assert sum(weight[code] for code in groups) == pytest.approx(100, abs=5e-4)      # nine roundings of 4 decimals
    assert sum(weight[code] * change[code] / 100 for code in groups) == pytest.approx(change["7169"], abs=0.01)
    assert change["7169"] == 0.58


def test_the_index_grows_by_the_printed_change(recorded):
    rows = read(recorded, "ibge_sidra/agregados_1737_v2266_2024_2025.json").observations
    index = {one.source_date: one.value for one in rows}
    assert (index[date(2024, 1, 1)], index[date(2025, 12, 1)]) == (6801.72, 7403.29)
    assert round((index[date(2025, 12, 1)] / index[date(2025, 11, 1)] - 1) * 100, 2) == 0.33


def test_the_signs_of_the_service_are_zero_and_nothing(recorded):
    rows = read(recorded, "ibge_sidra/values_sentinels.json").observations
    assert [(one.source_key, one.source_date, one.value) for one in rows] == [
        ("t1737/v69", date(1979, 12, 1), None), ("t1737/v63", date(1980, 1, 1), 0.0), ("t1737/v63", date(1980, 2, 1), None),
        ("t1737/v63", date(1980, 3, 1), None),
    ]


def test_the_public_buys_below_what_it_redeems_at_in_rate_and_above_in_price(recorded):
    found = read(recorded, "stn/precotaxatesourodireto_2012-12-05.csv").quotes.to_pylist()
    bond = {row["field"]: row["value"] for row in found if row["symbol"] == "TD NTN-B 2015-05-15"}
    assert bond == {"rate": 1.85, "ask_rate": 1.89, "price": 2429.61, "ask_price": 2427.42, "base_price": 2426.84}
    whole = read(recorded, "stn/precotaxatesourodireto_head_2010-03.csv").quotes.to_pylist()
    by = {(row["symbol"], row["source_date"], row["field"]): row["value"] for row in whole}
    pairs = [(symbol, day) for symbol, day, field in by if field == "rate"]
    assert len(pairs) == 38
    assert all(by[*one, "rate"] <= by[*one, "ask_rate"] for one in pairs)
    assert all(by[*one, "price"] >= by[*one, "ask_price"] for one in pairs)


def test_the_workbook_of_2022_has_every_session_of_four_bonds_to_the_first_of_december(recorded):
    found = {(one.symbol, one.source_date, one.field): one.value for one in read(recorded, "stn/LFT_2022.xls").quotes}
    assert found["TD LFT 2023-03-01", date(2022, 1, 3), "rate"] == 0.0502
    assert found["TD LFT 2027-03-01", date(2022, 12, 1), "ask_price"] == 12403.83
    assert len({day for _, day, _ in found}) == 230


def test_the_auction_of_23_october_2025_and_its_second_round_a_day_later(recorded):
    parsed = read(recorded, "stn/leiloes_2025-10-23.json")
    found = {(one.symbol, one.field): (one.value, one.source_date) for one in parsed.quotes}
    assert found["LTN 2026-10-01", "auction_average_rate"] == (14.1346, date(2025, 10, 23))
    assert found["NTN-F 2035-01-01", "auction_second_amount"] == (293_585_542.72, date(2025, 10, 24))
    ltn = {one.source_key: one.value for one in parsed.observations if one.source_key.startswith("leiloes/LTN/")}
    # 1.77 + 6.29 + 9.49 + .91 bn in the first round
    assert ltn["leiloes/LTN/sale"] == pytest.approx(18_456_305_705.78, abs=0.01)


def test_the_union_s_report_of_the_fourth_bimester_is_known_from_its_delivery(recorded):
    rows = read(recorded, "stn/siconfi_rreo_uniao_2026_b4_anexo01.json").observations
    spent = {one.source_key: one for one in rows}["siconfi/1/RREO-Anexo 01/DespesasCorrentes/DESPESAS PAGAS ATÉ O BIMESTRE (j)"]
    assert (spent.value, spent.source_date) == (2_329_730_336_233.25, date(2026, 8, 31))
    assert spent.published_at == datetime(2026, 9, 30, 17, 28, 6, tzinfo=UTC)


def test_the_recorded_log_calls_for_four_reports(recorded):
    found = payload(recorded, "stn/siconfi_extrato_entregas_uniao_2026.json")
    reports = connectors()["stn"].follow(Request("stn", found.key, "https://x/tt/extrato_entregas?id_ente=1&an_referencia=2026"), found)
    assert [one.url.split("nr_periodo=")[1][0] for one in reports] == ["1", "2", "3", "4"]


def test_ckan_s_recorded_resource_leads_to_its_workbook(recorded):
    found = payload(recorded, "stn/ckan_resource_show_rtn.json")
    (book,) = connectors()["stn"].follow(Request("stn", found.key, "https://www.tesourotransparente.gov.br/ckan/api/3/action/x"), found)
    assert book.url.endswith("/download/serie_historica_ago26.xlsx")


def test_a_quarter_and_a_moving_quarter_with_the_same_code_are_dated_apart(recorded):
    (quarter,) = read(recorded, "ibge_sidra/values_desemprego_4099.json").observations
    moving = read(recorded, "ibge_sidra/values_massa_salarial_6390.json").observations[0]
    assert (quarter.source_date, moving.source_date) == (date(2024, 1, 1), date(2024, 1, 1))
    assert (quarter.source_key, quarter.value, moving.source_key, moving.value) == ("t4099/v4099", 7.9, "t6390/v5933", 3382.0)
