-- Grain: market, calendar_date, known_from. Business days and sessions on each list of holidays, and the desk's decision times.
select
    market,
    calendar_date,
    is_business_day,
    business_day::integer as business_day,
    is_session,
    case when market = 'b3' and is_session then timezone('America/Sao_Paulo', calendar_date + time '08:45') end as decision_at,
    known_from,
    known_until,
from {{ ref('int_calendar') }}
order by market, known_from, calendar_date
