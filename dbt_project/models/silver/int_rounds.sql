-- Grain: source, subject, fetched_at, first_date, last_date. Dates of which a run had all that it asked: what is missing was not out.
{{ config(materialized='table') }}
with

asked as (
    select * from {{ source('bronze', 'asked') }}
),

answered as (
    select distinct source, subject, fetched_at, first_date, last_date from asked where proves and is_answered
),

failed as (
    select distinct source, subject, fetched_at, first_date, last_date
    from asked
    where not is_answered
        and not exists (
            from asked as retried
            where retried.is_answered and retried.request = asked.request and retried.fetched_at = asked.fetched_at
        )
),

whole as (
    select * from answered anti join failed using (source, subject, fetched_at)
),

-- around what failed: from the day after all that failed before it
broken as (
    select
        answered.*,
        failed.first_date as fails_from,
        max(failed.last_date) over earlier as failed_until,
        lead(failed.first_date) over in_order is null as is_last,
        max(failed.last_date) over (partition by source, subject, fetched_at, answered.first_date, answered.last_date) as fails_until,
    from answered
    inner join failed using (source, subject, fetched_at)
    window
        in_order as (
            partition by source, subject, fetched_at, answered.first_date, answered.last_date order by failed.first_date, failed.last_date
        ),
        earlier as (
            partition by source, subject, fetched_at, answered.first_date, answered.last_date order by failed.first_date, failed.last_date
            rows between unbounded preceding and 1 preceding
        )
),

pieces as (
    select * from whole
    union all by name
    select
        source, subject, fetched_at,
        greatest(first_date, failed_until + 1) as first_date,
        least(last_date, fails_from - 1) as last_date,
    from broken
    union all by name
    select source, subject, fetched_at, greatest(first_date, fails_until + 1) as first_date, last_date from broken where is_last
)

select source, subject, fetched_at, first_date, last_date from pieces where first_date <= last_date
