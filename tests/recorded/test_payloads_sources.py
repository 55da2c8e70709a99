"""Recorded payloads of SGS, Focus, FRED, Treasury and B3: each is read, or refused by the right name. Read in place."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from models_py.kernel.errors import PayloadError, RateLimited, SourceDown, SourceError, SourceRefused
from pipelines.connectors import Parsed, Payload, connectors
from pipelines.rows import tables

pytestmark = pytest.mark.recorded

SOURCES = ("bcb_sgs", "bcb_focus", "fred", "us_treasury", "b3")

# File → observations, quotes, documents.
READ = {
    "bcb_sgs/sgs_433_ipca_2017_2025.json": (108, 0, 0),
    "bcb_sgs/sgs_432_selic_meta_2025H2.json": (214, 0, 0),
    "bcb_sgs/sgs_1_ptax_venda_2025H2.json": (150, 0, 0),
    "bcb_sgs/sgs_433_ultimos_3.json": (3, 0, 0),
    "bcb_sgs/sgs_226_tr_datafim.json": (1, 0, 0),
    "bcb_sgs/error_404_no_values_in_window.json": (0, 0, 0),
    "bcb_focus/selic_2026-06-26.json": (32 * 6, 0, 0),
    "bcb_focus/anuais_2026-06-26.json": (20 * 6, 0, 0),
    "bcb_focus/mensais_ipca_2026-09-18.json": (25 * 6, 0, 0),
    "bcb_focus/inflacao12m_ipca_servicos_2021.json": (2 * 6, 0, 0),
    "bcb_focus/top5_selic_documented.json": (6, 0, 0),
    "bcb_focus/empty_value.json": (0, 0, 0),
    "fred/observations_GDP_2024-10-30.json": (315, 0, 0),
    "fred/observations_GDP_2024-12-19.json": (315, 0, 0),
    "fred/observations_GDP_all_vintages.json": (3199, 0, 0),
    "fred/observations_GDP_initial_release_output4.json": (132, 0, 0),
    "fred/observations_CPILFESL.json": (813, 0, 0),
    "fred/vintagedates_GDP.json": (0, 0, 0),
    "fred/series_GDP_info_2024-10-30.json": (0, 0, 1),
    "fred/series_GDP_info_2024-12-19.json": (0, 0, 1),
    "fred/series_GDP_release.json": (0, 0, 1),
    "fred/release_10_dates.json": (0, 0, 927),
    "fred/releases_dates_page1.json": (0, 0, 1000),
    "fred/release_10_tables.json": (0, 0, 0),
    "us_treasury/par_yield_curve_2000.csv": (251 * 10, 0, 0),
    "us_treasury/par_yield_curve_2023.csv": (169 * 13, 0, 0),
    "us_treasury/par_yield_curve_1990_2022.csv": (8070 * 12, 0, 0),
    "us_treasury/par_yield_curve_2026-10.csv": (2 * 14, 0, 0),
    "us_treasury/par_yield_curve_2026-10.xml": (2 * 14, 0, 0),
    "us_treasury/bill_rates_2023.csv": (139 * 12, 0, 0),
    "us_treasury/debt_to_penny_p1.json": (5, 0, 0),
    "us_treasury/debt_to_penny_p2.json": (4, 0, 0),
    "b3/SPRD230202.zip": (0, 499, 0),
    "b3/SPRD250203.zip": (0, 518, 0),
    "b3/pesquisapregao_SPRD250203_outer.zip": (0, 518, 0),
    "b3/BVBG086_pricereport_20180102.xml.gz": (0, 499, 0),
}
REFUSED = {
    "bcb_sgs/error_406_daily_window_gt_10y.json": (SourceRefused, "no máximo, 10 anos"),
    "bcb_sgs/error_400_ultimos_gt_20.json": (SourceRefused, "máxima de valores deve ser 20"),
    "bcb_sgs/error_200_html_requisicao_invalida.html": (SourceDown, "the series code is unknown, or the gateway is in trouble"),
    "bcb_focus/error_400_malformed_uri.txt": (SourceRefused, "The URI is malformed"),
    "bcb_focus/error_500_internal.html": (SourceDown, "500 Internal Server Error"),
    "fred/error_400_bad_api_key.json": (SourceRefused, "api_key is not registered"),
    "fred/error_400_series_not_found.json": (SourceRefused, "The series does not exist"),
    "fred/error_400_vintage_limit_2000.json": (SourceRefused, "2004 vintage dates"),
    "fred/error_429_rate_limit.json": (RateLimited, "slow down"),
    "us_treasury/fiscaldata_error_400.json": (SourceRefused, "Invalid query parameter 'foo'"),
}
KEYS = {"bcb_sgs": "433 2017-01-01..2025-12-31", "bcb_focus": "IPCA 2017-01-01..2025-12-31", "fred": "GDP 1776-07-04..9999-12-31"}


def statuses(recorded: Path) -> dict[str, tuple[int, str]]:
    with (recorded / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["connector"] in SOURCES]
    return {f"{row['connector']}/{row['file']}": (int(row["status"]), row["content_type"]) for row in rows}


def payload(recorded: Path, name: str) -> Payload:
    source, file = name.split("/")
    status, content_type = statuses(recorded)[name]
    key = KEYS.get(source, file.replace("pesquisapregao_", "").replace("_outer", "").removesuffix(".zip"))
    now = datetime(2026, 11, 20, 11, 45, tzinfo=UTC)
    return Payload(source, key, "", (recorded / name).read_bytes(), status, content_type, now, "0" * 16, "f" * 64)


def read(recorded: Path, name: str) -> Parsed:
    found = payload(recorded, name)
    return connectors()[found.source].parse(found)


@pytest.mark.parametrize("name", READ)
def test_the_payload_is_read_whole_and_fits_bronze(recorded, name):
    found = payload(recorded, name)
    parsed = connectors()[found.source].parse(found)
    assert (len(parsed.observations), len(parsed.quotes), len(parsed.documents)) == READ[name]
    fitted = tables(parsed, found)
    assert sum(table.num_rows for table in fitted.values()) == sum(READ[name])


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_is_raised_by_its_name(recorded, name):
    error, reason = REFUSED[name]
    with pytest.raises(SourceError, match=reason) as caught:
        read(recorded, name)
    assert type(caught.value) is error
    assert caught.value.source == name.split("/")[0]


def test_every_other_payload_of_these_sources_is_refused_as_no_data(recorded):
    others = [name for name in statuses(recorded) if name not in READ and name not in REFUSED]
    for name in others:
        with pytest.raises(PayloadError):
            read(recorded, name)
    assert {name.split("/")[0] for name in others} == {"b3"}


def test_the_real_prints_are_the_published_ones(recorded):
    ipca = {one.source_date: one.value for one in read(recorded, "bcb_sgs/sgs_433_ipca_2017_2025.json").observations}
    assert (ipca[date(2021, 12, 1)], ipca[date(2025, 12, 1)]) == (0.73, 0.33)
    ptax = {one.source_date: one.value for one in read(recorded, "bcb_sgs/sgs_1_ptax_venda_2025H2.json").observations}
    assert (ptax[date(2025, 6, 2)], ptax[date(2025, 12, 31)]) == (5.6937, 5.5024)


def test_gdp_of_a_quarter_is_revised_and_withdrawn_as_alfred_tells(recorded):
    rows = read(recorded, "fred/observations_GDP_all_vintages.json").observations
    told = [(one.vintage_date, one.value) for one in rows if one.source_date == date(2024, 4, 1)]
    assert told == [
        (date(2024, 7, 25), 28629.153), (date(2024, 8, 29), 28652.337), (date(2024, 9, 26), 29016.714),
    ]
    first = [(str(one.vintage_date), one.value) for one in rows if one.source_date == date(1946, 1, 1)]
    assert first == [("1992-12-22", 199.7), ("1996-01-19", None), ("1997-05-07", 210.4), ("1999-10-28", None)]


def test_an_inner_zip_and_the_zip_around_it_hold_the_same_quotes(recorded):
    assert read(recorded, "b3/SPRD250203.zip").quotes.equals(read(recorded, "b3/pesquisapregao_SPRD250203_outer.zip").quotes)


@pytest.mark.parametrize(
    ("name", "families", "stamp"),
    [
        ("b3/SPRD250203.zip", {"DI1": 39, "DDI": 39, "FRC": 38, "DOL": 25, "DAP": 21}, datetime(2025, 2, 3, 22, 45, 19, tzinfo=UTC)),
        ("b3/SPRD230202.zip", {"DI1": 38, "DDI": 38, "FRC": 37, "DOL": 20, "DAP": 20}, datetime(2023, 2, 2, 22, 36, 58, tzinfo=UTC)),
        ("b3/BVBG086_pricereport_20180102.xml.gz", {"DI1": 38, "DDI": 38, "FRC": 37, "DOL": 28, "DAP": 13},
         datetime(2018, 1, 2, 22, 43, 45, tzinfo=UTC)),
    ],
)
def test_a_session_lists_every_contract_and_says_when_it_came_out(recorded, name, families, stamp):
    quotes: pa.Table = read(recorded, name).quotes
    assert Counter(symbol[:3] for symbol in set(quotes["symbol"].to_pylist())) == families
    assert set(quotes["published_at"].to_pylist()) == {stamp}


def test_the_settlements_of_a_day_are_those_of_the_exchange(recorded):
    rows = read(recorded, "b3/SPRD250203.zip").quotes.to_pylist()
    found = {(row["symbol"], row["field"]): row["value"] for row in rows}
    assert (found["DI1F27", "settlement"], found["DI1F27", "rate"], found["DI1F27", "previous"]) == (76828.74, 14.875, 76708.33)
    assert found["DI1F27", "open_interest"] == 2902674
    assert (found["DOLH25", "settlement"], found["DOLH25", "previous"]) == (5847.377, 5872.103)
    assert (found["FRCJ25", "rate"], found["FRCJ25", "previous"]) == (5.41, 5.39)
    assert ("FRCJ25", "settlement") not in found


def test_the_par_curve_is_the_same_in_csv_and_xml(recorded):
    csv_, xml = (
        {(one.source_key, one.source_date): one.value for one in read(recorded, f"us_treasury/par_yield_curve_2026-10.{form}").observations}
        for form in ("csv", "xml")
    )
    assert csv_ == xml
    assert csv_["1.5 Month", date(2026, 10, 1)] == 4.10


def test_tenors_that_did_not_exist_are_blank(recorded):
    archive = read(recorded, "us_treasury/par_yield_curve_1990_2022.csv").observations
    rows = {(one.source_key, one.source_date): one.value for one in archive}
    assert rows["30 Yr", date(2004, 1, 2)] is None            # not issued from February 2002 to February 2006
    assert rows["2 Mo", date(2018, 10, 15)] is None
    assert rows["2 Mo", date(2018, 10, 16)] is not None
    assert rows["10 Yr", date(1990, 1, 2)] == 7.94
