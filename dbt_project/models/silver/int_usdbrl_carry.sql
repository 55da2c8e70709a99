-- Grain: reference_date, available_at. Annual carry of the dollar future over a quarter, from two of its own maturities.
-- ln(F_far / F_near) · 252 / days between: a spot is not needed, so that no stale fixing counts as carry.
with

futures as (
    select * from {{ ref('int_futures_known') }} where family = 'dol' and price is not null
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
    greatest(near.held_at, far.held_at) as held_at,
    {{ weaker('near.availability', 'far.availability') }} as availability,
    ln(far.price / near.price) * 252 / (far.business_days - near.business_days) as value,
from near
inner join far using (reference_date, available_at)
