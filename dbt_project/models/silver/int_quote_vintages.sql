-- Grain: instrument_id, field, reference_date, available_at. Every value a quoted field was given, from the instant it was known.
{{ config(materialized='table') }}
with

statements as (
    select * from {{ vintages(ref('int_learned_quotes'), ref('int_quote_contests'), ['instrument_id', 'field', 'reference_date']) }}
    where nth > 1 or value is not null
),

lacked as (
    select * from {{ lacking('statements', 'reference_date') }}
),

timed as (
    select
        statements.*,
        lacked.lacked_at,
        case when nth = 1 and not is_stated then least(released_at, learned_at) else learned_at end as told_at,
        {{ known_at('told_at') }} as available_at,
        case
            when lacked_at >= told_at then 'observed'
            when nth = 1 and not is_stated and released_at <= learned_at then 'scheduled'
            else availability
        end as known_as,
    from statements
    left join lacked using (poll_id, reference_date)
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
from {{ standing('timed', ['instrument_id', 'field', 'reference_date'], 'available_at') }}
