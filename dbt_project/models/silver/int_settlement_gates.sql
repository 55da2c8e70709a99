-- Grain: gate, instrument_id, reference_date. Settlements that do not follow from what else the exchange published: none, if all is well.
with

settlements as (
    select * from {{ ref('int_settlements_termed') }}
),

priced as (
    select
        *, 'a settlement is the price of its rate to the cent' as gate, priced as expected, true as is_refused,
        abs(settlement - priced) - 0.01 as excess,
        excess > 0.0001 + case family when 'ddi' then 0.0005 * calendar_days / 360 else 0 end as is_missed,
    from settlements
),

longer as (
    select
        *, 'a longer DI1 is worth less' as gate, true as is_refused,
        lag(settlement) over (partition by reference_date order by business_days) as expected,
        settlement - expected as excess,
        excess >= 0 as is_missed,
    from settlements
    where family = 'di1'
),

-- rounding leaves less than 5e-7. B3 itself has been 1e-4 away: that is told, since it is what B3 settled at, and 0.002 BRL is refused
dollars as (
    select
        *, 'all dollar futures imply one ptax' as gate,
        settlement * agreed / ptax as expected,
        abs(ptax - agreed) >= 0.002 as is_refused,
        abs(ptax / agreed - 1) - 2e-6 as excess,
        excess > 0 as is_missed,
    from {{ ref('int_implied_ptax') }}
),

together as (
    select * from priced
    union all by name
    select * from longer
    union all by name
    select * from dollars
)

select
    gate,
    instrument_id,
    reference_date,
    settlement,
    round(expected, 6) as expected,
    round(excess, 9) as excess,
    is_refused,
from together
where is_missed
