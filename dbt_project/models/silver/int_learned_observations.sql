-- Grain: as stg_observations. When each row became known, as far as one row can tell: the source's own instant, else our fetch.
with

observations as (
    select * from {{ ref('stg_observations') }}
),

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

release_times as (
    select * from {{ ref('int_release_times') }} where event = 'vintage'
),

stated as (
    select
        observations.* exclude (published_at, vintage_date, availability),
        starts_with(catalogue.release_lag, 'never') as is_never,
        case when is_never then {{ never() }} else coalesce(observations.published_at, release_times.released_at) end as stated_at,
        case when is_never then 'assumed' else coalesce(observations.availability, 'published') end as stated_as,
        catalogue.is_mapped,
    from observations
    inner join catalogue using (series_id)
    left join release_times
        on case when observations.published_at is null then observations.vintage_date end = release_times.event_date
        and catalogue.release_lag = release_times.release_lag
        and catalogue.frequency = release_times.frequency
),

-- a row in our hands before its stated instant was known when it was fetched; a mapped file is history, and its clock may stand back
bounded as (
    select
        *,
        stated_at is not null as is_stated,
        stated_at > held_at and stated_at < {{ never() }} and not is_mapped as is_early,
    from stated
)

select
    * exclude (stated_at, stated_as, is_mapped, is_early, is_never),
    case when is_early then held_at else coalesce(stated_at, held_at) end as learned_at,
    case when is_early or not is_stated then 'observed' else stated_as end as availability,
from bounded
