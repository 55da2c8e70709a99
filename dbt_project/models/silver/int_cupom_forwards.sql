-- Grain: instrument_id, reference_date. An FRC beside the forward cupom between two DDI: the first that is three business days away, and
-- that of its own month.
with

quotes as (
    select
        instrument_id,
        family,
        reference_date,
        business_days,
        calendar_days,
        fields['rate'] as rate,
    from {{ ref('int_quotes_termed') }}
    where family in ('ddi', 'frc') and fields['rate'] is not null
),

short as (
    select * from quotes
    where family = 'ddi' and business_days >= 3
    qualify row_number() over (partition by reference_date order by business_days) = 1
)

select
    frc.instrument_id,
    frc.family,
    frc.reference_date,
    frc.rate,
    (1 + long.rate * long.calendar_days / 360) / (1 + short.rate * short.calendar_days / 360) as growth,
    360 * (growth - 1) / (long.calendar_days - short.calendar_days) as forward_rate,
from quotes as frc
inner join quotes as long
    on long.family = 'ddi' and right(frc.instrument_id, 3) = right(long.instrument_id, 3) and frc.reference_date = long.reference_date
inner join short on frc.reference_date = short.reference_date
where frc.family = 'frc' and long.calendar_days > short.calendar_days
