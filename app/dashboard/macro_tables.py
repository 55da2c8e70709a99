"""What the Macro page says in words and tables: units of a transform, findings, rows for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from app.dashboard.frame import Page
from app.dashboard.instants import SAO_PAULO
from app.dashboard.macro_data import Explored
from app.dashboard.macro_lists import COUNTRIES
from app.dashboard.numbers import number
from app.dashboard.panels import count
from models_py.gold.latest import latest
from models_py.quant.forecasts import Accuracy
from models_py.quant.moves import freshness
from models_py.quant.transforms import Transform

VALUES = ("value", "first", "forecast", "outcome")
SHORT = {"br": "BR", "us": "US"}


@dataclass(frozen=True)
class Axis:
    """How a transformed series is shown: unit and factor of its values, and of what they changed by."""

    unit: str
    factor: float
    format: str
    change_unit: str
    change_factor: float
    change_format: str

    def scaled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with its values in the unit of the axis."""
        return frame.with_columns(pl.col(name) * self.factor for name in VALUES if name in frame.columns)

    def text(self, value: float | None) -> str:
        """A value and its unit."""
        return number(None if value is None else value * self.factor, self.format, self.unit)

    def change_text(self, value: float | None) -> str:
        """A change and its unit, signed."""
        return number(None if value is None else value * self.change_factor, self.change_format, self.change_unit)


def axis(kind: Transform, unit: str) -> Axis:
    """Rates and growth in percent, their changes in percentage points; what is differenced with its sign."""
    if kind in ("change", "change_12m"):
        return Axis("pp", 100, "+,.2f", "pp", 100, "+.2f") if unit == "decimal" else Axis(unit, 1, "+,.2f", unit, 1, "+,.2f")
    if kind == "level" and unit != "decimal":
        return Axis(unit, 1, ",.2f", unit, 1, "+,.2f")
    return Axis("%", 100, ".2f", "pp", 100, "+.2f")


def last_of(page: Page, series_id: str) -> tuple[str, str]:
    """The last reference date, and that the reading is late or stale with its age; empty where it is not."""
    row = latest(page.release.as_of(page.known), [series_id]).rows()[0]
    budget = page.release.catalogue[series_id]["max_age_bd"]
    if row["reference_date"] is None:
        return "none", ""
    status = freshness(row["age_bd"], int(budget)) if budget else "OK"
    return str(row["reference_date"]), "" if status == "OK" else f"{status}: {row['age_bd']} business days old, {budget} promised"


def source_text(about: dict[str, Any]) -> str:
    """Source and grade, for a subtitle."""
    return f"source {about['source'] or 'own'}, grade {about['grade'] or 'unknown'}"


def revised_text(found: Explored) -> str:
    """How many readings were ever revised."""
    return "never revised" if not found.revised else f"{found.revised} of {count(found.readings, 'reading')} revised"


def accuracy_finding(made: Accuracy | None, told: Axis) -> str:
    """How far a survey was from what came."""
    if made is None or not made.pairs:
        return "no outcome is known yet"
    rmse = number(made.rmse * told.change_factor, told.change_format.lstrip("+"), told.change_unit)
    return f"missed by {told.change_text(made.bias)} on average, RMSE {rmse} over {count(made.pairs, 'month')}"


def heat_finding(frame: pl.DataFrame) -> str:
    """The hottest and the coldest theme of each country."""
    if not len(frame):
        return "How hot is each theme?"
    newest = frame.filter(pl.col("month") == pl.col("month").max())
    parts = []
    for code, country in COUNTRIES.items():
        mine = newest.filter(pl.col("country") == code).sort("z")
        if len(mine):
            low, high = mine.row(0, named=True), mine.row(-1, named=True)
            hot, cool = (f"{row['theme'].lower()} {number(row['z'], '+.1f')}" for row in (high, low))
            parts.append(f"{country}: hottest {hot}, coolest {cool}")
    return "; ".join(parts)


def revision_finding(frame: pl.DataFrame, told: Axis) -> str:
    """The largest revision that stands."""
    if not len(frame):
        return "How much was it revised?"
    now = frame.filter(pl.col("known_on") == pl.col("known_on").max())
    row = now.sort(pl.col("revision").abs()).row(-1, named=True)
    if not row["revision"]:
        return "As first printed"
    return f"Largest revision that stands: {row['reference_date']:%Y-%m}, {told.change_text(row['revision'])}"


def surprise_finding(frame: pl.DataFrame) -> str:
    """Where the indices stand."""
    if not len(frame):
        return "Do the data surprise?"
    last = frame.sort("at").group_by("country", "block", maintain_order=True).last().sort("country", "block", descending=[False, True])
    parts = []
    for (country,), rows in last.group_by("country", maintain_order=True):
        told = [f"{row['block']} {number(row['value'], '+.1f')}" for row in rows.iter_rows(named=True)]
        parts.append(f"{country} {', '.join(told)}")
    return f"Surprises: {'; '.join(parts)}"


def print_finding(recent: pl.DataFrame) -> str:
    """The largest surprise among the last prints."""
    scored = recent.drop_nulls("signed")
    if not len(scored):
        return "Last prints"
    row = scored.sort(pl.col("signed").abs()).row(-1, named=True)
    of = f"{row['title'].partition(',')[0]} of {row['reference_date']:%Y-%m}"
    return f"Largest recent surprise: {of}, {number(row['signed'], '+.1f')} deviations"


def radar_finding(frame: pl.DataFrame, known: datetime) -> str:
    """What comes first."""
    if not len(frame):
        return "What comes next?"
    row = frame.row(0, named=True)
    days = (row["at"].astimezone(SAO_PAULO).date() - known.astimezone(SAO_PAULO).date()).days
    when = f"in {count(days, 'day')}" if days else "today"
    return f"Next: {row['what'].partition(',')[0]}, {when}"


def radar_shown(frame: pl.DataFrame) -> pl.DataFrame:
    """The radar for people."""
    rows = []
    for row in frame.iter_rows(named=True):
        told = axis(row["transform"], row["unit"]) if row["unit"] else None
        expected = told.text(row["expected"]) if told and row["expected"] is not None else ""
        rows.append(
            {
                "when": f"{row['at'].astimezone(SAO_PAULO):%Y-%m-%d %H:%M}",
                "": SHORT[row["country"]],
                "what": row["what"].partition(";")[0],
                "of": f"{row['period']:%Y-%m}" if row["period"] else "",
                "last": told.text(row["last"]) if told else "",
                "expected": f"{expected}{'' if row['surveyed'] or not expected else ' (model)'}",
            }
        )
    return pl.DataFrame(rows)


def prints_shown(recent: pl.DataFrame) -> pl.DataFrame:
    """Prints for people."""
    rows = []
    for row in recent.iter_rows(named=True):
        told = axis(row["transform"], row["unit"])
        expected = told.text(row["expected"])
        rows.append(
            {
                "known": f"{row['available_at'].astimezone(SAO_PAULO):%Y-%m-%d %H:%M}",
                "": SHORT[row["country"]],
                "figure": row["title"].partition(";")[0],
                "of": f"{row['reference_date']:%Y-%m}",
                "print": told.text(row["actual"]),
                "expected": f"{expected}{'' if row['surveyed'] or not expected else ' (model)'}",
                "surprise": told.change_text(row["surprise"]),
                "z": number(row["signed"], "+.1f"),
                "time": row["availability"] or "",
            }
        )
    return pl.DataFrame(rows)
