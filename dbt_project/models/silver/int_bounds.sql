-- Grain: series_id. What a value of a series can be: by what it measures where that is narrower (seed bounds), else by its unit.
{{ config(materialized='table') }}
with

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

units as (
    select * from {{ source('seeds', 'units') }}
),

bounds as (
    select * from {{ source('seeds', 'bounds') }}
)

select
    catalogue.series_id,
    catalogue.unit,
    coalesce(bounds.low, units.low) as low,
    coalesce(bounds.high, units.high) as high,
    bounds.step,
from catalogue
left join units using (unit)
left join bounds
    on regexp_full_match(catalogue.series_id, bounds.pattern)
