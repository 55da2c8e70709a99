-- Grain: series_id, reference_date, print. The last word on each reading as known now, and the first one.
{{ config(materialized='table') }}
with

run as (
    select * from {{ source('bronze', 'run') }}
),

readings as (
    select readings.*
    from {{ ref('int_readings') }} as readings
    cross join run
    where readings.available_at <= run.now_at
),

printed as (
    select series_id, reference_date, 'latest' as print, arg_max_null(value, vintage) as value from readings group by all
    union all
    select series_id, reference_date, 'first' as print, any_value(value) filter (vintage = 1) as value from readings group by all
),

months as (
    select
        date_trunc('month', calendar_date)::date as month,
        count(*) filter (is_business_day) as month_days,
    from {{ ref('int_calendar') }}
    where market = 'br' and calendar_date between known_from and known_until
    group by all
)

select
    printed.*,
    12 * year(printed.reference_date) + month(printed.reference_date) as period,
    months.month_days,
from printed
left join months on date_trunc('month', printed.reference_date)::date = months.month
where printed.value is not null
