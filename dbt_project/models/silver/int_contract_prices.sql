-- Grain: instrument_id, reference_date, available_at. Price and DV01 of every contract: as settled, or in the files world as derived.
with

run as (
    select * from {{ source('bronze', 'run') }}
),

futures as (
    select
        *,
        business_days / 252.0 as years,
        case when family <> 'dol' and business_days > 0 then (100000 / price) ** (1 / years) - 1 end as rate,
    from {{ ref('int_futures_known') }}
),

settled as (
    select
        instrument_id,
        family,
        reference_date,
        available_at,
        held_at,
        price,
        case when family <> 'dol' then price * coalesce(years / (1 + rate), 0) * 0.0001 end as dv01,
        'market' as grade,
    from futures
    window known as (partition by instrument_id, reference_date order by available_at)
    qualify price is not null or lag(price) over known is not null          -- null where it is withdrawn
),

derived as (
    select
        listed.instrument_id,
        listed.family,
        listed.reference_date,
        listed.available_at,
        listed.held_at,
        listed.price,
        listed.dv01,
        listed.grade,
    from {{ ref('int_listed_marks') }} as listed
    cross join run
    where run.world = 'files'
)

select * from settled
union all by name
select * from derived
