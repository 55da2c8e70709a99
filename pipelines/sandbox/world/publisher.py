"""How columns of truth become prints: dates, instants, rounding, revisions and the daily defects of publication.

Defects, always on: a double print (1 %: the same value again, hours later), a corrected print (.7 % of revisable releases: a wrong value
stands for hours), a blank (.3 % of revisable SGS releases: nothing, then the value). Lateness is in `schedule`. Families that are
never revised are never corrected.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, schedule, vintages
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.prints import Prints, assemble
from pipelines.sandbox.world.truth import Curves, Truth

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Delays = NDArray[np.timedelta64]
Catalogue = dict[str, Callable[[], Prints]]

DOUBLE, CORRECTED, BLANK = 0.010, 0.007, 0.003


@dataclass(frozen=True)
class Revision:
    """Errors of a revisable series: sd of the first print and of what later revisions take out; `months` of the releases that revise
    (none = the next releases only), how many periods they reprint, and whether errors are ratios (then sd are in %) or amounts."""

    first: float
    annual: float = 0.0
    months: tuple[int, ...] = ()
    reach: int = 60
    ratio: bool = True
    by_release: tuple[float, ...] = vintages.MONTHLY


@dataclass(frozen=True)
class Publisher:
    """What prints are made from. Nothing is printed after `end`, the last instant of the world's last day in UTC."""

    seed: int
    truth: Truth
    curves: Curves

    @property
    def grid(self) -> Grid:
        return self.truth.grid

    @property
    def end(self) -> np.datetime64:
        return np.datetime64(self.grid.until, "us") + np.timedelta64(86_399, "s")

    def prints(
        self, source: str, key: str, dates: Dates, at: Dates, value: Floats, decimals: int, title: str, units: str,
        frequency: str, *,
        season: str = "NSA", extra: Mapping[str, NDArray] | None = None, window_years: int | None = None, notes: str = "",
    ) -> Prints:
        """Assemble rows, leaving out what is printed after the end of the world."""
        kept = at <= self.end
        meta = {"title": title, "units": units, "frequency": frequency, "season": season}
        if notes:
            meta["notes"] = notes
        return assemble(
            source, key, dates[kept], at[kept], value[kept], decimals=decimals, meta=meta, window_years=window_years,
            extra={name: column[kept] for name, column in (extra or {}).items()},
        )

    def once(
        self, source: str, key: str, release: str, periods: Dates, value: Floats, decimals: int, title: str, units: str,
        frequency: str = "M", *,
        copied: str = "", season: str = "NSA",
    ) -> Prints:
        """A series that is never revised: one print a period, sometimes printed twice. `copied` names a delay of the source's copy."""
        kept = np.isfinite(value)
        periods, value = periods[kept], value[kept]
        at = schedule.published(self.seed, release, periods) + self.copy_delay(copied, periods)
        twice, wait = self._doubles(source, key, periods)
        dates = periods.astype("datetime64[D]")
        return self.prints(
            source, key, np.concatenate([dates, dates[twice]]), np.concatenate([at, (at + wait)[twice]]),
            np.concatenate([value, value[twice]]), decimals, title, units, frequency, season=season,
        )

    def revised(
        self, source: str, key: str, release: str, periods: Dates, truth: Floats, decimals: int, title: str, units: str,
        revision: Revision,
        frequency: str = "M", *, noise: str = "", season: str = "NSA", wedge: Callable[[Dates, NDArray, Dates],
                                                                                       Floats] | None = None,
        steps: tuple[str, ...] = (),
    ) -> Prints:
        """A revised series. `noise` names the error stream (series that are revised together share it); `steps` names the releases that
        reprint a period (default: the releases of the next periods)."""
        rows = self.rows(key, release, periods, truth, decimals, revision, noise=noise, wedge=wedge, steps=steps)
        dates, at, value = self._defects(source, key, periods, rows, revision)
        return self.prints(source, key, dates, at, value, decimals, title, units, frequency, season=season)

    def rows(
        self, key: str, release: str, periods: Dates, truth: Floats, decimals: int, revision: Revision, *, noise: str = "",
        wedge: Callable[[Dates, NDArray, Dates], Floats] | None = None, steps: tuple[str, ...] = (), events: Dates | None = None,
    ) -> vintages.Rows:
        """Revision rows before defects, for series that are made from others' prints. `events` are instants of annual revisions that do
        not fall on a release of the series itself."""
        at = schedule.published(self.seed, release, periods)
        later = np.stack([at, *(schedule.due(name, periods) for name in steps)]) if steps else None
        draws = rng.monthly(self.seed, f"revision.{noise or key}", periods, 2)
        unit = 0.01 if revision.ratio else 1.0
        errors = vintages.Errors(
            draws[:, 0] * revision.first * unit, draws[:, 1] * revision.annual * unit, by_release=revision.by_release,
            wedge=None if wedge is None else (lambda where, when: wedge(periods, where, when)),
        )
        annual = events if events is not None else at[np.isin(at.astype("datetime64[M]").astype(np.int64) % 12 + 1,
                                                              revision.months)]
        return vintages.rows_of(truth, at, errors, annual, reach=revision.reach, decimals=decimals, ratio=revision.ratio,
                                steps=later)

    def total(self, parts: Sequence[tuple[vintages.Rows, float]]) -> vintages.Rows:
        """Rows of a sum that the source adds up in every release: at each instant of a part, the parts as known then, times their signs."""
        period = np.concatenate([rows.period for rows, _ in parts])
        at = np.concatenate([rows.at for rows, _ in parts])
        order = np.lexsort((at, period))
        period, at = period[order], at[order]
        once = np.append(True, (period[1:] != period[:-1]) | (at[1:] != at[:-1]))
        period, at = period[once], at[once]
        value = np.zeros(period.size)
        for rows, sign in parts:
            value += sign * vintages.as_known(rows, period, at)
        return vintages.Rows(period, at, value)

    def copy_delay(self, name: str, periods: Dates) -> Delays:
        """Delay of a source's copy of another's release: SGS 10-180 minutes after IBGE, its cores two to five hours."""
        if not name:
            return np.zeros(periods.size, "timedelta64[us]")
        low, high = {"copy": (10.0, 180.0), "core": (120.0, 300.0)}[name]
        draw = rng.monthly(self.seed, f"sgs.{name}", periods, 1, "uniform")
        return np.round(low + (high - low) * draw).astype("timedelta64[m]").astype("timedelta64[us]")

    def _doubles(self, source: str, key: str, periods: Dates) -> tuple[NDArray[np.bool_], Delays]:
        draw = rng.monthly(self.seed, f"double.{source}.{key}", periods, 2, "uniform")
        return draw[:, 0] < DOUBLE, (1 + np.floor(20 * draw[:, 1])).astype("timedelta64[h]").astype("timedelta64[us]")

    def _defects(self, source: str, key: str, periods: Dates, rows: vintages.Rows, revision: Revision) -> tuple[Dates, Dates, Floats]:
        """First prints that were wrong (by three revisions) or blank for some hours, and prints that came twice."""
        first = np.append(True, rows.period[1:] != rows.period[:-1])
        draw = rng.monthly(self.seed, f"defect.{source}.{key}", periods, 3, "uniform")[rows.period]
        wrong = first & (draw[:, 0] < CORRECTED)
        blank = first & (draw[:, 0] > 1 - BLANK) & (source == "bcb_sgs")
        double = first & (draw[:, 1] < DOUBLE)
        hours = (1 + np.floor(20 * draw[:, 2])).astype("timedelta64[h]").astype("timedelta64[us]")
        dates = periods.astype("datetime64[D]")[rows.period]
        size = 3 * max(revision.first, 0.5 * revision.annual)
        scale = np.abs(rows.value) * size / 100 if revision.ratio else size
        spoiled = wrong | blank
        value = np.where(blank, np.nan, np.where(wrong, rows.value + scale * np.where(draw[:, 1] < 0.5, 1, -1), rows.value))
        more = spoiled | double
        return (
            np.concatenate([dates, dates[more]]), np.concatenate([rows.at, (rows.at + hours)[more]]),
            np.concatenate([value, rows.value[more]]),
        )

