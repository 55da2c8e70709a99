"""News on the Macro page: prints against what was expected, surveys against what came, and what comes out next.

Read from a release as known at an instant and kept for it: the same question is computed once.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import polars as pl

from app.dashboard.instants import DAY, KEEP, SAO_PAULO, ends_of_months, micro
from app.dashboard.macro_lists import COMMITTEES, COUNTRIES, HEADLINES, Asked
from models_py.gold import Release
from models_py.kernel import seeds
from models_py.quant.checks import Floats
from models_py.quant.forecasts import outcomes
from models_py.quant.periods import month_end, months_later
from models_py.quant.release_calendars import ReleaseDates, Releases
from models_py.quant.release_grammar import parse
from models_py.quant.release_rule import available_at, next_period, next_release
from models_py.quant.surprises import Surprises, at_survey, expectation, index, surprises
from models_py.quant.transforms import Transform, transform
from models_py.quant.vintaged import Ints
from models_py.signals.heat import OLDEST

Schema = dict[str, pl.DataType | type[pl.DataType]]
UNDATED = ("never", "column", "file", "file_month", "year_start")  # rules that no schedule follows from


@lru_cache(maxsize=KEEP)
def prints(release: Release, known: datetime, months: int) -> pl.DataFrame:
    """First prints of headline figures with what was expected of them, newest first; `signed` is the surprise as heat."""
    since, until = int(ends_of_months(known, months)[0]), micro(known)
    frames = []
    for headline in HEADLINES:
        about = release.catalogue.get(headline.series_id)
        if about is None:
            continue
        survey = _survey(release, headline.survey)
        series = release.histories.vintaged(headline.series_id)
        found = surprises(series, headline.transform, about["frequency"], until, since, survey)
        told = {
            "country": headline.country,
            "block": headline.block,
            "series_id": headline.series_id,
            "title": about["title"],
            "unit": _unit(headline.transform, about["unit"]),
            "transform": headline.transform,
        }
        frames.append(_printed(found, headline.sign).select(*[pl.lit(value).alias(name) for name, value in told.items()], pl.all()))
    if not frames:
        return pl.DataFrame()
    availability = release.sql(
        "select series_id, reference_date, available_at, availability from gold.observations where series_id in (select unnest(?))",
        ([frame["series_id"][0] for frame in frames if len(frame)],),
    )
    key = ["series_id", "reference_date", "available_at"]
    joined = pl.concat(frames).join(availability.unique(key), on=key, how="left", maintain_order="left")
    return joined.sort("available_at", descending=True, maintain_order=True)


@lru_cache(maxsize=KEEP)
def surprise_index(release: Release, known: datetime, months: int) -> pl.DataFrame:
    """country, block, at, value: the index at each week's end and now."""
    found, now = prints(release, known, months + 12), micro(known)
    if not len(found):
        return pl.DataFrame()
    grid = np.array([*range(now - months * 30 * DAY, now, 7 * DAY), now], np.int64)
    frames = []
    for (country, block), rows in found.group_by("country", "block", maintain_order=True):
        value = index(rows["available_at"].to_physical().to_numpy(), rows["signed"].fill_null(np.nan).to_numpy(), grid)
        made = pl.DataFrame({"at": pl.Series(grid).cast(pl.Datetime("us", "UTC")), "value": pl.Series(value).fill_nan(None)})
        frames.append(made.select(pl.lit(COUNTRIES[str(country)]).alias("country"), pl.lit(block).alias("block"), pl.all()))
    return pl.concat(frames).drop_nulls()


@lru_cache(maxsize=KEEP)
def survey_against_outcome(release: Release, known: datetime, asked: Asked, years: int) -> pl.DataFrame:
    """surveyed, target, forecast, outcome: the last survey of each month and what came, null where it is still to come."""
    cut = release.as_of(known)
    rows = cut.history(asked.survey) if asked.survey in release.catalogue else pl.DataFrame()
    if not len(rows) or asked.outcome not in release.catalogue:
        return pl.DataFrame()
    monthly = rows.group_by(pl.col("reference_date").dt.truncate("1mo").alias("month"), maintain_order=True)
    last = monthly.agg(pl.col("reference_date").last().alias("surveyed"), pl.col("target_date", "value").last())
    surveyed = last["surveyed"].to_numpy().astype("datetime64[D]")
    came = cut.history(asked.outcome)
    if asked.months is None:
        target = last["target_date"].to_numpy().astype("datetime64[D]")
    else:
        printed, periods = release.histories.vintaged(asked.outcome).first_prints(micro(known))
        place = np.searchsorted(printed, (surveyed.astype(np.int64) + 1) * DAY) - 1
        target = np.where(place >= 0, month_end(periods[np.maximum(place, 0)], asked.months), np.datetime64("NaT"))
    outcome = outcomes(target, came["reference_date"].to_numpy().astype("datetime64[D]"), came["value"].to_numpy())
    came_of_it = pl.Series(outcome).fill_nan(None)
    frame = pl.DataFrame({"surveyed": surveyed, "target": target, "forecast": last["value"], "outcome": came_of_it})
    return frame.filter(pl.col("surveyed") > known.date() - timedelta(days=366 * years))


