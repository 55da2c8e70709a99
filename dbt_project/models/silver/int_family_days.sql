-- Grain: family, reference_date, available_at. What a session does to every contract of a family: value of a point, growth of money.
{{ config(materialized='table') }}
with

accretion as (
    select *, value as accretion from {{ ref('int_accretion') }}
),

vna as (
    select *, value as vna from {{ ref('int_vna') }}
),

dap as (
    select reference_date, available_at, held_at, accretion, vna, grade
    from {{ align('accretion', 'vna', ['reference_date'], {'accretion': 'accretion'}, {'vna': 'vna', 'grade': 'grade'}) }}
)

select 'di1' as family, reference_date, available_at, held_at, 1.0::double as point_value, accretion, 'market' as grade
from accretion
union all
select
    'dap' as family, reference_date, available_at, held_at,
    0.00025 * vna * 1.61462 as point_value,                      -- the index from its unit value: VNA / 1000 * 1614.62
    accretion,
    grade,
from dap
