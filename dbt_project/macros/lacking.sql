{#
The last of our polls that lacked a row: of each poll and day of `rows`, the last round before that poll which asked the same of the
same source, for that day, and was answered whole (`int_rounds`). A row that was first held by a poll was in none before it. `day` is
the source's own date. Result: poll_id, `day`, lacked_at; what no earlier round asked for has no row.
#}
{% macro lacking(rows, day) -%}
(
    with

    rounds as (
        select * from {{ ref('int_rounds') }}
    ),

    windows as (
        select source, subject, first_date, last_date, min(fetched_at) as opened_at from rounds group by all
    ),

    opened as (
        select source, subject, min(opened_at) as opened_at from windows group by all
    ),

    -- the first round of all has none before it: most of history needs no further look
    later as (
        select distinct asked.poll_id, asked.source, asked.subject, asked.fetched_at
        from {{ source('bronze', 'asked') }} as asked
        inner join opened using (source, subject)
        where asked.is_answered and asked.source <> 'files' and asked.fetched_at > opened.opened_at
    ),

    held as (
        select distinct later.*, rows_.{{ day }} from {{ rows }} as rows_ inner join later using (poll_id)
    ),

    covered as (
        select held.poll_id, held.{{ day }}, held.fetched_at, windows.*
        from held
        inner join windows
            on held.source = windows.source
            and held.subject = windows.subject
            and held.{{ day }} between windows.first_date and windows.last_date
            and held.fetched_at > windows.opened_at
    )

    select covered.poll_id, covered.{{ day }}, max(rounds.fetched_at) as lacked_at
    from covered
    asof join rounds
        on covered.source = rounds.source
        and covered.subject = rounds.subject
        and covered.first_date = rounds.first_date
        and covered.last_date = rounds.last_date
        and covered.fetched_at > rounds.fetched_at
    group by all
)
{%- endmacro %}

{# When a statement was known: at `told_at`, but not while a poll of ours still lacked it; then when we saw it. #}
{% macro known_at(told_at) -%}
case when lacked_at >= {{ told_at }} then held_at else {{ told_at }} end
{%- endmacro %}

{#
Statements without those that were overtaken: one that we saw no sooner than a later one of its key was known never stood. `timed` has
nth, told_at, lacked_at and `at`. Only what a poll lacked can be overtaken.
#}
{% macro standing(timed, key, at) -%}
(
    select * from {{ timed }} as timed_
    where lacked_at is null or lacked_at < told_at or not exists (
        from {{ timed }} as later
        where {{ same_key('later', 'timed_', key) }} and later.nth > timed_.nth and later.{{ at }} <= timed_.{{ at }}
    )
)
{%- endmacro %}
