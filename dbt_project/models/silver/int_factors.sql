-- Grain: series_id, reference_date, available_at. Factors of the real-time path; filled by the curve models.
select
    null::varchar as series_id,
    null::date as reference_date,
    null::date as target_date,
    null::timestamptz as available_at,
    null::timestamptz as held_at,
    null::integer as vintage,
    null::double as value,
    null::varchar as availability,
    null::varchar as raw_sha256
where false
