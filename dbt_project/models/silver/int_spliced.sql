-- Grain: series_id, reference_date, available_at. Series put together from several, each in its window of dates (seed splices).
{{ config(materialized='table') }}
with

readings as (
    select * from {{ ref('int_market_readings') }}
),

splices as (
    select splices.*
    from {{ source('seeds', 'splices') }} as splices
    cross join {{ source('bronze', 'run') }} as run
    where list_contains(string_split(splices.worlds, ' '), run.world)
)

select
    splices.spliced_id as series_id,
    readings.reference_date,
    readings.available_at,
    readings.held_at,
    readings.vintage,
    readings.value + splices.added as value,
    readings.availability,
    readings.raw_sha256,
    splices.grade,
from readings
inner join splices
    on readings.series_id = splices.series_id
    and readings.reference_date between splices.first_date and splices.last_date
