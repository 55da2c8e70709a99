{# No two rows share the key; nulls count as equal. #}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
group by all
having count(*) > 1
{% endtest %}
