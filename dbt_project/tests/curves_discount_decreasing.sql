-- Fails where money further away is worth as much or more, by the last word on a session's curve: a forward rate of nothing or less.
-- Real rates may do that, and so may Treasury bills below half a year, which are bid to nothing and quoted to the hundredth.
with

curves as (
    select * from {{ ref('curves') }}
    where discount_factor is not null and (curve_id in ('br_di1', 'br_pre') or (curve_id = 'us_ust' and tenor_bd >= 126))
    qualify available_at = max(available_at) over (partition by curve_id, reference_date)
),

steps as (
    select
        curve_id,
        reference_date,
        available_at,
        tenor_bd,
        zero_rate,
        discount_factor,
        lag(discount_factor) over (partition by curve_id, reference_date order by tenor_bd) as shorter_factor,
    from curves
)

select * from steps
where discount_factor >= shorter_factor
