-- Grain: reference_date, available_at. What a COPOM decision moved: the 63-day DI from the decision's session to the next settlement.
with

meetings as (
    select meetings.meeting_date
    from {{ source('seeds', 'meetings') }} as meetings
    cross join {{ source('bronze', 'run') }} as run
    where meetings.committee = 'copom' and list_contains(string_split(meetings.worlds, ' '), run.world)
),

sessions as (
    select calendar_date from {{ ref('int_calendar') }} where market = 'b3' and is_session
),

-- the committee publishes after the close: its day's settlement is before the news, the next session's after it
spans as (
    select meetings.meeting_date, max(before.calendar_date) as before_date, min(next.calendar_date) as reference_date
    from meetings
    inner join sessions as before on before.calendar_date between meetings.meeting_date - 7 and meetings.meeting_date
    inner join sessions as next on next.calendar_date between meetings.meeting_date + 1 and meetings.meeting_date + 7
    group by meetings.meeting_date
),

points as (
    select reference_date, available_at, held_at, availability, zero_rate
    from {{ ref('int_curve_points') }} where curve_id = 'br_di1' and tenor_bd = 63
),

before_news as (
    select spans.reference_date, points.* exclude (reference_date)
    from spans inner join points on spans.before_date = points.reference_date
),

after_news as (
    select points.* from spans inner join points using (reference_date)
)

select reference_date, available_at, held_at, availability, after_rate - before_rate as value
from {{ align('before_news', 'after_news', ['reference_date'], {'zero_rate': 'before_rate'}, {'zero_rate': 'after_rate'}) }}
