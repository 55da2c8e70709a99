-- Grain: series_id, reference_date, target_date, available_at. Every value a period was given, from the instant it could be known.
with

statements as (
    select *
    from {{ vintages(ref('int_learned_observations'), ref('int_observation_contests'), ['series_id', 'reference_date', 'target_date']) }}
),

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

release_times as (
    select * from {{ ref('int_release_times') }} where event <> 'vintage'
),

-- the first vintage of a source without timestamps came out by the rule, or earlier where we held it; a later one when we saw it
timed as (
    select
        statements.*,
        catalogue.zone,
        {{ period_start('catalogue.period_end', 'catalogue.frequency', 'statements.reference_date') }} as first_day,
        case when release_times.released_at >= {{ never() }} then {{ never() }}
            else least(release_times.released_at, learned_at) end as known_at,
        case when release_times.released_at is null then availability
            when known_at < release_times.released_at then 'observed'
            when catalogue.revisable or release_times.is_assumed then 'assumed'
            else catalogue.release_grade end as known_as,
    from statements
    inner join catalogue using (series_id)
    left join release_times
        on case when nth = 1 and not is_stated then statements.reference_date end = release_times.event_date
        and catalogue.release_lag = release_times.release_lag
        and catalogue.frequency = release_times.frequency
    where nth > 1 or value is not null                             -- a blank that was never a value withdraws nothing
),

-- nothing counts as known before the first day of its period: of what was said before, the last word stands
floored as (
    select
        *,
        timezone(zone, first_day::timestamp) as floor_at,
        greatest(known_at, floor_at) as available_at,
    from timed
    qualify (lead(known_at) over (partition by series_id, reference_date, target_date order by known_at) <= floor_at) is not true
)

select
    series_id,
    reference_date,
    target_date,
    available_at,
    held_at,
    row_number() over (partition by series_id, reference_date, target_date order by available_at)::integer as vintage,
    value,
    known_as as availability,
    raw_sha256,
from floored
