{# Last day of the period that the source dates by `day`: `day` itself, its month, quarter or year, or a day of its month (15, 20, 10). #}
{% macro period_end(kind, day) -%}
case {{ kind }}
    when 'day' then {{ day }}
    when 'month' then last_day({{ day }})
    when 'quarter' then last_day((date_trunc('quarter', {{ day }}) + interval 2 month)::date)
    when 'year' then make_date(year({{ day }}), 12, 31)
    else make_date(year({{ day }}), month({{ day }}), {{ kind }}::integer)
end
{%- endmacro %}

{# First day of the period that ends on `last`. A day of the month closes the month that began after the same day of the month before. #}
{% macro period_start(kind, frequency, last) -%}
case
    when {{ kind }} = 'day' and {{ frequency }} = 'weekly' then {{ last }} - 6
    when {{ kind }} = 'day' then {{ last }}
    when {{ kind }} in ('month', 'quarter', 'year') then date_trunc({{ kind }}, {{ last }})::date
    else ({{ last }} - interval 1 month)::date + 1
end
{%- endmacro %}

{#
End of the period that a catalogue slice picks, counted from the survey day: month+0, quarter+1, year+1; meeting+0 is the first
COPOM meeting on or after that day, from `meetings`, a sorted list of dates. Null for an empty slice.
#}
{% macro slice_date(slice, day, meetings) -%}
case split_part({{ slice }}, '+', 1)
    when 'month' then last_day(({{ day }} + to_months(split_part({{ slice }}, '+', 2)::integer))::date)
    when 'quarter' then last_day((date_trunc('quarter', {{ day }}) + to_months(3 * split_part({{ slice }}, '+', 2)::integer + 2))::date)
    when 'year' then make_date(year({{ day }}) + split_part({{ slice }}, '+', 2)::integer, 12, 31)
    when 'meeting' then list_filter({{ meetings }}, lambda m: m >= {{ day }})[split_part({{ slice }}, '+', 2)::integer + 1]
end
{%- endmacro %}

{#
End of the period that a source's own label names: 2026 a year, 09/2026 a month, 3/2026 a quarter, R5/2026 the fifth COPOM meeting
of the year from `meetings`, 2026-12-31 the day itself.
#}
{% macro label_date(label, meetings) -%}
case
    when regexp_full_match({{ label }}, '\d{4}-\d{2}-\d{2}') then {{ label }}::date
    when regexp_full_match({{ label }}, '\d{4}') then make_date({{ label }}::integer, 12, 31)
    when regexp_full_match({{ label }}, '\d{2}/\d{4}') then last_day(make_date({{ label }}[4:]::integer, {{ label }}[:2]::integer, 1))
    when regexp_full_match({{ label }}, '\d/\d{4}') then last_day(make_date({{ label }}[3:]::integer, 3 * {{ label }}[1]::integer, 1))
    when regexp_full_match({{ label }}, 'R\d/\d{4}')
        then list_filter({{ meetings }}, lambda m: year(m) = {{ label }}[4:]::integer)[{{ label }}[2]::integer]
end
{%- endmacro %}
