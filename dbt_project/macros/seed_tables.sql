{# Makes the seeds: a table of each CSV under dbt_project/seeds, with the columns and types that its YAML declares. #}
{% macro seed_tables() %}
{% if execute %}
create schema if not exists seeds;
{% for table in tables_of('seeds') %}
create or replace table seeds.{{ table.name }} as
select * from read_csv(
    {{ quoted(env_var('MACRO_ROOT', '.') ~ '/dbt_project/seeds/' ~ table.name ~ '.csv') }}, header = true, delim = ',', quote = '"',
    columns = { {% for column in table.columns.values() %}'{{ column.name }}': '{{ column.data_type }}'{{ ', ' if not loop.last }}{% endfor %} }
);
{% endfor %}
{% endif %}
{% endmacro %}
