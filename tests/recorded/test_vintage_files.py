"""History as it stood on the date of each vintage file is that file: every column, every date, withdrawn values too."""

import csv
import gzip
from calendar import monthrange
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from models_py.gold import Release

pytestmark = pytest.mark.slow

# our id and what takes the file's figure to our unit, by the file's column; other columns are us_fredmd_<column>, unscaled
COLUMNS = {
    "CPIAUCSL": ("us_cpi_sa", 1.0), "PAYEMS": ("us_payrolls", 1.0), "UNRATE": ("us_unemployment", 0.01),
    "INDPRO": ("us_industrial_production", 1.0), "UMCSENTx": ("us_umich_sentiment", 1.0), "CPIULFSL": ("us_cpi_ex_food_sa", 1.0),
    "PCEPI": ("us_pce_price", 1.0), "RETAILx": ("us_retail_food_sales", 1.0), "CLAIMSx": ("us_initial_claims_month", 1.0),
    "HOUST": ("us_housing_starts", 1.0), "PERMIT": ("us_building_permits", 1.0), "CES0600000008": ("us_hourly_earnings_goods", 1.0),
    "AWHMAN": ("us_hours_manufacturing", 1.0), "CUMFNS": ("us_capacity_manufacturing", 0.01),
    "DPCERA3M086SBEA": ("us_real_consumption", 1.0), "W875RX1": ("us_real_income_ex_transfers", 1.0), "M2SL": ("us_m2", 1.0),
    "BUSLOANS": ("us_business_loans", 1.0), "BAA": ("us_baa_yield", 0.01), "S&P 500": ("us_sp500_month", 1.0),
}  # fmt: skip


def month_end(text: str) -> date:
    month, _, year = (int(part) for part in text.split("/"))
    return date(year, month, monthrange(year, month)[1])


def read(path: Path) -> dict[str, dict[date, float]]:
    """Values by column and month, as the file has them; thousands of claims become claims."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        header, _transform, *lines = csv.reader(file)
    found: dict[str, dict[date, float]] = {name.strip(): {} for name in header[1:]}
    for line in lines:
        if line and line[0].strip():
            for name, cell in zip(header[1:], line[1:], strict=False):
                if cell.strip():
                    value = float(cell)
                    thousands = name.strip() == "CLAIMSx" and value < 10_000
                    found[name.strip()][month_end(line[0].strip())] = value * 1000 if thousands else value
    return found


def test_the_history_as_of_each_vintage_is_the_vintage_file(published_history: Release, history: Path):
    paths = sorted((history / "us_macro" / "fredmd_vintages").glob("*.csv.gz"))
    assert len(paths) == 48
    files = {path.name.removesuffix(".csv.gz"): read(path) for path in paths}
    common = set.intersection(*(set(found) for found in files.values()))
    ids = {name: COLUMNS.get(name, (f"us_fredmd_{name.lower()}", 1.0)) for name in sorted(common)}
    held = {name: found for name, found in ids.items() if found[0] in published_history.catalogue}
    assert set(held) >= set(COLUMNS)
    compared = withdrawn = 0
    before: dict[str, set[date]] = {}
    for month, found in files.items():
        year, number = (int(part) for part in month.split("-"))
        at = datetime(year, number, monthrange(year, number)[1], 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
        known = published_history.as_of(at)
        for name, (series_id, scale) in held.items():
            seen = before.setdefault(name, set()) | set(found[name])        # dates of the vintage files, those withdrawn since among them
            rows = known.history(series_id).select("reference_date", "value").rows()
            expected = {day: pytest.approx(value * scale, rel=1e-12) for day, value in found[name].items()}
            assert {day: value for day, value in rows if day in seen} == expected, f"{series_id} as of {month}"
            compared += len(expected)
            withdrawn += len(seen - set(expected))
            before[name] = seen
    assert compared > 500_000
    assert withdrawn > 0                         # the files do withdraw values, and history follows them


def test_no_vintage_is_known_before_its_month_ends(published_history: Release):
    first = published_history.sql("select min(available_at) as at from observations where series_id = 'us_cpi_sa'")["at"][0]
    assert first.astimezone(ZoneInfo("America/New_York")).date() == date(2010, 2, 28)
    assert isinstance(published_history.as_of("2010-02-28T00:00:00-05:00").history("us_cpi_sa"), pl.DataFrame)
    assert published_history.as_of("2010-02-28T00:00:00-05:00").history("us_cpi_sa").is_empty()
