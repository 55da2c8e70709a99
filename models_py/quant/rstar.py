"""Real rates from curves and surveys: the ex-ante one-year real rate, and its slow level as a one-sided estimate of r*.

    real = (1 + DI 252) / (1 + expected inflation of the next 12 months) - 1
    r*   = local level of the real rate, filtered one-sided, forgetting half in two years of sessions

Source: AGENTS §2, M2b, second leg.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.checks import valid_rate
from models_py.quant.inflation import breakeven
from models_py.quant.path import path, told
from models_py.quant.realtime import READING_SCHEMA, Readings
from models_py.quant.retelling import Taken, lineage, retold, superseded
from models_py.quant.state_space import UNKNOWN, gain_ratio, local_level

HALF_LIFE = 504.0           # sessions
RATIO = gain_ratio(HALF_LIFE)
FEWEST = 126                # sessions before a level is told
SURVEY_DAYS = 45            # an older survey says nothing of the next 12 months


def ex_ante_real(rates: pa.Table, survey: pa.Table) -> Readings:
    """Real rate of each session: the nominal one, and the newest survey then known, as later corrected.

    Args:
        rates: readings of the one-year rate. survey: readings of expected 12-month inflation; decimals.
    """
    nominal, expected = Readings.of(rates), Readings.of(survey)
    taken = Taken(expected, nominal.reference, nominal.available)
    told, at = retold(nominal.available, superseded(nominal.reference, nominal.available), taken.next_change)
    row = taken.row(told, at)
    good = row >= 0
    good[good] = nominal.reference[told[good]] - expected.reference[row[good]] <= SURVEY_DAYS
    good &= valid_rate(nominal.value[told]) & valid_rate(taken.value(row))
    real = np.full(len(row), np.nan)
    real[good] = breakeven(nominal.value[told[good]], expected.value[row[good]])
    return Readings(nominal.reference[told], at, *lineage((nominal, told), (expected, row)), real)


def neutral_rate(rates: pa.Table, survey: pa.Table) -> pa.Table:
    """r* as it was estimated on each session. Rows of READING_SCHEMA."""
    readings = ex_ante_real(rates, survey)
    if readings.reference.size == 0:
        return pl.DataFrame(schema=READING_SCHEMA).to_arrow()
    start: tuple[int, object] = (0, UNKNOWN)

    def step(state: tuple[int, object], value: float) -> tuple[tuple[int, object], float]:
        count, level = state
        moved, mean = local_level(level, value, RATIO)  # type: ignore[arg-type]
        return (count + 1, moved), mean if count + 1 >= FEWEST else np.nan

    return told(path(readings, start, step))
