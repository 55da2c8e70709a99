-- Grain: instrument_id, reference_date, available_at. What one contract is worth: price, value of a point, growth since the last session.
{{ config(materialized='table') }}
with

prices as (
    select * from {{ ref('int_contract_prices') }}
),

family_days as (
    select * from {{ ref('int_family_days') }}
),

-- a mark changes when its price does, or when what the session does to its family does
priced as (
    select
        prices.*,
        family_days.point_value,
        family_days.accretion,
        family_days.grade as day_grade,
        family_days.held_at as day_held_at,
    from prices
    asof join family_days
        on prices.family = family_days.family
        and prices.reference_date = family_days.reference_date
        and prices.available_at >= family_days.available_at
),

later as (
    select
        prices.* replace (family_days.available_at as available_at),
        family_days.point_value,
        family_days.accretion,
        family_days.grade as day_grade,
        family_days.held_at as day_held_at,
    from prices
    inner join family_days
        on prices.family = family_days.family
        and prices.reference_date = family_days.reference_date
        and prices.available_at <= family_days.available_at
    qualify row_number() over (
            partition by prices.instrument_id, prices.reference_date, family_days.available_at order by prices.available_at desc
        ) = 1
        and prices.available_at < family_days.available_at
),

dollars as (
    select *, 50000.0::double as point_value, 1.0::double as accretion, 'market' as day_grade, held_at as day_held_at
    from prices where family = 'dol'
),

together as (
    select * from priced
    union all by name
    select * from later
    union all by name
    select * from dollars
),

-- a mark of which a part is not known, or no more, is none
marked as (
    select
        instrument_id,
        reference_date,
        available_at,
        greatest(held_at, day_held_at) as held_at,
        price is not null and point_value is not null and accretion is not null as is_whole,
        case when is_whole then price end as price,
        case when is_whole then point_value end as point_value,
        case when is_whole then accretion end as accretion,
        case when is_whole then dv01 * point_value end as dv01,
        {{ weaker_grade('grade', 'day_grade') }} as grade,
    from together
)

select * exclude (is_whole) from marked
window told as (partition by instrument_id, reference_date order by available_at)
qualify (price, point_value, accretion) is distinct from lag((price, point_value, accretion)) over told
    and (is_whole or lag(is_whole) over told)
