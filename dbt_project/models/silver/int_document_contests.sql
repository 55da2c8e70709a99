-- Grain: document_id, learned_at. Two texts with one timestamp: reported, and settled in gold.documents.
select * from {{ contests(ref('stg_documents'), ['document_id'], 'text') }}
