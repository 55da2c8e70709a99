{# A null takes back a value: it never comes first, and never after another null of its key. #}
{% test null_withdraws(model, column_name, key) %}
select *
from {{ model }}
qualify {{ column_name }} is null
    and lag({{ column_name }}) over (partition by {{ key | join(', ') }} order by available_at) is null
{% endtest %}
