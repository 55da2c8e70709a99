-- Grain: series_id, reference_date, target_date, available_at. Observations and factors: whatever a panel may ask for.
with

observations as (
    select series_id, reference_date, available_at, vintage, value from {{ ref('observations') }}
),

factors as (
    select series_id, reference_date, available_at, vintage, value from {{ ref('factors') }}
)

select * from observations
union all
select * from factors
