-- Grain: instrument_id, reference_date. The last word on every figure quoted of an instrument before its maturity, and its term.
{{ config(materialized='table') }}
with

words as (
    select
        instrument_id,
        family,
        reference_date,
        field,
        arg_max_null(value, vintage) as value,
    from {{ ref('int_quote_vintages') }}
    where field in ('settlement', 'previous', 'price', 'ask_price') or ends_with(field, 'rate')
    group by all
),

-- materialized here and subtracted below: a planner that may compare two calendars meets every day of one with every day of the other
quotes as materialized (
    select
        words.instrument_id,
        words.family,
        words.reference_date,
        any_value(instruments.maturity_date) as maturity_date,
        map_from_entries(list((words.field, words.value))) as fields,
    from words
    inner join {{ ref('int_instruments') }} as instruments using (instrument_id)
    where words.value is not null
    group by all
),

calendar as (
    select * from {{ ref('int_calendar') }} where market = 'br'
)

select
    quotes.* exclude (maturity_date),
    expiry.business_day - session.business_day as business_days,
    quotes.maturity_date - quotes.reference_date as calendar_days,
from quotes
inner join calendar as session
    on quotes.reference_date = session.calendar_date and quotes.reference_date between session.known_from and session.known_until
inner join calendar as expiry
    on quotes.maturity_date = expiry.calendar_date and quotes.reference_date between expiry.known_from and expiry.known_until
where expiry.business_day - session.business_day > 0
