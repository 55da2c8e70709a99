{# The family of an instrument: a futures contract less month and year (di1f27), a bond less its maturity (ltn_20270401), else the report it stands in. #}
{% macro family(instrument_id, source_key) -%}
coalesce(
    nullif(regexp_extract({{ instrument_id }}, '^([a-z][a-z0-9]{2})[fghjkmnquvxz]\d{2}$', 1), ''),
    nullif(regexp_extract({{ instrument_id }}, '^(.+)_\d{8}$', 1), ''),
    regexp_replace({{ source_key }}, '^br_', '')
)
{%- endmacro %}
