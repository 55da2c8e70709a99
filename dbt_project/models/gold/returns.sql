-- Grain: instrument_id, reference_date, available_at. Daily excess returns of generic instruments, signed as the desk holds them.
select
    instrument_id,
    reference_date,
    available_at,
    held_at,
    row_number() over (partition by instrument_id, reference_date order by available_at)::integer as vintage,
    excess_return,
    pnl_per_unit,
    carry,
    rolldown,
    dv01,
    grade,
from {{ ref('int_returns') }}
order by instrument_id, reference_date, available_at, vintage
