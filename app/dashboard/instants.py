"""Instants as pages use them: microseconds UTC, and the ends of months in São Paulo."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from models_py.quant.vintaged import Ints

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS
KEEP = 64  # answers kept of each kind of question


def micro(at: datetime) -> int:
    """An instant in microseconds UTC."""
    return round(at.timestamp() * MICROSECONDS)


def ends_of_months(known: datetime, months: int) -> Ints:
    """The last instants of the months before, in São Paulo, and the instant itself."""
    local = known.astimezone(SAO_PAULO)
    starts = [(local.year * 12 + local.month - 1 - back) for back in range(months - 2, -1, -1)]
    at = [datetime(number // 12, number % 12 + 1, 1, tzinfo=SAO_PAULO) - timedelta(microseconds=1) for number in starts]
    return np.array([*map(micro, at), micro(known)], np.int64)
