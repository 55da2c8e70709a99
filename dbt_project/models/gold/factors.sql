-- Grain: series_id, reference_date, available_at. What is computed from vintages: curve points, carry, filters, splices.
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
from {{ ref('int_factors') }}
order by series_id, reference_date, available_at, vintage
