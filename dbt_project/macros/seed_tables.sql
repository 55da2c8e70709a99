{# Makes the seeds: a table of each CSV under dbt_project/seeds, with the columns and types that _seeds.yml declares. #}
{% macro seed_tables() %}
{% if execute %}
{% set folder = env_var('MACRO_ROOT', '.') ~ '/dbt_project/seeds/' %}
{% set found = run_query("select parse_filename(file, true) from glob(" ~ quoted(folder ~ '*.csv') ~ ")").columns[0].values() | list %}
create schema if not exists seeds;
{% for table in tables_of('seeds') %}
create or replace table seeds.{{ table.name }} as
{% if table.name in found %}
select * from read_csv(
    {{ quoted(folder ~ table.name ~ '.csv') }}, header = true, delim = ',', quote = '"',
    columns = { {% for column in table.columns.values() %}'{{ column.name }}': '{{ column.data_type }}'{{ ', ' if not loop.last }}{% endfor %} }
);
{% else %}
select {% for column in table.columns.values() %}null::{{ column.data_type }} as {{ column.name }}{{ ', ' if not loop.last }}{% endfor %}
where false;
{% endif %}
{% endfor %}
{% endif %}
{% endmacro %}
