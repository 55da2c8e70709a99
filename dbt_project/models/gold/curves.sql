-- Grain: curve_id, reference_date, available_at, tenor_bd. Zero rates and discount factors of every curve, whole at each vintage.
select
    curve_id,
    reference_date,
    tenor_bd,
    available_at,
    held_at,
    dense_rank() over (partition by curve_id, reference_date order by available_at)::integer as vintage,
    zero_rate,
    (1 + zero_rate) ** (-tenor_bd / 252.0) as discount_factor,
    case curve_id
        when 'us_ust' then 'par bootstrap'
        when 'br_pre' then 'LTN, NTN-F stripped, flat forward'
        when 'br_di1' then case grade when 'market' then 'DI1 settlements, flat forward' else 'bonds less LTN premium, flat forward' end
        else case when run.world = 'files' then 'NTN-B stripped, flat forward' else 'DAP settlements, flat forward' end
    end as method,
    grade,
from {{ ref('int_curve_nodes') }}
cross join {{ source('bronze', 'run') }} as run
order by curve_id, reference_date, available_at, tenor_bd, vintage
