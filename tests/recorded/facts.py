"""How a row of KNOWN_FACTS.csv is looked up in a world. One function a measure; each gives the value found."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from tests.recorded.derivations import derivation
from tests.recorded.world import World

BOND_FAMILIES = ("ltn_", "ntnf_", "ntnb_2", "ntnc_", "lft_")


@dataclass(frozen=True)
class Fact:
    """One fact. `number` is its place in the file."""

    number: int
    target: str
    measure: str
    key: str
    dates: str
    expected: str
    tolerance: str

    @property
    def name(self) -> str:
        return f"{self.number}-{self.target}-{self.measure}-{self.dates}-{self.key}".replace(" ", "_")

    @property
    def day(self) -> date:
        return date.fromisoformat(self.dates)

    @property
    def span(self) -> tuple[date, date]:
        """First and last date of a span; years stand for their ends, nothing for all time."""
        if not self.dates:
            return date.min, date.max
        first, _, last = self.dates.partition("..")
        return _bound(first, "01-01"), _bound(last or first, "12-31")

    @property
    def family(self) -> str:
        return re.sub(r"^[a-z]{2}_", "", self.target)


def _bound(text: str, day: str) -> date:
    match len(text):
        case 4:
            return date.fromisoformat(f"{text}-{day}")
        case 7:
            return _month(text, day)
    return date.fromisoformat(text)


def _month(text: str, day: str) -> date:
    first = date.fromisoformat(f"{text}-01")
    return first if day == "01-01" else (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def read(path: Path) -> list[Fact]:
    """The facts of a file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Fact(number, row["target_id"], row["measure"], row["key"], row["reference_date"], row["expected"], row["tolerance"])
            for number, row in enumerate(csv.DictReader(file), start=2)
        ]


def holds(fact: Fact, world: World) -> tuple[object, bool]:
    """What the world says, and whether it is the fact within its tolerance."""
    found = MEASURES[fact.measure](fact, world)
    if fact.measure == "available_at":
        assert isinstance(found, datetime)
        return found, abs(found - datetime.fromisoformat(fact.expected)) <= _span(fact.tolerance)
    assert isinstance(found, int | float)
    return found, abs(found - float(fact.expected)) <= float(fact.tolerance) + 1e-12


def _span(text: str) -> timedelta:
    count, unit = text.split()
    return int(count) * {"min": timedelta(minutes=1), "h": timedelta(hours=1), "day": timedelta(days=1)}[unit]


def _observations(fact: Fact, world: World) -> pl.DataFrame:
    """Rows of a series on a day, in order of knowledge; of a vintage month, what was known at its end."""
    rows = world.observations.filter((pl.col("series_id") == fact.target) & (pl.col("reference_date") == fact.day)).sort("available_at")
    if re.fullmatch(r"\d{4}-\d{2}", fact.key):
        end = datetime.combine(_month(fact.key, "12-31"), datetime.max.time(), UTC) + timedelta(hours=12)
        rows = rows.filter(pl.col("available_at") <= end)
    return rows


def _value(fact: Fact, world: World) -> float:
    if fact.key and not re.fullmatch(r"\d{4}-\d{2}", fact.key):
        code, *parts = fact.key.split(";")
        node = f"{fact.family}_{int(parts[0]):02d}_{parts[1]}" if parts else f"{fact.family}_{code}"
        return _quote(world, node, "vol" if parts else "rate", fact.day)
    return float(_observations(fact, world)["value"][-1])


def _quote(world: World, instrument: str, field: str, day: date) -> float:
    rows = world.quotes.filter(
        (pl.col("instrument_id") == instrument) & (pl.col("field") == field) & (pl.col("reference_date") == day)
    ).sort("available_at")
    return float(rows["value"][-1])


def _bond(fact: Fact, world: World) -> float:
    return _quote(world, f"{fact.family}_{fact.key.replace('-', '')}", fact.measure, fact.day)


def _settlement(fact: Fact, world: World) -> float:
    return _quote(world, fact.key.lower(), "settlement", fact.day)


def _available_at(fact: Fact, world: World) -> datetime:
    if fact.target in ("copom_min", "fomc_min"):
        rows = world.documents.filter((pl.col("document_id") == fact.key) & (pl.col("meeting_date") == fact.day)).sort("available_at")
        return rows["available_at"][0]
    return _observations(fact, world)["available_at"][-1 if fact.key else 0]


def _absent(fact: Fact, world: World) -> int:
    quoted = world.quotes.filter(pl.col("instrument_id").str.starts_with(f"{fact.family}_") & (pl.col("reference_date") == fact.day))
    return _observations(fact, world).height + quoted.height


