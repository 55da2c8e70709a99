-- Fails where a reading of Focus counts as known before the Monday after its survey day, on which the BCB publishes the week's surveys.
-- A row that we held earlier than that was known when we held it.
with

observations as (
    select * from {{ ref('observations') }} where starts_with(series_id, 'br_focus_')
)

select
    series_id,
    reference_date,
    available_at,
    held_at,
from observations
where (available_at at time zone 'America/Sao_Paulo')::date < reference_date + 8 - isodow(reference_date)::integer
    and held_at > available_at
