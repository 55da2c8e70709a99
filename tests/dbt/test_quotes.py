"""Quotes: ids, families and one unit of settlement in every world."""

from datetime import date

import pytest

from tests.dbt import compiled
from tests.dbt.lake import at
from tests.dbt.silver import Silver

FETCHED, LATER = "2023-02-03T11:40:00+00:00", "2023-02-06T11:40:00+00:00"
STAMP = "2023-02-03T01:36:58+00:00"


@pytest.fixture(scope="module")
def silver():
    return Silver()


def quote(symbol: str, field: str, value: float | None, fetched_at: str = FETCHED, **more):
    row = {"source": "b3", "source_key": "SPRD", "source_date": "2023-02-02", "symbol": symbol, "field": field, "value": value}
    return row | {"fetched_at": fetched_at, "published_at": STAMP} | more


def read(silver, *rows, columns="instrument_id, field, value", **how):
    built = silver.build(quotes=rows, **how)
    return built.sql(f"select {columns} from int_quote_vintages order by instrument_id, field, vintage").fetchall()


@pytest.mark.parametrize(
    ("symbol", "field", "printed", "value"),
    [
        ("DI1F24", "settlement", 89164.37, 89164.37),
        ("DI1F24", "rate", 13.642, 0.13642),
        ("DAPF24", "settlement", 94213.97, 94213.97),
        ("DDIF24", "settlement", 94040.89, 94040.89),
        ("DOLF24", "settlement", 5349.5, 5.3495),
        ("DOLF24", "previous", 5364.012, 5.364012),
        ("DI1F24", "open_interest", 12345.0, 12345.0),
    ],
)
def test_a_figure_of_the_exchange_is_kept_in_one_unit(silver, symbol, field, printed, value):
    assert read(silver, quote(symbol, field, printed)) == [(symbol.lower(), field, value)]


def test_the_settlement_of_frc_is_its_rate(silver):
    assert read(silver, quote("FRCF24", "rate", 5.98)) == [("frcf24", "rate", 0.0598), ("frcf24", "settlement", 0.0598)]


@pytest.mark.parametrize(
    ("symbol", "source_key", "family"),
    [
        ("DI1F27", "SPRD", "di1"),
        ("DOLH26", "SPRD", "dol"),
        ("LTN 2027-04-01", "anbima", "ltn"),
        ("ntnb_principal_20150515", "br_ntnb_principal", "ntnb_principal"),
        ("curve_pre_20210105", "br_curve_pre", "curve_pre"),
        ("ipca_subitem_mom_1101002", "br_ipca_subitem_mom", "ipca_subitem_mom"),
    ],
)
def test_an_instrument_is_named_by_contract_or_maturity_and_belongs_to_a_family(silver, symbol, source_key, family):
    ((name, found),) = read(silver, quote(symbol, "price", 1.0, source_key=source_key), columns="instrument_id, family")
    assert (found, name) == (family, symbol.lower().replace(" ", "_").replace("-", ""))


def test_a_mapped_quote_comes_in_our_unit_and_at_its_own_instant(silver):
    row = quote(
        "dolg21",
        "settlement",
        5.250667,
        source="files",
        source_key="br_dol",
        source_date="2021-01-04",
        published_at="2021-01-04T23:30:00+00:00",
        availability="scheduled",
    )
    found = read(silver, row, columns="instrument_id, family, value, available_at, availability", world="files")
    assert found == [("dolg21", "dol", 5.250667, at("2021-01-04T20:30:00-03:00"), "scheduled")]


def test_a_settlement_is_known_at_the_stamp_of_its_file_and_a_correction_at_its_own(silver):
    corrected = quote("DI1F24", "settlement", 89160.0, LATER, published_at="2023-02-04T01:36:00+00:00")
    found = read(silver, quote("DI1F24", "settlement", 89164.37), corrected, columns="available_at, vintage, value, availability")
    assert found == [(at(STAMP), 1, 89164.37, "published"), (at("2023-02-04T01:36:00+00:00"), 2, 89160.0, "published")]


def test_a_settlement_without_a_stamp_is_known_by_the_rule_of_its_family(silver):
    found = read(silver, quote("DI1F24", "settlement", 89164.37, published_at=None), columns="available_at, availability")
    assert found == [(at("2023-02-02T23:00:00-03:00"), "scheduled")]


def test_a_file_read_again_makes_no_vintage(silver):
    assert len(read(silver, quote("DI1F24", "settlement", 89164.37), quote("DI1F24", "settlement", 89164.37, LATER))) == 1


@pytest.mark.parametrize(
    ("symbol", "expiry"),
    [
        ("DI1F24", date(2024, 1, 2)),  # first business day of the month
        ("DOLF24", date(2024, 1, 2)),
        ("DI1K23", date(2023, 5, 2)),  # 1 May is a holiday
        ("DAPX26", date(2026, 11, 16)),  # the 15th is a Sunday and a holiday
        ("DAPQ26", date(2026, 8, 17)),
        ("LTN 2027-04-01", date(2027, 4, 1)),
    ],
)
def test_a_contract_expires_by_the_rule_of_its_family(silver, symbol, expiry):
    compiled.seed(silver.connection, "holidays")
    built = silver.build(quotes=[quote(symbol, "settlement", 1.0)])
    built.execute(f"create or replace view int_calendar as {compiled.model('int_calendar')}")
    assert built.sql(compiled.model("int_instruments")).select("maturity_date").fetchall() == [(expiry,)]
