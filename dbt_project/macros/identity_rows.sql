{# The rows of one identity for one item: identity_id, item, print, reference_date, left_value, right_value, within. #}
{% macro identity_rows(name, of, item) %}
{% set left, right, within = for_item(of.left, item), for_item(of.right, item), for_item(of.within, item) %}
{% set names = names_in(left ~ ' ' ~ right ~ ' ' ~ within) %}
{% set relation = of.relation or '=' %}
{% set sides = right.split(', ') if relation == 'between' else [right] %}
select
    '{{ name }}' as identity_id, item, print, reference_date, left_value,
    {% if relation == 'between' %}least(greatest(left_value, low_value), high_value)
    {% elif relation == '<=' %}least(left_value, high_value)
    {% else %}high_value{% endif %} as right_value,
    within,
from (
    select
        item, print, reference_date, ({{ expanded(left) }})::double as left_value, ({{ expanded(within) }})::double as within,
        least({{ expanded(right) }})::double as low_value, greatest({{ expanded(right) }})::double as high_value,
        {# the least of something unknown is not the least of the rest #}
        ({{ expanded(sides | join(') + (')) }}) is not null as is_whole,
    from {{ identity_relation(of, item, names) }}
)
where left_value is not null and is_whole{% if of.since %} and reference_date >= date '{{ of.since }}'{% endif %}

{% endmacro %}

{# What an identity reads: rows of a model, quoted fields of some families, or series side by side. #}
{% macro identity_relation(of, item, names) %}
{% if of.rows %}
(
    select *, 'latest' as print, instrument_id as item from {{ ref(of.rows) }}
    {% if of.families %}where family in ({{ listed(of.families) }}){% endif %}
)
{% elif of.families %}
(
    select
        'latest' as print, instrument_id as item, family, reference_date, business_days, calendar_days,
        {% for name in names %}fields['{{ name }}'] as {{ name }}, {% endfor %}
    from {{ ref('int_quotes_termed') }}
    where family in ({{ listed(of.families) }})
)
{% else %}
(
    select
        '{{ item or names[0] }}' as item, print, reference_date, period, month_days as business_days,
        day(last_day(reference_date)) as calendar_days,
        {% for name in names %}max(value) filter (series_id = '{{ name }}') as {{ name }}, {% endfor %}
    from {{ ref('int_identity_readings') }}
    where series_id in ({{ listed(names) }}){% if not of.first %} and print = 'latest'{% endif %}
    group by all
)
{% endif %}
{% endmacro %}

{% macro listed(names) -%}'{{ names | join("', '") }}'{%- endmacro %}
