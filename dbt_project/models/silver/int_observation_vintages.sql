-- Grain: series_id, reference_date, target_date, available_at. Every value a period was given, from the instant it could be known.
with

statements as (
    select *
    from {{ vintages(ref('int_learned_observations'), ref('int_observation_contests'), ['series_id', 'reference_date', 'target_date']) }}
),

lacked as (
    select * from {{ lacking('statements', 'source_date') }}
),

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

release_times as (
    select * from {{ ref('int_release_times') }} where event <> 'vintage'
),

-- the first vintage of a source without timestamps came out by the rule, or earlier where we held it; a later one when we saw it; what
-- a poll of ours still lacked was not out, whatever rule or source say of it: it was known when we saw it
timed as (
    select
        statements.*,
        lacked.lacked_at,
        catalogue.zone,
        {{ period_start('catalogue.period_end', 'catalogue.frequency', 'statements.reference_date') }} as first_day,
        release_times.released_at,
        case when catalogue.revisable or release_times.is_assumed then 'assumed' else catalogue.release_grade end as ruled_as,
        case when nth = 1 then least(released_at, learned_at) else learned_at end as told_at,
        {{ known_at('told_at') }} as known_at,
        case
            when lacked_at >= told_at then 'observed'
            when nth = 1 and told_at = released_at then ruled_as
            when nth = 1 and released_at is not null then 'observed'
            else availability
        end as known_as,
    from statements
    inner join catalogue using (series_id)
    left join lacked using (poll_id, source_date)
    left join release_times
        on case when not is_stated then statements.reference_date end = release_times.event_date
        and catalogue.release_lag = release_times.release_lag
        and catalogue.frequency = release_times.frequency
    where nth > 1 or value is not null                             -- a blank that was never a value withdraws nothing
),

-- midnight in no zone here is later than noon UTC: what was known after that needs no look at the zone, which is slow
bounded as (
    select
        *,
        case when epoch_us(known_at) <= epoch_us(first_day + interval 12 hour) then timezone(zone, first_day::timestamp) end as floor_at,
    from {{ standing('timed', ['series_id', 'reference_date', 'target_date'], 'known_at') }}
),

-- nothing counts as known before the first day of its period: of what was said before, the last word stands, and if the rule had it out
-- by then it is known by the rule, whether or not we saw it ahead of its day
floored as (
    select * from bounded where known_at > coalesce(floor_at, '-infinity')
    union all
    select * replace (floor_at as known_at, case when released_at <= floor_at then ruled_as else known_as end as known_as)
    from bounded where known_at <= floor_at
    qualify row_number() over (partition by series_id, reference_date, target_date order by known_at desc) = 1
)

select
    series_id,
    reference_date,
    target_date,
    known_at as available_at,
    held_at,
    row_number() over (partition by series_id, reference_date, target_date order by known_at)::integer as vintage,
    value,
    known_as as availability,
    raw_sha256,
from floored
