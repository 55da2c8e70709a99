{#
Identities: what published figures must say of one another. Each is one `identity` test of int_identity_checks.yml, and this file turns
it into SQL. Names in an expression are series or factors, or columns of the rows it reads; these functions know other periods:

    ago(x, n)                 x of n months before                  eve(x), next(x)     the reading of x before and after
    compounded(x, n)          x of n months on end, compounded      total(x, n, k, b)   sum of the k readings of n months, b months back
    year_to_date(x)           x compounded since January            month_mean(x, days), month_compounded(x, days)  whole months of days
    later(x, n)               x, n readings later                   shorter(x)          x of the contract that ends before
    business_days, calendar_days   of the month, or to maturity

Only rows on which every part is known are compared.
#}
{% macro expanded(expression) %}
{% set month = 'over (partition by print, period)' %}
{% set forms = [
    ('ago\((\w+), (\d+)\)', 'any_value(\\1) over (partition by print order by period range between \\2 preceding and \\2 preceding)'),
    ('eve\((\w+)\)', 'lag(\\1 ignore nulls) over (partition by print, item order by reference_date)'),
    ('next\((\w+)\)', 'lead(\\1 ignore nulls) over (partition by print, item order by reference_date)'),
    ('later\((\w+), (\d+)\)', 'lead(\\1, \\2 ignore nulls) over (partition by print, item order by reference_date)'),
    ('shorter\((\w+)\)', 'lag(\\1) over (partition by print, family, reference_date order by business_days)'),
    ('month_compounded\((\w+), (\w+)\)', 'case when count(\\1) ' ~ month ~ ' = \\2 then exp(sum(ln(1 + \\1)) ' ~ month ~ ') - 1 end'),
    ('month_mean\((\w+), (\w+)\)', 'case when count(\\1) ' ~ month ~ ' = \\2 then avg(\\1) ' ~ month ~ ' end'),
    ('\\bcompounded\((\w+), (\d+)\)', 'case when count(\\1) over (w\\2) = \\2 then exp(sum(ln(1 + \\1)) over (w\\2)) - 1 end'),
    ('year_to_date\((\w+)\)', 'case when count(\\1) over (wy) = month(reference_date) then exp(sum(ln(1 + \\1)) over (wy)) - 1 end'),
    ('total\((\w+), (\d+), (\d+), (\d+)\)', 'case when count(\\1) over (wt\\2 back \\4) = \\3 then sum(\\1) over (wt\\2 back \\4) end'),
    ('\(w(\d+)\)', '(partition by print order by period range between \\1 - 1 preceding and current row)'),
    ('\(wy\)', '(partition by print, year(reference_date) order by reference_date)'),
    ('\(wt(\d+) back (\d+)\)', '(partition by print order by period range between \\1 + \\2 - 1 preceding and \\2 preceding)'),
] %}
{% set text = namespace(value=expression | string) %}
{% for form, sql in forms %}{% set text.value = modules.re.sub(form, sql, text.value) %}{% endfor %}
{{ return(text.value) }}
{% endmacro %}

{# The names an expression reads: words that are no function, number, text or keyword, nor made here. #}
{% macro names_in(expression) %}
{% set made = ['case', 'when', 'then', 'else', 'end', 'and', 'or', 'not', 'is', 'null', 'business_days', 'calendar_days', 'reference_date'] %}
{% set bare = modules.re.sub("'[^']*'", '', expression | string) %}
{% set found = modules.re.findall('\\b([a-z][a-z0-9_]*)\\b(?!\()', bare) | unique | sort %}
{{ return(found | reject('in', made) | list) }}
{% endmacro %}

{# What the YAML says of each identity, one an item of `each`, in the order of their names. #}
{% macro identities() %}
{% set found = [] %}
{% for node in (graph.nodes.values() if execute else []) if node.resource_type == 'test' and node.test_metadata and node.test_metadata.name == 'identity' %}
{% do found.append({'name': node.name, 'severity': node.config.severity | lower, 'of': node.test_metadata.kwargs}) %}
{% endfor %}
{{ return(found | sort(attribute='name')) }}
{% endmacro %}

{# An expression for one item of `each`: {} is the item, {0}, {1}, … its words. #}
{% macro for_item(expression, item) %}
{% set text = namespace(value=expression | string | replace('{}', item | string)) %}
{% for word in (item | string).split(' ') %}{% set text.value = text.value | replace('{' ~ loop.index0 ~ '}', word) %}{% endfor %}
{{ return(text.value) }}
{% endmacro %}

{# The series or factors of every item of an identity; the families where it reads quotes. #}
{% macro series_of(of) %}
{% if of.families %}{{ return(of.families) }}{% endif %}
{% set found = [] %}
{% for item in of.each or [''] %}
{% do found.extend(names_in(for_item(of.left ~ ' ' ~ of.right, item))) %}
{% endfor %}
{{ return(found | unique | sort) }}
{% endmacro %}
