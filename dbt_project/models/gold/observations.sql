-- Grain: series_id, reference_date, target_date, available_at. What every source said of every period, from when it could be known.
select
    series_id,
    reference_date,
    target_date,
    available_at,
    held_at,
    vintage,
    value,
    availability,
    raw_sha256,
from {{ ref('int_observation_vintages') }}
order by series_id, reference_date, target_date, available_at, vintage
