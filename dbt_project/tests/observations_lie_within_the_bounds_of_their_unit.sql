-- Fails where a value cannot be one of its unit: a percentage left undivided, a price of another scale. Older hyperinflation is let be.
with

observations as (
    select series_id, reference_date, available_at, value from {{ ref('observations') }} where reference_date >= date '2000-01-01'
),

series as (
    select series_id, unit from {{ ref('int_catalogue') }}
),

units as (
    select * from {{ source('seeds', 'units') }}
)

select observations.*, series.unit, units.low, units.high
from observations
inner join series using (series_id)
left join units using (unit)
where units.unit is null or observations.value not between units.low and units.high
