-- Grain: series_id, reference_date, target_date, learned_at. Two values with one timestamp; int_observation_vintages settles them.
{{ config(materialized='table') }}
select * from {{ contests(ref('int_learned_observations'), ['series_id', 'reference_date', 'target_date']) }}
