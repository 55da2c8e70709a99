-- Fails where a series has two targets on one survey day: its catalogue row must pick one slice.
select series_id, reference_date, count(distinct target_date) as targets
from {{ ref('observations') }}
where target_date is not null
group by all
having count(distinct target_date) > 1
