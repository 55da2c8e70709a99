-- Grain: reference_date, available_at. Annual carry of the dollar future over a quarter, from two of its own maturities.
-- ln(F_far / F_near) · 252 / days between: a spot is not needed, so that no stale fixing counts as carry.
with

settlements as (
    select * from {{ ref('int_futures_known') }} where family = 'dol'
),

futures as (
    select * from settlements where price is not null
),

-- every instant at which a settlement changed: where no pair is left, the carry is withdrawn
snapshots as (
    select
        reference_date,
        available_at,
        max(held_at) as held_at,
        {{ weakest('availability') }} as availability,
    from settlements
    group by reference_date, available_at
),

-- the first not in its last days, and the first at least two months beyond it
near as (
    select * from futures
    where business_days >= 3
    qualify row_number() over (partition by reference_date, available_at order by business_days) = 1
),

far as (
    select futures.*
    from futures
    inner join near using (reference_date, available_at)
    where futures.business_days - near.business_days >= 42
    qualify row_number() over (partition by reference_date, available_at order by futures.business_days) = 1
)

select
    reference_date,
    available_at,
    snapshots.held_at,
    case when far.price is null then snapshots.availability else {{ weaker('near.availability', 'far.availability') }} end as availability,
    ln(far.price / near.price) * 252 / (far.business_days - near.business_days) as value,
from snapshots
left join near using (reference_date, available_at)
left join far using (reference_date, available_at)
