"""Recorded payloads of ANBIMA and of B3's files beside the price report: each is read whole by its connector. Read in place."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.connectors import Parsed, Payload, connectors
from pipelines.rows import tables

pytestmark = pytest.mark.recorded

FILES, BULLETIN, INTRADAY = "b3_files", "b3_bulletin", "b3_intraday"
# File → connector, key of the request that it answers, observations, quotes.
READ = {
    "b3/TS190910.ex_": (FILES, "TS190910", 59 * 10, 287 * 10),
    "b3/TaxaSwap_APR_20141212.txt": (FILES, "TS141212", 56, 348),
    "b3/BF150102.zip": (FILES, "BF150102", 0, 431),
    "b3/CONTRCAD_20150410.TXT": (FILES, "CONTRCAD150410", 0, 45 * 2),
    "b3/Indic_20141212.txt": (FILES, "ID141212", 480, 0),
    "b3/ajustes_2025-02-13.html": (FILES, "AJUSTES250213", 0, 162 * 2),
    "b3/ajustes_weekend_empty.html": (FILES, "AJUSTES250215", 0, 0),
    "b3/taxas_referenciais_PRE_2025-01-02.html": (FILES, "PRE250102", 0, 250),
    "b3/taxas_referenciais_DIC_2025-01-02.html": (FILES, "DIC250102", 0, 250),
    "b3/taxas_referenciais_DOC_2025-01-02.html": (FILES, "DOC250102", 0, 250),
    "b3/derivatives_intraday_DI1_2026-03-10.json": (INTRADAY, "DI1", 0, 592),
    "b3/derivatives_intraday_DAP_2026-03-10.json": (INTRADAY, "DAP", 0, 248),
    "b3/derivatives_intraday_FRC_2026-03-10.json": (INTRADAY, "FRC", 0, 209),
    # farm products alone: none of the five families is among them
    "b3/DerivativesOpenPosition_agro_2025-12-19.csv": (BULLETIN, "DerivativesOpenPosition file 2025-12-19", 0, 0),
    "b3/TradeInformationConsolidated_token.json": (BULLETIN, "TradeInformationConsolidated token 2026-09-11", 0, 0),
    "b3/TradeInformationConsolidated_2026-09-11.csv": (BULLETIN, "TradeInformationConsolidated file 2026-09-11", 0, 2),
    "b3/bdi_table_page.json": (BULLETIN, "ConsolidatedTradesDerivatives 1 2026-09-11", 0, 2),
    "anbima/ms260206.txt": ("anbima", "ms260206", 0, 52 * 9),
    "anbima/ms190102.txt": ("anbima", "ms190102", 0, 44 * 9 - 15 * 2),                  # 15 bonds without bid and ask
    "anbima/vna_2019-01-06.html": ("anbima", "vna", 8, 0),
    "anbima/ettj_CZ-down_2026-03-20.csv": ("anbima", "CZ-down 2026-03-20", 2 * 6 + 67 + 2 * 21 + 10, 34),
    "anbima/ettj_CZ-down_2026-07-09.csv": ("anbima", "CZ-down 2026-07-09", 2 * 6 + 67 + 2 * 20 + 10, 32),
    "anbima/ettj_CZ-down_nonbusinessday_empty.csv": ("anbima", "CZ-down 2026-07-11", 0, 0),
    "anbima/ettj_intraday_2026-03-20.csv": ("anbima", "cIntra-down", 2 * (22 + 68), 0),
    "anbima/difusao_2023-03-20.csv": ("anbima", "difusao 2023-03-20", 0, 1287),
    "anbima/IMA_SH_08052026.csv": ("anbima", "ima-sh-down 2026-05-08", 9 * 16, 0),
    "anbima/IMA_SH_08052026.xml": ("anbima", "ima-sh-down 2026-05-08", 9 * 16, 0),
    "anbima/IMA_SH_04052015.csv": ("anbima", "ima-sh-down 2015-05-04", 10 * 16, 0),
    "anbima/ima_sh_empty_day.csv": ("anbima", "ima-sh-down 2026-05-09", 0, 0),
    "anbima/ima_completo.txt": ("anbima", "ima_completo", 9 * 16 + 185 * 4, 504),
    "anbima/ima_completo.xml": ("anbima", "ima_completo", 9 * 18 + 185 * 4, 504),
    "anbima/IRF-M_1.xls": ("anbima", "IRF-M 1", 2364 * 4, 0),
    "anbima/imaq_2026-02-04.html": ("anbima", "imaq", 0, 51 * 4),
}
PRICE_REPORTS = ("SPRD", "BVBG086", "pesquisapregao_SPRD")


def payload(path: Path, source: str, key: str) -> Payload:
    return Payload(source, key, "", path.read_bytes(), 200, "", datetime(2026, 11, 20, 11, 45, tzinfo=UTC), "0" * 16, "f" * 64)


def read(recorded: Path, name: str) -> Parsed:
    source, key, *_ = READ[name]
    return connectors()[source].parse(payload(recorded / name, source, key))


def quotes(recorded: Path, name: str) -> dict[tuple[str, str], float | None]:
    return {(one.symbol, one.field): one.value for one in read(recorded, name).quotes}


def observations(recorded: Path, name: str) -> dict[tuple[str, date], float | None]:
    return {(one.source_key, one.source_date): one.value for one in read(recorded, name).observations}


@pytest.mark.parametrize("name", READ)
def test_the_payload_is_read_whole_and_fits_bronze(recorded, name):
    source, key, observed, quoted = READ[name]
    parsed = read(recorded, name)
    assert (len(parsed.observations), len(parsed.quotes), len(parsed.documents)) == (observed, quoted, 0)
    fitted = tables(parsed, payload(recorded / name, source, key))
    assert sum(table.num_rows for table in fitted.values()) == observed + quoted


def test_no_recorded_file_is_left_out(recorded):
    with (recorded / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        names = [f"{row['connector']}/{row['file']}" for row in csv.DictReader(file) if row["connector"] in ("b3", "anbima")]
    assert {name for name in names if not name.startswith(tuple(f"b3/{start}" for start in PRICE_REPORTS))} == set(READ)


def test_the_marks_of_a_bond_are_those_of_the_file(recorded):
    found = quotes(recorded, "anbima/ms260206.txt")
    assert (found["LTN 2027-04-01", "rate"], found["LTN 2027-04-01", "price"]) == (13.0636, 870.775176)
    assert (found["NTN-B 2028-08-15", "rate"], found["NTN-B 2028-08-15", "price"]) == (7.8168, 4550.923398)
    assert (found["NTN-F 2031-01-01", "rate"], found["NTN-F 2031-01-01", "price"]) == (13.3778, 900.328662)
    assert (found["LFT 2028-03-01", "rate"], found["LFT 2028-03-01", "price"]) == (0.0419, 18331.084153)
    assert quotes(recorded, "anbima/ms190102.txt")["LTN 2019-10-01", "bid_rate"] == 6.4245


def test_the_whole_file_of_indices_says_the_same_in_text_and_xml_and_rounds_to_the_summary(recorded):
    text, xml = (observations(recorded, f"anbima/ima_completo.{form}") for form in ("txt", "xml"))
    rounded = {key for key in text if "Quant_Negociada" in key[0]}
    assert {key: value for key, value in text.items() if key not in rounded} == {key: xml[key] for key in text if key not in rounded}
    assert all(abs(text[key] - xml[key]) < 0.006 for key in rounded if text[key] is not None)
    day, summary = date(2026, 5, 8), observations(recorded, "anbima/IMA_SH_08052026.csv")
    assert summary["IMA-B Num_Indice", day] == text["completo IMA-B Num_Indice", day] == 11521.718637
    assert (summary["IRF-M Yield", day], text["completo IRF-M Yield", day]) == (13.7934, 13.7933659500076)
    assert summary == observations(recorded, "anbima/IMA_SH_08052026.xml")


def test_a_workbook_begins_an_index_at_a_thousand(recorded):
    found = observations(recorded, "anbima/IRF-M_1.xls")
    assert found["IRF-M 1 Num_Indice", date(2000, 12, 1)] == 1000.0
    assert found["IRF-M 1 Num_Indice", date(2010, 5, 3)] == pytest.approx(4331.12420145932)


def test_unit_values_of_a_page_are_those_of_its_day(recorded):
    found = observations(recorded, "anbima/vna_2019-01-06.html")
    assert found["VNA 760199", date(2019, 1, 3)] == 3156.10976
    assert (found["VNA 210100", date(2019, 1, 3)], found["VNA 210100 Selic", date(2019, 1, 3)]) == (9885.3178, 6.4)


def test_reference_rates_are_those_of_the_file_and_the_ptax_curve_is_a_price(recorded):
    rates = observations(recorded, "b3/TS190910.ex_")
    assert (rates["APR 720", date(2019, 9, 10)], rates["PTX 720", date(2019, 9, 10)]) == (5.765, 4.3667831)
    assert quotes(recorded, "b3/TS190910.ex_")["CURVE_DOC 2019-09-16", "rate"] == -13.19
    assert quotes(recorded, "b3/taxas_referenciais_PRE_2025-01-02.html")["CURVE_PRE 2025-01-09", "rate"] == 12.27


def test_the_old_bulletin_and_the_archived_page_have_the_settlements_of_their_days(recorded):
    old = quotes(recorded, "b3/BF150102.zip")
    assert (old["DAPK15", "settlement"], old["DDIF16", "settlement"], old["FRCH15", "rate"]) == (98977.34, 98791.45, 1.72)
    assert {one.published_at for one in read(recorded, "b3/BF150102.zip").quotes} == {datetime(2015, 1, 2, 23, 30, 22, tzinfo=UTC)}
    page = read(recorded, "b3/ajustes_2025-02-13.html").quotes
    assert Counter(one.symbol[:3] for one in page if one.field in ("settlement", "rate")) == {
        "DI1": 39, "DDI": 39, "FRC": 38, "DOL": 25, "DAP": 21,
    }


@pytest.mark.parametrize(
    ("name", "key", "symbols", "known"),
    [
        ("Premio.txt.gz", "RE141212", 856 + 706, ("DOLFHBB", "strike", 3375.0)),
        ("SupVol.txt.gz", "SV140812", 23 * 9 + 13 * 9, ("USDBRL_VOL_50_0036", "vol", 11.25)),
    ],
)
def test_options_of_the_sample_days_are_read_whole(history, name, key, symbols, known):
    found = connectors()[FILES].parse(payload(history / "b3_samples" / name, FILES, key)).quotes
    assert len({one.symbol for one in found}) == symbols
    assert known in {(one.symbol, one.field, one.value) for one in found}
