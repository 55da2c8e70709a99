{# How we know the available_at of what was made from two inputs: the weaker of the two. From weakest: assumed, observed, scheduled, published. #}
{% macro weaker(first, second) -%}
list_extract(['published', 'scheduled', 'observed', 'assumed'], greatest({{ weakness(first) }}, {{ weakness(second) }}))
{%- endmacro %}

{% macro weakness(availability) -%}
list_position(['published', 'scheduled', 'observed', 'assumed'], {{ availability }})
{%- endmacro %}

{# The weakest availability of a group. #}
{% macro weakest(availability) -%}
list_extract(['published', 'scheduled', 'observed', 'assumed'], max({{ weakness(availability) }}))
{%- endmacro %}

{# What the value is of what was made from two inputs: the weaker of the two. From strongest: market, derived, proxy. #}
{% macro weaker_grade(first, second) -%}
list_extract(
    ['market', 'derived', 'proxy'],
    greatest(list_position(['market', 'derived', 'proxy'], {{ first }}), list_position(['market', 'derived', 'proxy'], {{ second }}))
)
{%- endmacro %}
