-- Grain: as stg_quotes. When each row became known: the source's own instant, else the family's release rule, never after our fetch.
with

quotes as (
    select * from {{ ref('stg_quotes') }}
),

release_times as (
    select * from {{ ref('int_release_times') }} where event = 'release' and frequency = 'daily'
),

ruled as (
    select
        quotes.* exclude (published_at, availability, release_lag),
        coalesce(quotes.availability, 'published') as stated_as,
        quotes.published_at as stated_at,
        release_times.released_at,
    from quotes
    left join release_times
        on case when quotes.published_at is null then quotes.reference_date end = release_times.event_date
        and quotes.release_lag = release_times.release_lag
)

select
    * exclude (stated_as, stated_at, is_mapped),
    stated_at is not null as is_stated,
    case when is_mapped then stated_at else least(coalesce(stated_at, held_at), held_at) end as learned_at,
    case when stated_at <= held_at or is_mapped then stated_as else 'observed' end as availability,
from ruled
