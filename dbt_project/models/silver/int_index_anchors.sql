-- Grain: month_end. Published levels of the IPCA index of this world, from which its monthly changes are chained.
with

levels as (
    select * from {{ source('seeds', 'ipca_index') }}
),

run as (
    select * from {{ source('bronze', 'run') }}
)

select
    levels.month_end,
    levels.level,
from levels
cross join run
where list_contains(string_split(levels.worlds, ' '), run.world)
