-- Grain: instrument_id, field, reference_date, available_at. Settlements, rates and prices of futures and bonds, with corrections.
select
    instrument_id,
    field,
    reference_date,
    available_at,
    held_at,
    vintage,
    value,
    availability,
    raw_sha256,
from {{ ref('int_quote_vintages') }}
order by instrument_id, field, reference_date, available_at, vintage
