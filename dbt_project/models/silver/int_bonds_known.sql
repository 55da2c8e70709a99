-- Grain: instrument_id, reference_date, available_at. Every federal bond as known at each instant one of them changed.
{{ config(materialized='table') }}
with

quotes as (
    select * from {{ ref('int_quote_vintages') }}
    where family in ('ltn', 'ntnf', 'ntnb') and field in ('rate', 'price')
),

overnight as (
    select * from {{ ref('int_spliced') }} where series_id = 'br_cdi_spliced'
),

instants as (
    select distinct reference_date, available_at from quotes
),

-- the last overnight rate, on or before the day, that was known by then: it anchors the short end
anchored as (
    select
        instants.*,
        arg_max(overnight.value, (overnight.reference_date, overnight.available_at)) as overnight,
    from instants
    left join overnight
        on overnight.reference_date between instants.reference_date - 10 and instants.reference_date
        and instants.available_at >= overnight.available_at
    group by instants.reference_date, instants.available_at
)

select
    quotes.family,
    quotes.instrument_id,
    max(quotes.maturity_date) as maturity_date,
    anchored.reference_date,
    anchored.available_at,
    max(quotes.held_at) as held_at,
    arg_max(quotes.availability, quotes.available_at) as availability,
    max(anchored.overnight) as overnight,
    arg_max(quotes.value, quotes.available_at) filter (quotes.field = 'rate') as rate,
    arg_max(quotes.value, quotes.available_at) filter (quotes.field = 'price') as price,
from anchored
inner join quotes
    on anchored.reference_date = quotes.reference_date
    and anchored.available_at >= quotes.available_at
group by quotes.family, quotes.instrument_id, anchored.reference_date, anchored.available_at
having rate > -0.5 and rate < 10
