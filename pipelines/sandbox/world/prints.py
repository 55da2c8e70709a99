"""Prints: what a source has published about one series, every vintage, as columns.

Values are in the source's own unit, rounded as the source rounds them; NaN is a blank. Instants are UTC. Rows are sorted by
(published_at, source_date); a later row of the same source_date replaces the earlier one at its published_at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prints:
    """Every print of one series up to the end of the simulated world.

    Attributes:
        source: `bcb_sgs`, `fred`, `us_treasury` or `bcb_focus`.
        key: the source's code; for Focus `<Indicador>|<S or N>|<baseCalculo>`.
        source_date: the source's own date of the observation, datetime64[D], shape (n,).
        published_at: instant of publication, datetime64[us] UTC, shape (n,).
        value: in the source's unit, rounded; NaN = blank, shape (n,).
        vintage: 1, 2, … within a source_date, int32, shape (n,).
        decimals: digits after the point as the source writes them.
        extra: further columns of shape (n,): `end_date` (datetime64[D]) for period series of SGS; `mean`, `sd`, `min`, `max`,
            `respondents` for Focus.
        meta: `title`, `units`, `frequency` (`D`, `W`, `M`, `Q`, `A`), `season` (`SA`, `NSA`), and for FRED `notes`.
        window_years: the source serves only the last so many years, counted from its clock; None = all.
    """

    source: str
    key: str
    source_date: Dates
    published_at: Dates
    value: Floats
    vintage: NDArray[np.int32]
    decimals: int
    extra: Mapping[str, NDArray] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    window_years: int | None = None

    def __len__(self) -> int:
        return int(self.value.size)

    def take(self, rows: NDArray) -> "Prints":
        """The chosen rows (mask or positions, in order)."""
        return replace(
            self,
            source_date=self.source_date[rows],
            published_at=self.published_at[rows],
            value=self.value[rows],
            vintage=self.vintage[rows],
            extra={name: column[rows] for name, column in self.extra.items()},
        )

    def known(self, now: datetime | np.datetime64) -> "Prints":
        """Rows published at or before `now` (UTC)."""
        return self.take(self.published_at <= _utc(now))

    def latest(self, now: datetime | np.datetime64 | None = None) -> "Prints":
        """The newest print of each source_date as known at `now` (default: at the end of the world), by source_date."""
        known = self if now is None else self.known(now)
        order = np.lexsort((known.vintage, known.source_date))
        dates = known.source_date[order]
        last = np.append(dates[1:] != dates[:-1], True) if dates.size else np.zeros(0, bool)
        return known.take(order[last])

    def first(self) -> "Prints":
        """The first print of each source_date, by source_date."""
        chosen = self.take(np.flatnonzero(self.vintage == 1))
        return chosen.take(np.argsort(chosen.source_date, kind="stable"))


def _utc(now: datetime | np.datetime64) -> np.datetime64:
    if isinstance(now, datetime):
        offset = now.utcoffset()
        if offset is None:
            raise ValueError(f"instant without offset: {now}")
        return np.datetime64(now.replace(tzinfo=None) - offset, "us")
    return now.astype("datetime64[us]")


def assemble(
    source: str,
    key: str,
    source_date: Dates,
    published_at: Dates,
    value: Floats,
    *,
    decimals: int,
    extra: Mapping[str, NDArray] | None = None,
    meta: Mapping[str, str] | None = None,
    window_years: int | None = None,
) -> Prints:
    """Prints from unsorted rows: sorts, numbers the vintages and rounds.

    Two rows with one source_date keep their given order where the instants are equal.
    """
    source_date = source_date.astype("datetime64[D]")
    published_at = published_at.astype("datetime64[us]")
    order = np.lexsort((np.arange(value.size), published_at, source_date))
    dates = source_date[order]
    starts = np.flatnonzero(np.append(True, dates[1:] != dates[:-1])) if dates.size else np.zeros(0, np.int64)
    number = np.arange(dates.size) - np.repeat(starts, np.diff(np.append(starts, dates.size)))
    vintage = np.empty(value.size, np.int32)
    vintage[order] = number + 1
    order = np.lexsort((vintage, source_date, published_at))
    return Prints(
        source=source,
        key=key,
        source_date=source_date[order],
        published_at=published_at[order],
        value=np.round(value.astype(np.float64)[order], decimals) + 0.0,
        vintage=vintage[order],
        decimals=decimals,
        extra={name: column[order] for name, column in (extra or {}).items()},
        meta=dict(meta or {}),
        window_years=window_years,
    )
