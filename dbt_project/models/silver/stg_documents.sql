-- Grain: one bronze row of a document or calendar entry. Texts that are not public yet are left out, entries of the years ahead are not.
with

raw as (
    select *, source = 'files' as is_mapped from {{ source('bronze', 'documents') }}
    where availability is null or not starts_with(availability, 'dropped')
),

run as (
    select * from {{ source('bronze', 'run') }}
)

select
    raw.document_id,
    raw.source_key as kind,
    raw.source_date as meeting_date,
    raw.language,
    raw.text,
    raw.published_at is not null as is_stated,
    case
        when raw.is_mapped then raw.published_at
        else least(coalesce(raw.published_at, raw.fetched_at), raw.fetched_at)
    end as learned_at,
    case
        when raw.is_mapped or raw.published_at <= raw.fetched_at then coalesce(raw.availability, 'published')
        else 'observed'
    end as availability,
    raw.fetched_at as held_at,
    raw.poll_id,
    raw.raw_sha256,
    raw.position,
from raw
cross join run
where not raw.is_mapped
    or raw.published_at <= run.now_at
    or raw.published_at >= {{ never() }}
    or starts_with(raw.text, '{')                       -- an entry: a calendar is of use for the years ahead
