{# Every value lies in [low, high]; an end left out is open, null is allowed. #}
{% test accepted_range(model, column_name, low=none, high=none) %}
select * from {{ model }}
where false
{% if low is not none %}or {{ column_name }} < {{ low }} {% endif %}
{% if high is not none %}or {{ column_name }} > {{ high }} {% endif %}
{% endtest %}
