-- Grain: series_id, reference_date, available_at. Every factor in the columns of an observation, a row where its value changed.
with

points as (
    select * from {{ ref('int_curve_points') }}
),

slope as (
    select
        long_end.reference_date, long_end.available_at, long_end.held_at, long_end.availability,
        long_end.zero_rate - short_end.zero_rate as value,
    from points as long_end
    inner join points as short_end using (curve_id, reference_date, available_at)     -- one snapshot of one curve
    where curve_id = 'br_di1' and long_end.tenor_bd = 1260 and short_end.tenor_bd = 252
),

named as (
    select curve_id || '_' || tenor_bd || 'bd' as series_id, reference_date, available_at, held_at, availability, zero_rate as value
    from points where curve_id in ('br_di1', 'br_real')
    union all by name
    select 'br_bei_' || tenor_bd || 'bd' as series_id, * exclude (tenor_bd) from {{ ref('int_breakevens') }}
    union all by name
    select 'br_di1_carry_' || tenor_bd || 'bd' as series_id, * exclude (tenor_bd) from {{ ref('int_di1_carry') }}
    union all by name
    select 'br_di1_slope_252_1260bd' as series_id, * from slope
    union all by name
    select instrument_id || '_excess_index' as series_id, * exclude (instrument_id) from {{ ref('int_excess_indices') }}
    union all by name
    select 'usdbrl_carry_63bd' as series_id, * from {{ ref('int_usdbrl_carry') }}
    union all by name
    select 'br_focus_ipca_18m' as series_id, * from {{ ref('int_focus_18m') }}
    union all by name
    select 'br_copom_surprise' as series_id, * from {{ ref('int_copom_surprises') }}
    union all by name
    select * from {{ ref('int_tones') }}
    union all by name
    select 'br_output_gap' as series_id, * from {{ ref('int_output_gap') }}
    union all by name
    select 'br_rstar' as series_id, * from {{ ref('int_rstar') }}
    union all by name
    select series_id, reference_date, available_at, held_at, availability, value, raw_sha256 from {{ ref('int_spliced') }}
),

-- what is no number is not known
numbered as (
    select * replace (case when isfinite(value) then value end as value) from named
),

-- null where a value stood and stands no more
changed as (
    select * from numbered
    window known as (partition by series_id, reference_date order by available_at)
    qualify value is distinct from lag(value) over known
)

select
    series_id,
    reference_date,
    null::date as target_date,
    available_at,
    held_at,
    row_number() over (partition by series_id, reference_date order by available_at)::integer as vintage,
    value,
    availability,
    raw_sha256,
from changed
