-- Fails where a first vintage counts as known at or before a poll of ours that had no row of its date, though it asked for it.
with

observations as (
    select observations.*, staged.poll_id, staged.source_date
    from {{ ref('observations') }} as observations
    inner join {{ ref('stg_observations') }} as staged
        using (series_id, reference_date, held_at, raw_sha256)
    where observations.vintage = 1
        and observations.target_date is not distinct from staged.target_date
),

lacked as (
    select * from {{ lacking('observations', 'source_date') }}
),

catalogue as (
    select * from {{ ref('int_catalogue') }} where not forward
)

select observations.series_id, observations.reference_date, observations.available_at, lacked.lacked_at
from observations
inner join lacked using (poll_id, source_date)
inner join catalogue using (series_id)
where lacked.lacked_at >= observations.available_at
