-- Grain: one bronze row of a series of this world, in our name, unit and dates. What is refused or not public yet is left out.
{{ config(materialized='table') }}
with

raw as (
    select * from {{ source('bronze', 'observations') }}
    where availability is null or not starts_with(availability, 'dropped')
),

run as (
    select * from {{ source('bronze', 'run') }}
),

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

meetings as (
    select list(meeting_date order by meeting_date) as days
    from {{ source('seeds', 'meetings') }}
    cross join run
    where committee = 'copom' and list_contains(string_split(worlds, ' '), run.world)
),

named as (
    select
        catalogue.* exclude (target),
        raw.* exclude (source, source_key, target, value),
        catalogue.target as slice,
        raw.target as label,
        {{ scaled('raw.value', 'catalogue.scale') }} as value,
        case when is_mapped then source_date else {{ period_end('period_end', 'source_date') }} end as reference_date,
        case when is_mapped then now_at else fetched_at end as clock_at,
    from raw
    inner join catalogue
        on raw.source = catalogue.feed
        and raw.source_key = catalogue.feed_key
    cross join run
),

targeted as (
    select
        named.*,
        {{ label_date('label', 'meetings.days') }} as labelled,
        coalesce({{ slice_date('slice', 'reference_date', 'meetings.days') }}, labelled) as target_date,
        {{ period_start('period_end', 'frequency', 'reference_date') }} as first_day,
    from named
    cross join meetings
)

select
    series_id,
    reference_date,
    target_date,
    vintage_date,
    published_at,
    availability,
    value,
    fetched_at as held_at,
    source_date,
    poll_id,
    raw_sha256,
    position,
from targeted
where (label is null or labelled = target_date)
    -- in `files` the clock may stand before the publication of rows that the file already holds
    and (not is_mapped or published_at <= clock_at or published_at >= {{ never() }})
    -- a period that began a day before the clock has begun in every zone: the rest look at theirs, which is slow
    and (
        forward
        or epoch_us(first_day::timestamp) < epoch_us(clock_at) - 86400000000
        or first_day <= (clock_at at time zone zone)::date
    )
