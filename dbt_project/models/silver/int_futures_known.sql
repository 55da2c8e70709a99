-- Grain: family, reference_date, available_at, instrument_id. Every settlement of a family as known at each instant one of them changed.
{{ config(materialized='table') }}
with

run as (
    select * from {{ source('bronze', 'run') }}
),

-- the files world prices contracts by rule: its few recorded sessions test that, and are never spliced in
settlements as (
    select quotes.*
    from {{ ref('int_quote_vintages') }} as quotes
    cross join run
    where quotes.field = 'settlement' and quotes.family in ('di1', 'dap', 'dol') and run.world <> 'files'
),

instants as (
    select distinct family, reference_date, available_at from settlements
),

known as (
    select
        instants.family,
        settlements.instrument_id,
        instants.reference_date,
        instants.available_at,
        max(settlements.held_at) as held_at,
        arg_max(settlements.availability, settlements.vintage) as availability,
        arg_max_null(settlements.value, settlements.vintage) as last_price,       -- the last word, though it be a withdrawal
    from instants
    inner join settlements
        on instants.family = settlements.family
        and instants.reference_date = settlements.reference_date
        and instants.available_at >= settlements.available_at
    group by all
),

calendar as (
    select * from {{ ref('int_calendar') }} where market = 'br'
),

-- materialized here and subtracted below: a planner that may compare two calendars meets every day of one with every day of the other
dated as materialized (
    select
        known.* replace (case when known.last_price > 0 and isfinite(known.last_price) then known.last_price end as last_price),
        instruments.maturity_date,
    from known
    inner join {{ ref('int_instruments') }} as instruments using (instrument_id)
)

select
    dated.family,
    dated.instrument_id,
    dated.maturity_date,
    dated.reference_date,
    dated.available_at,
    dated.held_at,
    dated.availability,
    dated.last_price as price,
    (expiry.business_day - session.business_day)::integer as business_days,
from dated
inner join calendar as session
    on dated.reference_date = session.calendar_date
    and dated.reference_date between session.known_from and session.known_until
inner join calendar as expiry
    on dated.maturity_date = expiry.calendar_date
    and dated.reference_date between expiry.known_from and expiry.known_until
where expiry.business_day - session.business_day >= 0
