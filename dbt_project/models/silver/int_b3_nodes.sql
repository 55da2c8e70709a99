-- Grain: curve_id, reference_date, available_at, tenor_bd. DI1 and DAP settlements read as zero curves, nominal and real.
with

futures as (
    select * from {{ ref('int_futures_known') }} where family in ('di1', 'dap') and business_days > 0
),

nodes as (
    select
        case family when 'di1' then 'br_di1' else 'br_real' end as curve_id,
        reference_date,
        available_at,
        held_at,
        availability,
        business_days as tenor_bd,
        (100000 / price) ** (252.0 / business_days) - 1 as annual,
        -- a rate beyond these bounds is no rate: the settlement stays in quotes, where the checks report it
        case when annual > -0.5 and annual < 10 then annual end as zero_rate,
        'market' as grade,
    from futures
)

-- null where a rate stood and stands no more
select * exclude (annual) from nodes
window known as (partition by curve_id, reference_date, tenor_bd order by available_at)
qualify zero_rate is not null or lag(zero_rate) over known is not null
