{#
Two vintaged tables side by side, as known at each instant at which either changed. Each side is asof joined to the union of
both sides' available_at within `by`, so that a revision of either is a new row; a row appears once both sides are known.
`left_columns` and `right_columns` map a side's column to its name in the result. A withdrawn value stays null on its side.
Result: by…, available_at, held_at (the later), availability (the weaker), columns. `by` columns must not be null.
#}
{% macro align(left, right, by, left_columns, right_columns) -%}
(
    with

    instants as (
        select {{ by | join(', ') }}, available_at from {{ left }}
        union
        select {{ by | join(', ') }}, available_at from {{ right }}
    )

    select
        {% for column in by %}instants.{{ column }}, {% endfor %}
        instants.available_at,
        greatest(left_side.held_at, right_side.held_at) as held_at,
        {{ weaker('left_side.availability', 'right_side.availability') }} as availability,
        {% for column, name in left_columns.items() %}left_side.{{ column }} as {{ name }}, {% endfor %}
        {% for column, name in right_columns.items() %}right_side.{{ column }} as {{ name }}, {% endfor %}
    from instants
    asof join {{ left }} as left_side
        on {% for column in by %}instants.{{ column }} = left_side.{{ column }} and {% endfor %}instants.available_at >= left_side.available_at
    asof join {{ right }} as right_side
        on {% for column in by %}instants.{{ column }} = right_side.{{ column }} and {% endfor %}instants.available_at >= right_side.available_at
)
{%- endmacro %}
