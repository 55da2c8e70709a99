-- Fails where a daily rate jumps as a percentage left undivided would near zero, where its level alone tells nothing.
with

bounds as (
    select * from {{ ref('int_bounds') }} where step is not null
),

observations as (
    select observations.series_id, observations.reference_date, arg_max_null(observations.value, observations.available_at) as value
    from {{ ref('observations') }} as observations
    inner join bounds using (series_id)
    where observations.reference_date >= date '2000-01-01'
    group by all
),

moves as (
    select
        *,
        value - lag(value) over known as move,
        reference_date - lag(reference_date) over known as days,
    from observations
    window known as (partition by series_id order by reference_date)
)

select moves.*, bounds.step
from moves
inner join bounds using (series_id)
where days <= 10 and abs(move) > bounds.step
