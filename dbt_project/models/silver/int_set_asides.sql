-- Grain: instrument_id, reference_date, field, known_at. Wrong figures of this world that were signed for, and whether they came.
{{ config(materialized='table') }}
with

run as (
    select * from {{ source('bronze', 'run') }}
),

signed as (
    select asides.* exclude (worlds, value), asides.value as signed_value
    from {{ source('seeds', 'set_asides') }} as asides
    cross join run
    where list_contains(string_split(asides.worlds, ' '), run.world) and asides.known_at <= run.now_at
)

-- a figure is signed for as gold shows it, ten digits of it
select
    signed.instrument_id,
    signed.reference_date,
    signed.field,
    signed.known_at,
    signed.signed_by,
    signed.reason,
    coalesce(any_value(quotes.value), any_value(signed.signed_value)) as value,
    count(quotes.instrument_id) as rows_found,
from signed
left join {{ ref('stg_quotes') }} as quotes
    on signed.instrument_id = quotes.instrument_id and signed.field = quotes.field and signed.reference_date = quotes.reference_date
    and abs(quotes.value - signed.signed_value) <= 1e-9 * abs(signed.signed_value)
group by all
