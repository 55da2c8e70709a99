"""Local wall time as UTC instants, through tzdata: daylight saving is the zone's, never a fixed offset.

Zones are written as the desk says them: BRT is São Paulo (daylight saving until February 2019), ET New York, CET Frankfurt.
A wall time that a spring change skips is read with the offset before it; one that an autumn change repeats is the later of
the two, so that nothing counts as known early.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.errors import ConfigError

ZONES = {"BRT": "America/Sao_Paulo", "ET": "America/New_York", "CET": "Europe/Berlin", "UTC": "UTC"}

Days = NDArray[np.datetime64]
Instants = NDArray[np.datetime64]


def to_utc(days: Days, minutes: int, zone: str) -> Instants:
    """Instants, UTC, of a wall time on each day.

    Args:
        days: datetime64[D], shape (n,).
        minutes: minutes after local midnight.
        zone: `BRT`, `ET`, `CET` or `UTC`.
    Returns:
        datetime64[us], shape (n,).
    Raises:
        ConfigError: the zone is unknown.
    """
    if zone not in ZONES:
        raise ConfigError(f"unknown time zone {zone!r}: write one of {', '.join(ZONES)}")
    wall = pl.Series(days.astype("datetime64[us]") + np.timedelta64(minutes, "m")).cast(pl.Datetime("us"))
    local = wall.dt.replace_time_zone(ZONES[zone], ambiguous="latest", non_existent="null")
    # an hour later is past the gap, and is the same instant
    skipped = wall.dt.offset_by("1h").dt.replace_time_zone(ZONES[zone], ambiguous="latest", non_existent="null")
    instants = local.fill_null(skipped).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return instants.to_numpy().astype("datetime64[us]")
