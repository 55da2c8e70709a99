"""The sets of the Focus survey beside the twelve-month one: answers on a set and indicator summed up, as Olinda publishes them.

A respondent's answer on a period is the centre of `focus_paths` on the day of the last update, about that same period, plus

    σ (.85 b + .50 n)        b: the respondent's bias for good, n: mood of the day of update

rounded to hundredths, the Selic's to quarters of a point. As in the twelve-month set, an answer counts for 30 days, or for seven
(`baseCalculo` 1), and days to Friday are out on Monday. The Top5 are the five whose errors were smallest in the six months before, at
short (C), medium (M) and long range (L); they are told on the last survey day of a week. IPCA of 24 months is that of the twelve
months after the next twelve, smoothed (S) or from the last print on (N).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import focus_paths, rng
from pipelines.sandbox.world.focus import RESPONDENTS, WINDOW_DAYS, Statistics, summarize
from pipelines.sandbox.world.focus_prints import published
from pipelines.sandbox.world.focus_questions import ANSWERS, INDICATORS, Question, question
from pipelines.sandbox.world.grid import weekday
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.surprises import ipca_release

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Dates = NDArray[np.datetime64]
Texts = NDArray[np.str_]

BIAS, MOOD = 0.85, 0.50
TIRING = 0.05                                          # share of respondents that each further period loses
BEST, ERRORS = 5, 6
RANGES = ("C", "L", "M")
TOP5 = {"Anuais": ("IPCA", "IGP-M", "Selic", "Câmbio"), "Mensais": ("IPCA", "IGP-M", "Câmbio"), "Selic": ("Selic",)}
# Set → its indicators, and what tells its tables apart: base, range, or smoothing and base.
SETS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **{frequency: (indicators, ("0", "1")) for frequency, indicators in INDICATORS.items()},
    **{f"Top5{frequency}": (indicators, RANGES) for frequency, indicators in TOP5.items()},
    "24m": (("IPCA",), ("N|0", "N|1", "S|0", "S|1")),
}


@dataclass(frozen=True)
class Survey:
    """Rows of one set, indicator and part, by survey day and period; `target` is the period, empty where a set has none."""

    part: str
    target: Texts
    statistics: Statistics
    published_at: Dates


def survey(p: Publisher, name: str, indicator: str, part: str) -> Survey:
    """A table of a set.

    Raises:
        KeyError: no such set, indicator or part.
    """
    indicators, parts = SETS[name]
    if indicator not in indicators or part not in parts:
        raise KeyError(f"{name}|{indicator}|{part}")
    if name == "24m":
        return _two_years(p, part)
    is_best = name.startswith("Top5")
    frequency = name.removeprefix("Top5")
    asked = question(p, frequency, indicator)
    answers = _Answers(p, frequency, asked)
    if is_best:
        last = np.append(weekday(answers.days)[1:] < weekday(answers.days)[:-1], True)[:, None]
        counts = _smallest_errors(p, answers, indicator, part) & last
        found = [answers.summed(place, counts) for place in range(asked.asked)]
    else:
        recent = answers.age < WINDOW_DAYS[int(part)]
        found = [answers.summed(place, recent & answers.takes_part(place)) for place in range(asked.asked)]
    return _joined(p, asked, found, part)


def _two_years(p: Publisher, part: str) -> Survey:
    """IPCA of the twelve months after the next twelve."""
    smoothing, base = part.split("|")
    release = ipca_release(p.truth.months)
    last = np.maximum(np.searchsorted(release, p.truth.days, side="right") - 1, 0)
    months = np.log1p(focus_paths.months(p, "IPCA") / 100)
    total = np.concatenate([np.zeros((months.shape[0], 1)), np.cumsum(months, axis=1)], axis=1)
    first = np.clip(last + 1 - (p.grid.month_of - 1), 0, 3)[:, None] + 12
    window = [np.take_along_axis(total, first + 12 + k, 1) - np.take_along_axis(total, first + k, 1) for k in (0, 1)]
    gone = np.clip((p.truth.days - release[last]).astype(np.int64) / 31, 0, 1)[:, None] * (smoothing == "S")
    centre = 100 * np.expm1((1 - gone) * window[0] + gone * window[1])
    spread = np.full_like(centre, ANSWERS["IPCA"][1])
    asked = Question("IPCA", centre, np.zeros(centre.shape[0], np.int64), 1, spread, np.array([""]))
    answers = _Answers(p, "24m", asked)
    counts = (answers.age < WINDOW_DAYS[int(base)]) & answers.takes_part(0)
    return _joined(p, asked, [answers.summed(0, counts)], part)


class _Answers:
    """Answers of the panel to one question, on survey days."""

    def __init__(self, p: Publisher, name: str, asked: Question) -> None:
        survey = p.curves.panel
        self.asked, self.row, self.updated = asked, survey.rows, survey.updated
        self.days = p.grid.days[survey.rows]
        self.age = (self.days[:, None] - p.grid.days[survey.updated]).astype(np.int64)
        stream = f"focus.{name}.{asked.indicator}"
        self.bias = rng.generator(p.seed, f"{stream}.bias", 0).standard_normal(RESPONDENTS)
        mood = rng.daily(p.seed, f"{stream}.mood", p.grid.days, RESPONDENTS)
        self.opinion = BIAS * self.bias + MOOD * mood[self.updated, np.arange(RESPONDENTS)]
        self.keen = rng.generator(p.seed, f"{stream}.sample", 0).random(RESPONDENTS)

    def takes_part(self, place: int) -> Bools:
        """Who answers on the period at a place; fewer the further it is."""
        return self.keen < self.asked.share * (1 - TIRING * min(place, 10))

    def summed(self, place: int, counts: Bools) -> tuple[Ints, Statistics]:
        """Number of the period and statistics of the answers that count on the period at a place, by survey day."""
        asked = self.asked
        number = asked.now[self.row] + place
        kept = counts.any(axis=1)
        if asked.printed is not None:
            kept &= number > asked.printed[self.row]
        chosen = np.flatnonzero(kept)
        row, updated = self.row[chosen], self.updated[chosen]
        column = np.clip(number[chosen][:, None] - asked.now[updated], 0, asked.centres.shape[1] - 1)
        values = asked.centres[updated, column] + asked.spread[row, place][:, None] * self.opinion[chosen]
        values = np.round(values / asked.step) * asked.step
        return number[chosen], summarize(self.days[chosen], values, counts[chosen])


def _smallest_errors(p: Publisher, answers: _Answers, indicator: str, span: str) -> Bools:
    """The five of each survey day, by mean absolute error of the six months before."""
    months = p.truth.months
    errors = np.abs(rng.monthly(p.seed, f"focus.top5.{indicator}.{span}", months, RESPONDENTS) + answers.bias)
    total = np.concatenate([np.zeros((1, RESPONDENTS)), np.cumsum(errors, axis=0)])
    month = p.grid.month_of[answers.row]
    mean = np.where(answers.takes_part(0), total[month] - total[month - ERRORS], np.inf)
    ranked = np.argsort(np.argsort(mean, axis=1, kind="stable"), axis=1, kind="stable")
    return ranked < BEST


def _joined(p: Publisher, asked: Question, found: list[tuple[Ints, Statistics]], part: str) -> Survey:
    """Rows of all periods, by survey day and period."""
    number = np.concatenate([one for one, _ in found])
    days = np.concatenate([told.days for _, told in found])
    order = np.lexsort((number, days))
    columns = {
        field.name: np.concatenate([getattr(told, field.name) for _, told in found])[order] for field in fields(Statistics)
    }
    return Survey(part, asked.names[number[order]], Statistics(**columns), published(p, days[order]))
