-- Grain: tenor_bd, reference_date, available_at. Breakeven inflation: nominal and real zero rates of one tenor, as known together.
with

run as (
    select * from {{ source('bronze', 'run') }}
),

-- bonds against bonds in the files world, whose DI curve is derived from them; futures against futures elsewhere
nominal as (
    select points.*
    from {{ ref('int_curve_points') }} as points
    cross join run
    where points.curve_id = case run.world when 'files' then 'br_pre' else 'br_di1' end
),

real as (
    select * from {{ ref('int_curve_points') }} where curve_id = 'br_real'
)

select
    tenor_bd,
    reference_date,
    available_at,
    held_at,
    availability,
    (1 + nominal_rate) / (1 + real_rate) - 1 as value,
from {{ align('nominal', 'real', ['tenor_bd', 'reference_date'], {'zero_rate': 'nominal_rate'}, {'zero_rate': 'real_rate'}) }}
