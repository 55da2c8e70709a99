-- Grain: instrument_id, reference_date. The last word on each settlement, with its term and the price that its published rate gives.
{{ config(materialized='table') }}
with

-- materialized here and subtracted below: a planner that may compare two calendars meets every day of one with every day of the other
quotes as materialized (
    select
        quotes.instrument_id,
        quotes.family,
        quotes.reference_date,
        any_value(instruments.maturity_date) as maturity_date,
        arg_max_null(quotes.value, quotes.vintage) filter (quotes.field = 'settlement') as settlement,
        arg_max_null(quotes.value, quotes.vintage) filter (quotes.field = 'rate') as rate,
    from {{ ref('int_quote_vintages') }} as quotes
    inner join {{ ref('int_instruments') }} as instruments using (instrument_id)
    where quotes.field in ('settlement', 'rate') and quotes.family in ('di1', 'dap', 'ddi', 'dol')
    group by all
    having settlement > 0
),

calendar as (
    select * from {{ ref('int_calendar') }} where market = 'br'
)

select
    quotes.* exclude (maturity_date),
    right(quotes.instrument_id, 3) as month,
    expiry.business_day - session.business_day as business_days,
    quotes.maturity_date - quotes.reference_date as calendar_days,
    case quotes.family
        when 'ddi' then 100000 / (1 + rate * calendar_days / 360)
        when 'dol' then null
        else 100000 * (1 + rate) ** (-business_days / 252)
    end as priced,
from quotes
inner join calendar as session
    on quotes.reference_date = session.calendar_date and quotes.reference_date between session.known_from and session.known_until
inner join calendar as expiry
    on quotes.maturity_date = expiry.calendar_date and quotes.reference_date between expiry.known_from and expiry.known_until
where expiry.business_day - session.business_day > 0
