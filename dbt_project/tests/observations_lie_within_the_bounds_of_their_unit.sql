-- Fails where a value cannot be one of its unit, or of what its series measures: a percentage left undivided, a price of another scale.
-- Older hyperinflation is let be.
with

observations as (
    select series_id, reference_date, available_at, value from {{ ref('observations') }} where reference_date >= date '2000-01-01'
),

bounds as (
    select * from {{ ref('int_bounds') }}
)

select observations.*, bounds.unit, bounds.low, bounds.high
from observations
inner join bounds using (series_id)
where bounds.low is null or observations.value not between bounds.low and bounds.high
