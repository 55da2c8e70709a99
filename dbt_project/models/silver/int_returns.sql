-- Grain: instrument_id, reference_date, available_at. Daily returns of every generic instrument, all vintages.
select * from {{ ref('int_di1_returns') }}
union all by name
select * from {{ ref('int_bei_returns') }}
union all by name
select * from {{ ref('int_usdbrl_returns') }}
union all by name
select * from {{ ref('int_ust_returns') }}
