-- Grain: one bronze row of a quoted field, in our ids and units. FRC has no price: its rate is its settlement.
{{ config(materialized='table') }}
with

raw as (
    select
        *,
        source = 'files' as is_mapped,
        lower(replace(replace(symbol, '-', ''), ' ', '_')) as instrument_id,
        {{ family('instrument_id', 'source_key') }} as family,
    from {{ source('bronze', 'quotes') }}
    where availability is null or not starts_with(availability, 'dropped')
),

run as (
    select * from {{ source('bronze', 'run') }}
),

families as (
    select * from {{ source('seeds', 'instruments') }}
),

fielded as (
    select
        * exclude (field),
        unnest(case when family = 'frc' and field = 'rate' and not is_mapped then ['rate', 'settlement'] else [field] end) as field,
    from raw
)

select
    fielded.instrument_id,
    fielded.family,
    fielded.field,
    fielded.source_date as reference_date,
    fielded.maturity_date,
    fielded.published_at,
    fielded.availability,
    case
        when fielded.is_mapped then fielded.value
        when fielded.field in ('settlement', 'previous') then {{ scaled('fielded.value', 'coalesce(families.settlement_scale, 1)') }}
        when ends_with(fielded.field, 'rate') or fielded.field = 'vol'
            then {{ scaled('fielded.value', 'coalesce(families.rate_scale, 0.01)') }}
        else fielded.value
    end as value,
    coalesce(families.release_lag, 'D 23:00 BRT') as release_lag,
    fielded.is_mapped,
    fielded.fetched_at as held_at,
    fielded.poll_id,
    fielded.raw_sha256,
    fielded.position,
from fielded
left join families using (family)
cross join run
where not fielded.is_mapped or fielded.published_at <= run.now_at or fielded.published_at >= {{ never() }}
