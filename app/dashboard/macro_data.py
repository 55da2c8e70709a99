"""The heat map and the explorer of the Macro page: read from a release as known at an instant and kept for it."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from app.dashboard.instants import DAY, KEEP, MICROSECONDS, SAO_PAULO, ends_of_months, micro
from app.dashboard.macro_lists import COUNTRIES, MEMBERS, THEMES
from models_py.gold import Release
from models_py.quant.periods import Days, months_later
from models_py.quant.transforms import PERIODS, Transform, transform
from models_py.quant.vintaged import Ints, Triangle, triangle
from models_py.signals.heat import heat

HEAT: dict[str, pl.DataType | type[pl.DataType]] = {
    "country": pl.String,
    "theme": pl.String,
    "month": pl.Date,
    "known_at": pl.Datetime("us", "UTC"),
    "z": pl.Float64,
    "series": pl.Int64,
    "told": pl.String,
}


@lru_cache(maxsize=KEEP)
def heat_map(release: Release, known: datetime, months: int) -> pl.DataFrame:
    """country, theme, month, known_at, z, members, told: one row a theme with anything known, and a month."""
    cutoffs = ends_of_months(known, months)
    scored = {
        member: member.sign * heat(release.histories.vintaged(member.series_id), member.transform, about["frequency"], cutoffs)
        for member in MEMBERS
        if (about := release.catalogue.get(member.series_id))
    }
    rows = []
    for country in COUNTRIES:
        for theme in THEMES:
            mine = [(member, z) for member, z in scored.items() if (member.country, member.theme) == (country, theme)]
            for column, cutoff in enumerate(cutoffs.tolist()):
                told = [(member.series_id, float(z[column])) for member, z in mine if not np.isnan(z[column])]
                if told:
                    parts = ", ".join(f"{name} {score:+.1f}".replace("-", "−") for name, score in told)
                    at = datetime.fromtimestamp(cutoff / MICROSECONDS, UTC)
                    month = at.astimezone(SAO_PAULO).date().replace(day=1)
                    rows.append((country, theme, month, at, float(np.mean([score for _, score in told])), len(told), parts))
    return pl.DataFrame(rows, HEAT, orient="row")


class Explored(NamedTuple):
    """A series, transformed inside its vintages: the history known, and the triangle of its prints where it has periods."""

    history: pl.DataFrame
    prints: Triangle | None
    revised: int
    readings: int


@lru_cache(maxsize=KEEP)
def explore(release: Release, known: datetime, series_id: str, kind: Transform, years: int) -> Explored:
    """history: reference_date, value, first, available_at of the last years; prints: one row an instant at which anything was said."""
    about, series, until = release.catalogue[series_id], release.histories.vintaged(series_id), micro(known)
    now = series.known(until)
    since = (now.dates[-1] - np.timedelta64(366 * years, "D")) if len(now.dates) else np.datetime64("1970-01-01", "D")
    said = (series.at <= until) & (series.reference >= since.astype(np.int64))
    instants = np.unique(series.at[said])
    revised = int((np.unique(series.reference[said], return_counts=True)[1] > 1).sum())
    made = triangle(series, instants, kind, about["frequency"]) if about["frequency"] in PERIODS and len(instants) else None
    value = transform(kind, now.dates, now.values, about["frequency"])
    known_at = _known_at(series.at, series.reference, now.dates, until)
    frame = pl.DataFrame({"reference_date": now.dates, "value": value, "available_at": known_at})
    if made is not None:
        first = pl.DataFrame({"reference_date": made.dates, "first": made.first})
        frame = frame.join(first, on="reference_date", how="left", maintain_order="left")
    shown = frame.filter(pl.col("reference_date") >= since.item()).with_columns(pl.selectors.float().fill_nan(None))
    return Explored(shown, made, revised, int((now.dates >= since).sum()))


def fan(made: Triangle, known: datetime, years: int = 4, back: tuple[int, ...] = (0, 3, 6, 12, 24)) -> pl.DataFrame:
    """known, months, reference_date, value: the last years as they stood now and some months ago."""
    frames = []
    first = known.date() - timedelta(days=366 * years)
    for months in back:
        day = months_later(np.array([known.date()], "datetime64[D]"), -months)[0]
        cutoff = micro(known) if months == 0 else int(day.astype(np.int64) + 1) * DAY - 1
        row = int(np.searchsorted(made.at, cutoff, side="right")) - 1
        if row >= 0:
            frame = pl.DataFrame({"reference_date": made.dates, "value": made.values[row]}).filter(
                pl.col("value").is_not_nan(), pl.col("reference_date") > first
            )
            label = "now" if months == 0 else f"{day}"
            frames.append(frame.select(pl.lit(label).alias("known"), pl.lit(months).alias("months"), pl.all()))
    return pl.concat(frames) if frames else pl.DataFrame()


def revisions(made: Triangle, known: datetime, months: int = 24) -> pl.DataFrame:
    """reference_date, known_on, revision, value: what each of the last periods had been revised by at each month's end, first print 0."""
    cutoffs = ends_of_months(known, months)
    rows = np.searchsorted(made.at, cutoffs, side="right") - 1
    moved = made.revisions()
    first_day = np.array([cutoffs[0]]).astype("datetime64[us]").astype("datetime64[D]")
    columns = np.flatnonzero(made.dates >= months_later(first_day, -3)[0])
    found = [
        (
            made.dates[column].item(),
            datetime.fromtimestamp(int(cutoff) / MICROSECONDS, SAO_PAULO).date().replace(day=1),
            float(moved[row, column]),
            float(made.values[row, column]),
        )
        for cutoff, row in zip(cutoffs, rows, strict=True)
        if row >= 0
        for column in columns
        if not np.isnan(moved[row, column])
    ]
    schema = {"reference_date": pl.Date, "known_on": pl.Date, "revision": pl.Float64, "value": pl.Float64}
    return pl.DataFrame(found, schema, orient="row")


def _known_at(at: Ints, reference: Ints, dates: Days, until: int) -> pl.Series:
    """When each date's standing value was known: its last vintage up to the instant."""
    told = at <= until
    place = np.searchsorted(reference[told], dates.astype(np.int64), side="right") - 1
    return pl.Series(at[told][place]).cast(pl.Datetime("us", "UTC"))
