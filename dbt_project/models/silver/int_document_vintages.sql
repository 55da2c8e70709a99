-- Grain: document_id, available_at. Every text a document was given, from the instant it was known.
with

statements as (
    select * from {{ vintages(ref('stg_documents'), ref('int_document_contests'), ['document_id'], 'text') }}
),

lacked as (
    select * from {{ lacking('statements', 'meeting_date') }}
),

timed as (
    select
        statements.*,
        lacked.lacked_at,
        learned_at as told_at,
        {{ known_at('told_at') }} as available_at,
        case when lacked_at >= told_at then 'observed' else availability end as known_as,
    from statements
    left join lacked using (poll_id, meeting_date)
)

select
    document_id,
    kind,
    meeting_date,
    language,
    text,
    available_at,
    held_at,
    row_number() over (partition by document_id order by available_at)::integer as vintage,
    known_as as availability,
    raw_sha256,
from {{ standing('timed', ['document_id'], 'available_at') }}
