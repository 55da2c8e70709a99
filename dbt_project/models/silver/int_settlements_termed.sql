-- Grain: instrument_id, reference_date. The last word on each settlement, with its term and the price that its published rate gives.
{{ config(materialized='table') }}
with

quotes as (
    select
        * exclude (fields),
        fields['settlement'] as settlement,
        fields['rate'] as rate,
    from {{ ref('int_quotes_termed') }}
    where family in ('di1', 'dap', 'ddi', 'dol')
)

select
    *,
    right(instrument_id, 3) as month,
    case family
        when 'ddi' then 100000 / (1 + rate * calendar_days / 360)
        when 'dol' then null
        else 100000 * (1 + rate) ** (-business_days / 252)
    end as priced,
from quotes
where settlement > 0
