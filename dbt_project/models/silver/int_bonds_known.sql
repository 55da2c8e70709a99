-- Grain: instrument_id, reference_date, available_at. Every federal bond as known at each instant one of them changed.
{{ config(materialized='table') }}
with

quotes as (
    select * replace (
        case when field = 'price' or (value > -0.5 and value < 10) then value end as value        -- a rate beyond belief is none
    )
    from {{ ref('int_quote_vintages') }}
    where family in ('ltn', 'ntnf', 'ntnb') and field in ('rate', 'price')
),

instants as (
    select distinct reference_date, available_at from quotes
)

-- arg_max_null: the last word counts though it be a withdrawal
select
    quotes.family,
    quotes.instrument_id,
    max(quotes.maturity_date) as maturity_date,
    instants.reference_date,
    instants.available_at,
    max(quotes.held_at) as held_at,
    arg_max(quotes.availability, quotes.available_at) as availability,
    arg_max_null(quotes.value, quotes.available_at) filter (quotes.field = 'rate') as rate,
    arg_max_null(quotes.value, quotes.available_at) filter (quotes.field = 'price') as price,
from instants
inner join quotes
    on instants.reference_date = quotes.reference_date
    and instants.available_at >= quotes.available_at
group by quotes.family, quotes.instrument_id, instants.reference_date, instants.available_at
