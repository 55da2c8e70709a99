{# Within each group the column rises strictly in the given order. #}
{% test increasing(model, by, column, order_by) %}
select *
from {{ model }}
qualify {{ column }} <= lag({{ column }}) over (partition by {{ by | join(', ') }} order by {{ order_by | join(', ') }})
{% endtest %}
