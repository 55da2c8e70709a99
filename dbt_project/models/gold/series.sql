-- Grain: series_id. Series and factors of this world: the catalogue, and what has come of each.
with

catalogue as (
    select * from {{ ref('int_catalogue') }}
),

factors as (
    select * from {{ source('seeds', 'factors') }}
),

run as (
    select * from {{ source('bronze', 'run') }}
),

held as (
    select
        series_id,
        min(reference_date) as first_date,
        max(reference_date) as last_date,
        count(distinct reference_date) as observations,
    from {{ ref('int_readings') }}
    where value is not null
    group by series_id
),

named as (
    select
        series_id, 'series' as kind, title, feed as source, feed_key as source_key, unit, frequency, period_end, target, release_lag,
        revisable, forward, max_age_bd, country, category, since, grade, note,
    from catalogue
    union all by name
    select
        factor_id as series_id,
        'factor' as kind,
        title,
        'computed' as source,
        unit,
        frequency,
        max_age_bd,
        case run.world when 'sandbox' then grade_sandbox when 'files' then grade_files else grade_live end as grade,
        formula as note,
    from factors
    cross join run
)

select
    named.*,
    held.first_date,
    held.last_date,
    coalesce(held.observations, 0)::integer as observations,
from named
left join held using (series_id)
order by series_id