def _raw_value(fact: Fact, world: World) -> float:
    rows = world.bronze["observations"].filter((pl.col("source_key") == fact.target) & (pl.col("source_date") == fact.day))
    return float(rows.sort((pl.col("value") - float(fact.expected)).abs())["value"][0])


def _row_count(fact: Fact, world: World) -> int:
    first, last = fact.span
    match (fact.target, fact.key):
        case (_, "dropped"):
            bronze = world.bronze["observations"].filter(pl.col("source_date").is_between(first, last))
            return bronze.filter((pl.col("source_key") == fact.target) & (pl.col("availability") == "dropped:bad_tick")).height
        case ("us_fredmd_*", key):
            rows = world.bronze["observations"]
            files = rows.filter(pl.col("source_key").str.starts_with("us_fredmd_"))["raw_sha256"].unique()
            loaded = rows.filter(pl.col("raw_sha256").is_in(files.implode()))
            return files.len() if key == "vintages" else loaded["source_key"].n_unique() + 1         # and sasdate
        case ("br_ibovespa", "2010-2019 file, valid rows"):
            rows = world.bronze["observations"].filter(pl.col("source_key") == fact.target)
            of_file = rows.filter(pl.col("source_date").min().over("raw_sha256") == first)
            return of_file.filter(pl.col("source_date").is_between(first, last)).height
        case ("br_copom_decision", "rows without a meeting number"):
            rows = world.bronze["documents"].filter(pl.col("source_key") == fact.target)
            return rows.filter(pl.col("availability") == "dropped:undated").height
        case ("us_fomc_events", "Minutes events"):
            events = _documents(fact, world)
            return events.filter(pl.col("text").str.json_path_match("$.type") == "Minutes").height
        case ("br_ltn", "rows with price"):
            bonds = pl.any_horizontal(pl.col("instrument_id").str.starts_with(family) for family in BOND_FAMILIES)
            return world.quotes.filter(bonds & (pl.col("field") == "price") & pl.col("reference_date").is_between(first, last)).height
        case ("br_ltn", "reference dates"):
            rows = world.quotes.filter(pl.col("instrument_id").str.starts_with("ltn_") & pl.col("reference_date").is_between(first, last))
            return rows["reference_date"].n_unique()
        case ("br_di1", _):
            return _settling_as_loaded(fact, world, "OC1", "DI1")
        case ("usdbrl_vol_surface", _):
            rows = world.quotes.filter(pl.col("instrument_id").str.starts_with(fact.target) & (pl.col("field") == "vol"))
            return rows.filter(pl.col("reference_date").is_between(first, last)).height
    if fact.target in world.documents["kind"]:
        return _documents(fact, world).height
    rows = world.observations.filter((pl.col("series_id") == fact.target) & pl.col("reference_date").is_between(first, last))
    return rows["reference_date"].n_unique()


def _documents(fact: Fact, world: World) -> pl.DataFrame:
    first, last = fact.span
    day = pl.col("available_at").dt.date() if fact.target == "copom_min" else pl.col("meeting_date")
    return world.documents.filter((pl.col("kind") == fact.target) & day.is_between(first, last)).unique("document_id")


def _settling_as_loaded(fact: Fact, world: World, duplicate: str, commodity: str) -> int:
    """Rows of a futures file whose price is the loaded settlement of another commodity's same maturity; none of its own is loaded."""
    loaded = world.quotes.filter(pl.col("reference_date").is_between(*fact.span))
    assert loaded.filter(pl.col("instrument_id").str.to_lowercase().str.starts_with(duplicate.lower())).is_empty()
    rows = pl.read_parquet(next(world.history.glob("**/b3_futures_settlement*.parquet"))).filter(pl.col("commodity") == duplicate)
    named = rows.select(
        pl.col("refdate").cast(pl.Date).alias("reference_date"), "price",
        (pl.lit(commodity.lower()) + pl.col("maturity_code").str.to_lowercase()).alias("instrument_id"),
    )
    settled = loaded.filter(field="settlement").join(named, on=("reference_date", "instrument_id"))
    return settled.filter(pl.col("value") == pl.col("price")).unique(["reference_date", "instrument_id"]).height


def _derived(fact: Fact, world: World) -> float:
    return derivation(fact.target, fact.key)(fact.key, fact.span, world)


MEASURES: dict[str, Callable[[Fact, World], object]] = {
    "value": _value,
    "rate": _bond,
    "price": _bond,
    "settlement": _settlement,
    "available_at": _available_at,
    "absent": _absent,
    "raw_value": _raw_value,
    "row_count": _row_count,
    "derived": _derived,
}
