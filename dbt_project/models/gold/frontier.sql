-- Grain: series_id, available_at. The latest reading of each series and factor from each knowledge time at which it changed.
select
    series_id,
    available_at,
    reference_date,
    value,
    known_at,
from {{ ref('int_frontier') }}
order by series_id, available_at
