-- Grain: gate, instrument_id, reference_date. Settlements that do not follow from what else the exchange published: none, if all is well.
with

quotes as (
    select
        instrument_id,
        family,
        reference_date,
        arg_max_null(value, vintage) filter (field = 'settlement') as settlement,
        arg_max_null(value, vintage) filter (field = 'rate') as rate,
    from {{ ref('int_quote_vintages') }}
    where field in ('settlement', 'rate') and family in ('di1', 'dap', 'ddi', 'dol')
    group by all
),

calendar as (
    select * from {{ ref('int_calendar') }} where market = 'br'
),

termed as (
    select
        quotes.*,
        right(quotes.instrument_id, 3) as month,
        expiry.business_day - session.business_day as business_days,
        instruments.maturity_date - quotes.reference_date as calendar_days,
        case quotes.family
            when 'ddi' then 100000 / (1 + rate * calendar_days / 360)
            else 100000 * (1 + rate) ** (-business_days / 252)
        end as priced,
    from quotes
    inner join {{ ref('int_instruments') }} as instruments using (instrument_id)
    inner join calendar as session
        on quotes.reference_date = session.calendar_date and quotes.reference_date between session.known_from and session.known_until
    inner join calendar as expiry
        on instruments.maturity_date = expiry.calendar_date and quotes.reference_date between expiry.known_from and expiry.known_until
    where expiry.business_day > session.business_day and quotes.settlement > 0
),

-- the dollar future, the DI1 and the DDI of one month imply the PTAX of the eve; the first maturity is settled otherwise
implied as (
    select
        dol.instrument_id,
        dol.reference_date,
        dol.settlement * di1.settlement / ddi.settlement as ptax,
        median(ptax) over (partition by dol.reference_date) as agreed,
    from termed as dol
    inner join termed as di1 on dol.month = di1.month and dol.reference_date = di1.reference_date and di1.family = 'di1'
    inner join termed as ddi on dol.month = ddi.month and dol.reference_date = ddi.reference_date and ddi.family = 'ddi'
    where dol.family = 'dol'
    qualify row_number() over (partition by dol.reference_date order by dol.business_days) > 1
)

select
    'a settlement is the price of its rate to the cent' as gate,
    instrument_id,
    reference_date,
    round(abs(settlement - priced) - 0.01, 9) as excess
from termed
where
    family <> 'dol'
    and abs(settlement - priced) > 0.0101 + case family when 'ddi' then 0.0005 * calendar_days / 360 else 0 end
union all
select 'all dollar futures imply one ptax' as gate, instrument_id, reference_date, round(abs(ptax / agreed - 1) - 2e-6, 9) as excess
from implied
where abs(ptax / agreed - 1) > 2e-6
