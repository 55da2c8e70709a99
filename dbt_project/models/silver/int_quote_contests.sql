-- Grain: instrument_id, field, reference_date, learned_at. Two values with one timestamp: reported, and settled in int_quote_vintages.
{{ config(materialized='table') }}
select * from {{ contests(ref('int_learned_quotes'), ['instrument_id', 'field', 'reference_date']) }}
