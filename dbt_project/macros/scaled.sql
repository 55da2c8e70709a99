{# A source's figure in our unit, its decimals kept: 3.96 % is 0.0396 and not 0.039599999999999996. Sources print ten of them at most. #}
{% macro scaled(value, scale) -%}
case when {{ scale }} = 1 then {{ value }} else round({{ value }} * {{ scale }}, 12) end
{%- endmacro %}
