-- Grain: instrument_id. Every contract and bond ever quoted, with the maturity that its payload or the rule of its family gives.
with

listed as (
    select
        instrument_id,
        any_value(family) as family,
        max(maturity_date) as stated_maturity,
    from {{ ref('int_quote_vintages') }}
    group by instrument_id
),

families as (
    select * from {{ source('seeds', 'instruments') }}
),

open_days as (
    select calendar_date from {{ ref('int_calendar') }}
    where market = 'br' and is_business_day and known_until = date '9999-12-31'
),

named as (
    select
        listed.*,
        case
            when regexp_full_match(instrument_id, '[a-z][a-z0-9]{2}[fghjkmnquvxz]\d{2}') then make_date(
                2000 + right(instrument_id, 2)::integer,
                strpos('fghjkmnquvxz', instrument_id[4]),
                case when family = 'dap' then 15 else 1 end
            )
        end as nominal_expiry,
        try_strptime(regexp_extract(instrument_id, '_(\d{8})$', 1), '%Y%m%d')::date as named_maturity,
    from listed
)

select
    named.instrument_id,
    named.family,
    coalesce(named.stated_maturity, named.named_maturity, open_days.calendar_date) as maturity_date,
    families.currency,
    families.multiplier,
    families.tick,
    families.lot,
    families.accretes,
from named
left join families using (family)
asof left join open_days
    on named.nominal_expiry <= open_days.calendar_date
