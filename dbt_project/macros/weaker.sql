{# How we know the available_at of what was made from two inputs: the weaker of the two. From weakest: assumed, observed, scheduled, published. #}
{% macro weaker(first, second) -%}
list_extract(['published', 'scheduled', 'observed', 'assumed'], greatest({{ weakness(first) }}, {{ weakness(second) }}))
{%- endmacro %}

{% macro weakness(availability) -%}
list_position(['published', 'scheduled', 'observed', 'assumed'], {{ availability }})
{%- endmacro %}
