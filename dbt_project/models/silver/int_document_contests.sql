-- Grain: document_id, learned_at. Two texts with one timestamp; gold.documents settles them.
select * from {{ contests(ref('stg_documents'), ['document_id'], 'text') }}
