-- Grain: series_id, reference_date, available_at. US par yields as known at each instant one of the day's yields changed.
with

yields as (
    select * from {{ ref('int_market_readings') }} where starts_with(series_id, 'us_ust_')
),

instants as (
    select distinct reference_date, available_at from yields
)

select
    yields.series_id,
    instants.reference_date,
    instants.available_at,
    yields.held_at,
    yields.availability,
    case when yields.value > -0.1 and yields.value < 1 then yields.value end as value,
from instants
inner join yields
    on instants.reference_date = yields.reference_date
    and instants.available_at >= yields.available_at
qualify row_number() over (
        partition by yields.series_id, instants.reference_date, instants.available_at order by yields.vintage desc
    ) = 1
