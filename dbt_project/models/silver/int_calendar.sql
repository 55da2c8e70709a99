-- Grain: market, calendar_date, known_from. Business days of a market on each list of holidays that was known at some time.
{{ config(materialized='table') }}
with

holidays as (
    select * from {{ source('seeds', 'holidays') }} where market in ('br', 'b3', 'us_sifma', 'us_nyse')
),

changes as (
    select market, known_from from holidays
    union
    select market, known_until + 1 as known_from from holidays where known_until < date '9999-12-31'
),

lists as (
    select
        market,
        known_from,
        lead(known_from - 1, 1, date '9999-12-31') over (partition by market order by known_from) as known_until,
    from changes
    qualify known_until >= date '2000-01-01'
),

days as (
    select unnest(generate_series(date '2000-01-01', date '2060-12-31', interval 1 day))::date as calendar_date
),

opened as (
    select
        lists.*,
        days.calendar_date,
        isodow(days.calendar_date) < 6 and holidays.holiday_date is null as is_business_day,
    from lists
    cross join days
    left join holidays
        on lists.market = holidays.market
        and days.calendar_date = holidays.holiday_date
        and holidays.known_from <= lists.known_from
        and holidays.known_until >= lists.known_until
)

-- 1 + the business days before the date: end.business_day - start.business_day are the business days of [start, end)
select
    market,
    calendar_date,
    is_business_day,
    1 + sum(is_business_day::integer) over (partition by market, known_from order by calendar_date)::bigint
    - is_business_day::integer as business_day,
    is_business_day and market <> 'br' and calendar_date between known_from and known_until as is_session,
    known_from,
    known_until,
from opened
