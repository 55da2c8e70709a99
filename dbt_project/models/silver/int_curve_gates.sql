-- Grain: gate, series_id, reference_date. Curves that nobody would believe, by the last word on each session: none, if all is well.
with

nodes as (
    select
        *,
        tenor_bd * ln(1 + zero_rate) as growth,
        growth - lag(growth) over curve as gained,
        tenor_bd - lag(tenor_bd) over curve as days,
    from {{ ref('int_curve_nodes') }}
    where curve_id = 'br_di1'
    window curve as (partition by curve_id, reference_date, available_at order by tenor_bd)
    qualify available_at = max(available_at) over (partition by curve_id, reference_date)
),

breakevens as (
    select * from {{ ref('int_breakevens') }}
    qualify available_at = max(available_at) over (partition by tenor_bd, reference_date)
)

select
    'a breakeven lies between -5 and 25 percent' as gate,
    'br_bei_' || tenor_bd || 'bd' as series_id,
    reference_date,
    available_at,
    value as measured,
from breakevens
where value not between -0.05 and 0.25
union all
select
    'a forward rate of the DI curve lies above -5 percent' as gate,
    'br_di1_' || tenor_bd || 'bd' as series_id,
    reference_date,
    available_at,
    exp(gained / days) - 1 as measured,
from nodes
where exp(gained / days) - 1 <= -0.05
