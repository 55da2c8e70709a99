-- Grain: identity_id. What came of each identity: rows compared, those that miss it, and the worst of them.
{{ config(materialized='table') }}
with

listed as (
    {% for one in identities() %}
    select
        '{{ one.name }}' as identity_id, {{ quoted(one.of.says) }} as says, '{{ one.severity }}' as severity,
        {{ quoted(one.of.within ~ ' ' ~ one.of.unit ~ ': ' ~ one.of.because) }} as tolerance,
        {{ quoted(series_of(one.of) | join(' ')) }} as reads
    union all
    {% endfor %}
    select null as identity_id, null as says, null as severity, null as tolerance, null as reads where false
),

compared as (
    select
        identity_id,
        count(*) as rows_checked,
        count(*) filter (is_missed and not is_known) as failures,
        count(*) filter (is_missed and is_known) as known_exceptions,
        max(gap - within) as worst_excess,
        arg_max(reference_date, gap - within) as worst_date,
        arg_max(item, gap - within) as worst_item,
        arg_max(gap, gap - within) as worst_gap,
    from {{ ref('int_identity_checks') }}
    group by identity_id
)

select
    listed.*,
    coalesce(compared.rows_checked, 0) as rows_checked,
    coalesce(compared.failures, 0) as failures,
    coalesce(compared.known_exceptions, 0) as known_exceptions,
    compared.worst_date,
    compared.worst_item,
    compared.worst_gap,
    case
        when compared.identity_id is null then 'not checked'
        when failures = 0 then 'pass'
        when listed.severity = 'warn' then 'warn'
        else 'fail'
    end as status,
from listed
left join compared using (identity_id)
