-- Grain: instrument_id, field, reference_date, learned_at. Two values with one timestamp; int_quote_vintages settles them.
{{ config(materialized='table') }}
select * from {{ contests(ref('int_learned_quotes'), ['instrument_id', 'field', 'reference_date']) }}
