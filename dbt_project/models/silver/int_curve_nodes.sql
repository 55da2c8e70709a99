-- Grain: curve_id, reference_date, available_at, tenor_bd. Zero rates at the nodes of every curve of this world.
{{ config(materialized='table') }}
with

run as (
    select * from {{ source('bronze', 'run') }}
),

-- where futures settle they are the DI and real curves; the files world derives both from bonds
bonds as (
    select curves.*
    from {{ ref('int_bond_curves') }} as curves
    cross join run
    where run.world = 'files' or curves.curve_id = 'br_pre'
)

select * from {{ ref('int_b3_nodes') }}
union all by name
select * from bonds
union all by name
select * from {{ ref('int_ust_nodes') }}
