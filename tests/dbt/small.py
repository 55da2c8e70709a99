"""A small sandbox lake of our own, and builds of it: once a test run."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb

from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.quant.daycount import calendar
from pipelines.transform import BuildResult, build
from tests.dbt.lake import inflation, load, observation

NOW = "2024-03-01T11:45:00+00:00"
FIRST, LAST = date(2024, 1, 2), date(2024, 2, 29)
CONTRACTS = {
    "DI1F25": date(2025, 1, 2),
    "DI1F26": date(2026, 1, 2),
    "DI1F27": date(2027, 1, 4),
    "DAPK25": date(2025, 5, 15),
    "DAPQ26": date(2026, 8, 17),
}


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(**{"world": "sandbox", "lake": str(folder), "now": NOW, "start": FIRST} | more)


def observations() -> list[dict[str, Any]]:
    """Two months of the central bank, the par curve and a revised monthly series."""
    days = [day.astype(date) for day in calendar("br").days(FIRST, LAST)]
    tenors = ("1 Mo", "3 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr", "20 Yr", "30 Yr")
    curve = dict(zip(tenors, (5.5, 5.4, 5.3, 4.9, 4.5, 4.3, 4.2, 4.2, 4.2, 4.5, 4.4), strict=True))
    rows = [observation("1", str(day), 4.90 + 0.01 * n, NOW) for n, day in enumerate(days)]
    rows += [
        observation(key, str(day), value, NOW) for day in days[:-1] for key, value in (("4389", 11.65), ("12", 0.043739), ("1178", 11.65))
    ]
    rows += [observation("432", str(FIRST + timedelta(days=n)), 11.75 if n < 30 else 11.25, NOW) for n in range(90)]
    prints = inflation(date(2023, 12, 1)) | {date(2023, 12, 1): 0.56, date(2024, 1, 1): 0.42}
    rows += [observation("433", str(month), value, NOW) for month, value in prints.items()]
    rows += [observation(key, str(day), value, NOW, source="us_treasury") for day in days for key, value in curve.items()]
    rows += [observation("IPCA|S|0|Mediana", str(day), 3.9, NOW, source="bcb_focus") for day in days]
    rows += [observation("SOFR", str(day), 5.31, NOW, source="fred") for day in days[:-1]]
    payrolls = (("2023-12-01", 157232.0, "2024-01-05"), ("2023-12-01", 157347.0, "2024-02-02"), ("2024-01-01", 157700.0, "2024-02-02"))
    return rows + [observation("PAYEMS", month, value, NOW, source="fred", vintage_date=vintage) for month, value, vintage in payrolls]


def quotes() -> list[dict[str, Any]]:
    """DI1, DAP and DOL of each session, flat at 10 % nominal and 5 % real."""
    rows: list[dict[str, Any]] = []
    market = calendar("br")
    sessions = [day.astype(date) for day in calendar("b3").days(FIRST, LAST)]
    for day in sessions:
        stamp = f"{day + timedelta(days=1)}T01:36:00+00:00"
        for symbol, expiry in CONTRACTS.items():
            rate = 0.10 if symbol.startswith("DI1") else 0.05
            price = round(100_000 / (1 + rate) ** (int(market.business_days(day, expiry)) / 252), 2)
            fields = {"settlement": price, "rate": 100 * rate, "open_interest": 1000.0}
            rows += [_quote(day, symbol, field, value, stamp) for field, value in fields.items()]
        rows += [_quote(day, symbol, "settlement", 4950.0 + 10 * n, stamp) for n, symbol in enumerate(("DOLH24", "DOLJ24"))]
    return rows


def _quote(day: date, symbol: str, field: str, value: float, stamp: str) -> dict[str, Any]:
    return {
        "source": "b3",
        "source_key": "SPRD",
        "source_date": str(day),
        "symbol": symbol,
        "field": field,
        "value": value,
        "fetched_at": NOW,
        "published_at": stamp,
    }


def fill(folder: Path) -> Path:
    """Bronze of the small lake below a folder; the answer is the world's part of it."""
    world = folder / "sandbox"
    load(world, "observations", observations())
    load(world, "quotes", quotes())
    return world


@cache
def built() -> tuple[Settings, Lake, BuildResult]:
    """The small lake, built once. Not to be written to: see `copied`."""
    folder = Path(mkdtemp(prefix="macro-small-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    chosen = settings(folder)
    fill(folder)
    lake = open_lake(chosen)
    return chosen, lake, build(chosen, lake, "small")


@contextmanager
def copied(tmp_path: Path) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """A copy of the small build that a test may damage."""
    path = tmp_path / "draft.duckdb"  # views in the file name the database as it was built
    shutil.copy(built()[2].path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set global timezone = 'UTC'")
        yield path, connection
