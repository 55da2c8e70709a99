-- Grain: instrument_id, field, reference_date, available_at. Every value a quoted field was given, from the instant it was known.
{{ config(materialized='table') }}
with

statements as (
    select * from {{ vintages(ref('int_learned_quotes'), ref('int_quote_contests'), ['instrument_id', 'field', 'reference_date']) }}
    where nth > 1 or value is not null
),

timed as (
    select
        *,
        case when nth = 1 and not is_stated then least(released_at, learned_at) else learned_at end as available_at,
        case when nth = 1 and not is_stated and released_at <= learned_at then 'scheduled' else availability end as known_as,
    from statements
)

select
    instrument_id,
    family,
    maturity_date,
    field,
    reference_date,
    available_at,
    held_at,
    row_number() over (partition by instrument_id, field, reference_date order by available_at)::integer as vintage,
    value,
    known_as as availability,
    raw_sha256,
from timed
