-- Grain: series_id, reference_date, target_date, learned_at. Two values with one timestamp: reported, and settled in int_observation_vintages.
{{ config(materialized='table') }}
select * from {{ contests(ref('int_learned_observations'), ['series_id', 'reference_date', 'target_date']) }}
