{# The model lists what must not be: every row is a failure. #}
{% test no_rows(model) %}
select * from {{ model }}
{% endtest %}
