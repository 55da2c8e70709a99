-- Grain: document_id, available_at. Statements, minutes and calendar entries, with corrections.
select
    document_id,
    kind,
    meeting_date,
    language,
    text,
    available_at,
    held_at,
    vintage,
    availability,
    raw_sha256,
from {{ ref('int_document_vintages') }}
order by document_id, available_at, vintage
