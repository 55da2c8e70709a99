-- Grain: calendar, reference_date. Real publication dates; a simulated world has its own, so there the rules stand alone.
with

releases as (
    select * from {{ source('seeds', 'releases') }}
),

run as (
    select * from {{ source('bronze', 'run') }}
)

select releases.*
from releases
cross join run
where run.world <> 'sandbox'
