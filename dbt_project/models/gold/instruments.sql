-- Grain: instrument_id. Families, and every contract and bond that has been quoted.
with

families as (
    select * from {{ source('seeds', 'instruments') }}
),

listed as (
    select * from {{ ref('int_instruments') }}
),

together as (
    select * from listed
    union all by name
    select
        family as instrument_id,
        family,
        null::date as maturity_date,
        currency,
        multiplier,
        tick,
        lot,
        accretes,
    from families
)

select * from together
order by instrument_id
