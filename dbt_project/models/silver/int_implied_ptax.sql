-- Grain: instrument_id, reference_date. The PTAX of the eve that each dollar future implies with the DI1 and the DDI of its month.
with

settlements as (
    select * from {{ ref('int_settlements_termed') }}
),

-- the first maturity is settled otherwise
implied as (
    select dol.*, dol.settlement * di1.settlement / ddi.settlement as ptax
    from settlements as dol
    inner join settlements as di1 on dol.month = di1.month and dol.reference_date = di1.reference_date and di1.family = 'di1'
    inner join settlements as ddi on dol.month = ddi.month and dol.reference_date = ddi.reference_date and ddi.family = 'ddi'
    where dol.family = 'dol'
    qualify row_number() over (partition by dol.reference_date order by dol.business_days) > 1
)

select
    *,
    median(ptax) over (partition by reference_date) as agreed,
from implied
