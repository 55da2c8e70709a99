{# Neither NaN nor infinite; null is allowed. #}
{% test finite(model, column_name) %}
select * from {{ model }} where not isfinite({{ column_name }})
{% endtest %}
