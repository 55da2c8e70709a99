-- Grain: instrument_id, reference_date, available_at. Daily returns of every generic instrument, all vintages.
with

run as (
    select * from {{ source('bronze', 'run') }}
),

returns as (
    select *, 'rates' as kind from {{ ref('int_di1_returns') }}
    union all by name
    select *, 'breakeven' as kind from {{ ref('int_bei_returns') }}
    union all by name
    select *, 'fx' as kind from {{ ref('int_usdbrl_returns') }}
    union all by name
    select *, 'treasury' as kind from {{ ref('int_ust_returns') }}
)

-- futures make a market return; the files world derives rates from bonds and the forward from spot. Par yields stand for bonds
select
    returns.* exclude (kind),
    case
        when kind = 'treasury' then 'derived'
        when run.world = 'files' and kind in ('rates', 'fx') then 'derived'
        else 'market'
    end as grade,
from returns
cross join run
