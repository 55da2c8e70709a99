"""Vintages: what was printed of a truth, release by release.

    print = truth + ρ_k · e + ρ_a · a        (on levels: truth · e^(that))

e is the error of the first print, resolved over the next releases (ρ = 1, .55, .30, 0); a is what annual revisions take out (first one
most of it). `wedge` adds what a benchmark will spread over past months. A row is kept when the rounded value differs from the
print before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

MONTHLY = (1.0, 0.55, 0.30, 0.0)
ANNUAL = (1.0, 0.30, 0.15, 0.08, 0.04, 0.0)
NEVER = np.datetime64("2262-01-01", "us")


@dataclass(frozen=True)
class Errors:
    """How wrong prints are: `first` per period with its weights by release, `annual` per period with its weights by annual revision."""

    first: Floats
    annual: Floats
    by_release: Sequence[float] = MONTHLY
    by_year: Sequence[float] = ANNUAL
    wedge: Callable[[Ints, Dates], Floats] | None = None


@dataclass(frozen=True)
class Rows:
    """Prints in rows: period position, instant and value."""

    period: Ints
    at: Dates
    value: Floats


def rows_of(
    truth: Floats, releases: Dates, errors: Errors, revisions: Dates, *, reach: int, decimals: int, ratio: bool, steps: Dates | None = None
) -> Rows:
    """All prints of a series.

    Args:
        truth: final values by period, shape (p,).
        releases: instant of each period's release, increasing, shape (p,).
        errors: error draws of shape (p,).
        revisions: instants of annual revisions; each reprints the `reach` periods before it.
        decimals: rounding of the source; a change that does not show is no vintage.
        ratio: errors multiply (in logs) instead of adding.
        steps: instants of each period's reprints, shape (k, p); default the releases of the next periods.
    """
    size = truth.size
    if steps is None:
        following = [np.append(releases[k:], np.repeat(NEVER, min(k, size))) for k in range(len(errors.by_release))]
        steps = np.stack(following)
    period = [np.tile(np.arange(size), steps.shape[0])]
    at = [steps.ravel()]
    for revision in revisions:
        open_ = np.flatnonzero(releases < revision)[-reach:]
        period.append(open_)
        at.append(np.repeat(revision, open_.size))
    where, when = np.concatenate(period), np.concatenate(at)
    kept = when < NEVER
    where, when = where[kept], when[kept]
    order = np.lexsort((when, where))
    where, when = where[order], when[order]
    once = np.append(True, (where[1:] != where[:-1]) | (when[1:] != when[:-1]))
    where, when = where[once], when[once]
    printed = (steps[:, where] <= when).sum(axis=0) - 1
    revised = np.searchsorted(revisions, when, side="right") - np.searchsorted(revisions, releases[where], side="right")
    weight = np.array(errors.by_release)[np.minimum(printed, len(errors.by_release) - 1)]
    annual = np.array(errors.by_year)[np.minimum(revised, len(errors.by_year) - 1)]
    wrong = weight * errors.first[where] + annual * errors.annual[where]
    if errors.wedge is not None:
        wrong = wrong + errors.wedge(where, when)
    value = truth[where] * np.exp(wrong) if ratio else truth[where] + wrong
    value = np.round(value, decimals)
    new = np.append(True, (where[1:] != where[:-1]) | (value[1:] != value[:-1]))
    return Rows(where[new], when[new], value[new])


def as_known(rows: Rows, period: Ints, when: Dates) -> Floats:
    """Value of each wanted period as printed at each instant. `rows` sorted by (period, at), with a print by then."""
    scale = np.int64(2) ** 62 // max(int(rows.period.max(initial=0)) + 2, 1)
    base = np.datetime64("2000-01-01", "us")
    place = np.searchsorted(
        rows.period * scale + np.minimum((rows.at - base).astype(np.int64), scale - 1),
        period * scale + np.minimum((when - base).astype(np.int64), scale - 1), side="right",
    )
    return rows.value[place - 1]
