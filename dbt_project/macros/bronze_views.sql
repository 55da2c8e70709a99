{# Makes the bronze sources: a view a shape over the files of complete loads, and one row that says whose lake and which instant. #}
{% macro bronze_views() %}
{% if execute %}
{% set world = env_var('MACRO_WORLD', 'sandbox') %}
{% set root = (env_var('MACRO_LAKE', 'lake') | replace('file://', '')) ~ '/' ~ world ~ '/bronze' %}
{% set now = env_var('MACRO_NOW', '') %}
create schema if not exists bronze;
{% for table in tables_of('bronze') if table.name != 'run' %}
{% set files = complete_files(root, table.name) %}
create or replace view bronze.{{ table.name }} as
{% if files %}
select {{ table.columns.keys() | join(', ') }}
from read_parquet([{% for file in files %}{{ quoted(file) }}{{ ', ' if not loop.last }}{% endfor %}]);
{% else %}
select {% for column in table.columns.values() %}null::{{ column.data_type }} as {{ column.name }}{{ ', ' if not loop.last }}{% endfor %}
where false;
{% endif %}
{% endfor %}
create or replace table bronze.run as
select
    {{ quoted(world) }} as world,
    {% if now %}
    {{ quoted(now) }}::timestamptz as now_at;
    {% else %}
    (
        select max(fetched_at) from (
            select max(fetched_at) as fetched_at from bronze.observations
            union all
            select max(fetched_at) as fetched_at from bronze.quotes
            union all
            select max(fetched_at) as fetched_at from bronze.documents
        )
    ) as now_at;
    {% endif %}
{% endif %}
{% endmacro %}

{# Files of a table whose load dlt lists as complete, in order of name; a file's name starts with the id of its load. #}
{% macro complete_files(root, table) %}
{% set query %}
select file
from (
    select file, regexp_extract(parse_filename(file), '^(\d+\.\d+)\.', 1) as load_id
    from glob({{ quoted(root ~ '/' ~ table ~ '/*.parquet') }})
)
semi join (
    select regexp_extract(parse_filename(file), '__(\d+\.\d+)\.jsonl$', 1) as load_id
    from glob({{ quoted(root ~ '/_dlt_loads/*.jsonl') }})
) using (load_id)
order by file
{% endset %}
{{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{# Tables of a source as its YAML declares them. #}
{% macro tables_of(source_name) %}
{{ return(graph.sources.values() | selectattr('source_name', 'equalto', source_name) | sort(attribute='name') | list) }}
{% endmacro %}

{# A SQL text literal. #}
{% macro quoted(text) -%}'{{ text | replace("'", "''") }}'{%- endmacro %}
