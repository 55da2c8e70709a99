-- Grain: identity_id, item, print, reference_date. Both sides of every identity on every date on which all its parts are known.
-- depends_on: {{ ref('int_identity_readings') }} {{ ref('int_quotes_termed') }} {{ ref('int_settlements_termed') }}
-- depends_on: {{ ref('int_implied_ptax') }} {{ ref('int_cupom_forwards') }}
{{ config(materialized='table') }}
with

compared as (
    {% for one in identities() %}
    {% for item in one.of.each or [''] %}
    {{ identity_rows(one.name, one.of, item) }}
    union all
    {% endfor %}
    {% endfor %}
    select null as identity_id, null as item, null as print, null as reference_date, null as left_value, null as right_value, null as within
    where false
),

known as (
    {% for one in identities() %}
    {% for case in one.of.known or [] %}
    select '{{ one.name }}' as identity_id, date '{{ case.from }}' as known_from, date '{{ case.until or case.from }}' as known_until
    union all
    {% endfor %}
    {% endfor %}
    select null as identity_id, null as known_from, null as known_until where false
)

-- what binary fractions leave of sums of decimals is no miss
select
    compared.*,
    abs(left_value - right_value) as gap,
    gap > within + 1e-11 * greatest(1, abs(left_value)) as is_missed,
    known.identity_id is not null as is_known,
from compared
left join known
    on compared.identity_id = known.identity_id and compared.reference_date between known.known_from and known.known_until
