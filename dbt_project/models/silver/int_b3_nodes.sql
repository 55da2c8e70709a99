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
        (100000 / price) ** (252.0 / business_days) - 1 as zero_rate,
        'market' as grade,
    from futures
)

-- a rate beyond these bounds is no rate: the settlement stays in quotes, where the checks report it
select * from nodes
where zero_rate > -0.5 and zero_rate < 10
