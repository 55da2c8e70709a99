{# What did history look like at the cut-off? The last vintage of each key known by then, unless the source had withdrawn it. #}
{% macro as_of(relation, cutoff, key=['series_id', 'reference_date', 'target_date'], value='value') -%}
(
    select * from (
        select * from {{ relation }} where available_at <= {{ cutoff }}::timestamptz
        qualify rank() over (partition by {{ key | join(', ') }} order by available_at desc, vintage desc) = 1
    ) where {{ value }} is not null
)
{%- endmacro %}
