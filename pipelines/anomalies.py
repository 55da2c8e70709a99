"""Anomaly bands: is the newest reading of a series further from the one before than its own past makes likely?

    step = value - value of the reading before            of the frontier: the latest reading, each time one became known
    band = median ± WIDTH × 1.4826 × median absolute deviation of the last HISTORY steps known before this one

The band of a reading is made of what was known before it, so that it stays what it was when the future arrives. A series with fewer
than LEAST steps, or whose steps are mostly alike (a policy rate), has none. A reading outside its band is told and stops nothing: real
jumps are news. Median and deviation: Leys et al. (2013), Journal of Experimental Social Psychology 49(4).
"""

from typing import Any

import polars as pl

HISTORY, LEAST, WIDTH = 250, 20, 10.0

_OUTSIDE = """
with steps as (
    select series_id, reference_date, available_at, value, value - lag(value) over told as step,
        row_number() over (partition by series_id order by available_at desc) - 1 as before
    from gold.frontier where available_at <= ? and isfinite(value)
    window told as (partition by series_id order by available_at)
),

bands as (
    select series_id, median(step) as middle, 1.4826 * mad(step) as deviation
    from steps where before between 1 and ? and step is not null
    group by series_id having count(*) >= ?
)

select series_id, source, reference_date, available_at, value, value - step as previous,
    value - step + middle - width * deviation as low, value - step + middle + width * deviation as high
from steps inner join bands using (series_id) inner join gold.series using (series_id) cross join (select ?::double as width)
where before = 0 and deviation > 0 and abs(step - middle) > width * deviation
order by series_id
"""


def outside(connection: Any, now: Any) -> pl.DataFrame:
    """Newest readings outside their band: series_id, source, reference_date, available_at, value, previous, low, high.

    Args:
        connection: DuckDB connection in UTC on gold tables.
        now: instant up to which readings are known, UTC.
    """
    found: pl.DataFrame = connection.execute(_OUTSIDE, [now, HISTORY, LEAST, WIDTH]).pl()
    return found
