{#
From rows as parsed to statements: what was said of each key, in the order in which it became known.

`rows` has the key, learned_at (when the row became known: the source's own instant, else our fetch), is_stated (the source's own),
availability, held_at, raw_sha256, position and the value column. The same value said again is no news: A, A, B, B, A are three
statements. Of two values with one instant the later held takes its own held_at as `observed`, unless the source has meanwhile said
something newer; of two in one payload, or two held at once, the last in order of digest and position stands. `contests` has the
instants at which that happened. Result: the rows that said something new, and `nth`, their place within the key.
#}
{% macro vintages(rows, contests, key, value='value') -%}
(
    with

    contested as (
        select distinct {{ key | join(', ') }} from {{ contests }}
    ),

    plain as (
        select * from {{ rows }} as rows_
        where not exists (from contested where {{ same_key('rows_', 'contested', key) }})
    ),

    -- one row a payload
    stated as (
        select * from {{ rows }} as rows_
        where exists (from contested where {{ same_key('rows_', 'contested', key) }})
        qualify row_number() over (
            partition by {{ key | join(', ') }}, learned_at, held_at order by raw_sha256 desc, position desc
        ) = 1
    ),

    -- what each instant was said to be, as our payloads told it one after the other
    restated as (
        select *, row_number() over told as telling from stated
        window told as (partition by {{ key | join(', ') }}, learned_at order by held_at)
        qualify telling = 1 or {{ value }} is distinct from lag({{ value }}) over told
    ),

    settled as (
        select * exclude (telling) from restated where telling = 1 or learned_at >= {{ never() }}
        union all by name
        select * exclude (telling) replace (held_at as learned_at, 'observed' as availability)
        from restated
        where telling > 1 and learned_at < {{ never() }}
            and not exists (
                from stated as newer
                where {{ same_key('restated', 'newer', key) }}
                    and newer.learned_at > restated.learned_at and newer.learned_at <= restated.held_at
            )
    ),

    untied as (
        select * from settled
        qualify row_number() over (partition by {{ key | join(', ') }}, learned_at order by held_at desc, raw_sha256 desc) = 1
    ),

    together as (
        select * from plain
        union all by name
        select * from untied
    )

    select *, row_number() over known as nth from together
    window known as (partition by {{ key | join(', ') }} order by learned_at, held_at, raw_sha256, position)
    qualify nth = 1 or {{ value }} is distinct from lag({{ value }}) over known
)
{%- endmacro %}

{# Instants at which two values are said of one key. #}
{% macro contests(rows, key, value='value') -%}
(
    select {{ key | join(', ') }}, learned_at, count(*) as rows_found, min({{ value }}) as lowest, max({{ value }}) as highest
    from {{ rows }}
    group by all
    having min({{ value }}) <> max({{ value }}) or count({{ value }}) not in (0, count(*))
)
{%- endmacro %}

{% macro same_key(first, second, key) -%}
{% for column in key %}{{ first }}.{{ column }} is not distinct from {{ second }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}
