-- Fails where a session has no decision time, a decision time has no session, or a session appears on two lists of holidays.
select calendar_date, count(*) as rows_found
from {{ ref('calendar') }}
where market = 'b3' and (is_session or decision_at is not null)
group by calendar_date
having count(*) <> 1 or count(decision_at) <> 1 or not bool_and(is_session)
