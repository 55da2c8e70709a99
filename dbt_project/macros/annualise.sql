{# Annual rate of a rate per period, compounded: (1 + rate) ** (basis / periods) - 1. `periods` is in units of `basis`: 1 business day of 252. #}
{% macro annualise(rate, periods=1, basis=252) -%}
(power(1 + {{ rate }}, {{ basis }}::double / {{ periods }}) - 1)
{%- endmacro %}
