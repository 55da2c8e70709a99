{# The knowledge time of what is never known in time, such as recession labels. #}
{% macro never() -%}'9999-12-31 00:00:00+00'::timestamptz{%- endmacro %}
