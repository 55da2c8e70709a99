-- Grain: document_id, available_at. Statements, minutes and calendar entries, with corrections.
with

statements as (
    select * from {{ vintages(ref('stg_documents'), ref('int_document_contests'), ['document_id'], 'text') }}
)

select
    document_id,
    kind,
    meeting_date,
    language,
    text,
    learned_at as available_at,
    held_at,
    nth::integer as vintage,
    availability,
    raw_sha256,
from statements
order by document_id, available_at, vintage
