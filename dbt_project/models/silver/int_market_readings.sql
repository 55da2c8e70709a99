-- Grain: series_id, reference_date, available_at. The observations that prices, returns and factors are made of, all vintages.
{{ config(materialized='table') }}
select
    series_id,
    reference_date,
    available_at,
    held_at,
    vintage,
    value,
    availability,
    raw_sha256,
from {{ ref('observations') }}
where series_id in (
    'br_cdi', 'br_selic_over', 'br_selic_target', 'us_sofr', 'us_fed_funds',
    'usdbrl_ptax', 'br_vna_ntnb', 'br_ipca_mom', 'br_ibcbr_sa',
    'br_focus_ipca_12m', 'br_focus_ipca_12m_smoothed', 'br_focus_ipca_24m_smoothed',
    'us_ust_1m', 'us_ust_6w', 'us_ust_2m', 'us_ust_3m', 'us_ust_4m', 'us_ust_6m', 'us_ust_1y', 'us_ust_2y',
    'us_ust_3y', 'us_ust_5y', 'us_ust_7y', 'us_ust_10y', 'us_ust_20y', 'us_ust_30y'
)
    and available_at < {{ never() }}
