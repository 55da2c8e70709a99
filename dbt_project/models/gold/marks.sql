-- Grain: instrument_id, reference_date, available_at. The price at which the desk values and fills a listed contract in a session.
select
    instrument_id,
    reference_date,
    available_at,
    held_at,
    row_number() over (partition by instrument_id, reference_date order by available_at)::integer as vintage,
    price,
    point_value,
    accretion,
    dv01,
    grade,
from {{ ref('int_marks') }}
order by instrument_id, reference_date, available_at, vintage
