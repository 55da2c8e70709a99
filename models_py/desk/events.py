"""Sessions at which risk is halved: the one of a COPOM, FOMC or first-round election, and the one in which it is first traded."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.seeds import of_world, read
from models_py.quant.daycount import calendar

Days = NDArray[np.datetime64]


def event_days(world: str) -> Days:
    """Scheduled events of a world, sorted: all are public long before.

    The simulated committees meet on days of their own, and nobody votes in the simulated country.
    """
    days = of_world("meetings", world)["meeting_date"].to_list()
    if world != "sandbox":
        days += read("elections").filter(pl.col("round") == "1")["election_date"].to_list()
    return np.unique(np.array(days, "datetime64[D]"))


def at_event(sessions: Days, events: Days) -> NDArray[np.bool_]:
    """Whether an event falls in [previous session, next session): on this session, over the break after it, or since the last one.

    A COPOM decides after the close: its session holds half, and so does the next, in which the decision is first traded.

    Source: STRATEGIES §0, de-risk on events.
    """
    b3 = calendar("b3")
    first, after = b3.shift(sessions, -1), b3.shift(sessions, 1)
    result: NDArray[np.bool_] = np.searchsorted(events, after) > np.searchsorted(events, first)
    return result
