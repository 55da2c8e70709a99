-- Grain: reference_date, available_at. Inflation expected over the year that ends 18 months ahead: half of months 1-12, half of 13-24.
with

near as (
    select * from {{ ref('int_market_readings') }} where series_id = 'br_focus_ipca_12m_smoothed'
),

far as (
    select * from {{ ref('int_market_readings') }} where series_id = 'br_focus_ipca_24m_smoothed'
)

select
    reference_date,
    available_at,
    held_at,
    availability,
    sqrt((1 + near_rate) * (1 + far_rate)) - 1 as value,
from {{ align('near', 'far', ['reference_date'], {'value': 'near_rate'}, {'value': 'far_rate'}) }}
