-- Grain: release_lag, frequency, event, event_date. What the release rules are asked: the dates that no source has timed.
with

observations as (
    select * from {{ ref('stg_observations') }} where published_at is null
),

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

quotes as (
    select * from {{ ref('stg_quotes') }} where published_at is null
),

events as (
    select
        catalogue.release_lag,
        catalogue.frequency,
        case
            when observations.vintage_date is not null then 'vintage'
            when catalogue.revisable then 'next_release'
            else 'release'
        end as event,
        coalesce(observations.vintage_date, observations.reference_date) as event_date,
    from observations
    inner join catalogue using (series_id)
    where not starts_with(catalogue.release_lag, 'never')
    union
    select
        release_lag,
        'daily' as frequency,
        'release' as event,
        reference_date as event_date,
    from quotes
)

select * from events