@lru_cache(maxsize=KEEP)
def radar(release: Release, known: datetime, days: int = 45) -> pl.DataFrame:
    """at, country, what, period, last_period, last, expected, unit, surveyed: what is scheduled to come out, soonest first.

    By each series' release rule, for the first period whose instant lies ahead; committees by their calendar.
    """
    dates = seeds.read("releases")
    given = {
        str(name): ReleaseDates.of(rows["reference_date"].str.to_date().to_numpy(), rows["release_date"].str.to_date().to_numpy())
        for (name,), rows in dates.group_by("calendar")
    }
    rows: list[tuple[object, ...]] = []
    now = np.array([known.date()], "datetime64[D]")
    for headline in HEADLINES:
        about = release.catalogue.get(headline.series_id)
        history = release.histories.vintaged(headline.series_id).known(micro(known)) if about else None
        if about is None or history is None or not len(history.dates) or parse(about["release_lag"]).main.anchor in UNDATED:
            continue
        if history.dates[-1] < months_later(now, -OLDEST.get(about["frequency"], 1) - 1)[0]:
            continue  # what has ended comes out no more
        at, period = _next(about["release_lag"], history.dates[-1], about["frequency"], known, given)
        recent = transform(headline.transform, history.dates, history.values, about["frequency"])
        asked = at_survey(_survey(release, headline.survey), micro(known), int(period.astype(np.int64)))
        follows = bool(next_period(history.dates[-1:], about["frequency"])[0] == period)  # the model looks one period ahead
        expected = asked if asked is not None else expectation(recent) if follows else None
        rows.append(
            (
                at,
                headline.country,
                about["title"],
                period.item(),
                history.dates[-1].item(),
                float(recent[-1]),
                expected,
                _unit(headline.transform, about["unit"]),
                headline.transform,
                asked is not None,
            )
        )
    meetings = seeds.of_world("meetings", release.settings.world).with_columns(pl.col("meeting_date").str.to_date())
    for committee, what in COMMITTEES.items():
        ahead = meetings.filter(pl.col("committee") == committee, pl.col("meeting_date") >= known.astimezone(SAO_PAULO).date())
        for day in ahead["meeting_date"].sort().head(1):
            country = "br" if committee == "copom" else "us"
            at = available_at(f"release:{'copom_decision' if country == 'br' else 'fomc_statement'}", [day])[0].item().replace(tzinfo=UTC)
            rows.append((at, country, what, None, None, None, None, None, None, False))
    schema: Schema = {
        "at": pl.Datetime("us", "UTC"),
        "country": pl.String,
        "what": pl.String,
        "period": pl.Date,
        "last_period": pl.Date,
        "last": pl.Float64,
        "expected": pl.Float64,
        "unit": pl.String,
        "transform": pl.String,
        "surveyed": pl.Boolean,
    }
    found = pl.DataFrame(rows, schema, orient="row").with_columns(pl.selectors.float().fill_nan(None))
    return found.filter(pl.col("at").is_between(known, known + timedelta(days=days))).sort("at")


def _next(rule: str, last: np.datetime64, frequency: str, known: datetime, given: Releases) -> tuple[datetime, np.datetime64]:
    """The first scheduled instant ahead, and the period that then comes out."""
    period = np.array([last])
    while True:
        at = next_release(rule, period, frequency, releases=given)[0].item().replace(tzinfo=UTC)
        period = next_period(period, frequency)
        if at > known:
            return at, period[0]


def _survey(release: Release, series_id: str | None) -> tuple[Ints, Ints, Floats] | None:
    histories = release.histories
    if series_id is None or series_id not in histories.span:
        return None
    rows = np.arange(*histories.span[series_id])
    rows = rows[np.argsort(histories.at[rows], kind="stable")]
    return histories.at[rows], histories.target[rows].astype(np.int64), histories.value[rows]


def _printed(found: Surprises, sign: int) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "available_at": pl.Series(found.at).cast(pl.Datetime("us", "UTC")),
            "reference_date": found.dates,
            "actual": found.actual,
            "expected": found.expected,
            "surprise": found.actual - found.expected,
            "signed": sign * found.z,
            "surveyed": found.surveyed,
        }
    )
    return frame.with_columns(pl.selectors.float().fill_nan(None))


def _unit(kind: Transform, unit: str) -> str:
    return unit if kind in ("level", "change", "change_12m") else "decimal"
