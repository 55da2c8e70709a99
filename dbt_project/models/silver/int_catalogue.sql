-- Grain: series_id. Series of this world, by the feed that brings them here: in `files` every series comes from the import map.
with

series as (
    select * from {{ source('seeds', 'series') }}
),

run as (
    select * from {{ source('bronze', 'run') }}
),

here as (
    select
        series.* replace (case when run.world = 'files' then 1 else series.scale end as scale),
        run.world = 'files' as is_mapped,
        case when run.world = 'files' then 'files' else series.source end as feed,
        case when run.world = 'files' then series.series_id else series.source_key end as feed_key,
        case
            when regexp_matches(series.release_lag, '\bBRT\b') then 'America/Sao_Paulo'
            when regexp_matches(series.release_lag, '\bET\b') then 'America/New_York'
            when regexp_matches(series.release_lag, '\bCET\b') then 'Europe/Berlin'
            when series.country = 'br' then 'America/Sao_Paulo'
            when series.country = 'us' then 'America/New_York'
            else 'UTC'
        end as zone,
    from series
    cross join run
    where list_contains(string_split(series.worlds, ' '), run.world)
)

select * from here
