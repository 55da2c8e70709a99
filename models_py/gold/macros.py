"""Table macros of every release, for plain DuckDB: histories and panels as known at an instant.

    from series_asof(['br_ipca_mom'], '2022-01-11T08:40:00-03:00')
    from panel_asof(['br_ipca_mom', 'usdbrl_ptax'], ['2022-01-11T08:40:00-03:00'])

A cut-off without time and offset raises: DuckDB itself would take it for UTC.
"""

INSTANT = r"""
create macro gold.instant(t) as case
    when regexp_matches(t::varchar, ':\d{2}(\.\d+)? ?([+-]\d{2}(:?\d{2})?|Z)$') then t::varchar::timestamptz
    else error('cut-off without time and offset: ' || t::varchar || '; write for example 2026-11-20T08:40:00-03:00')
end
"""

SERIES_ASOF = """
create macro gold.series_asof(ids, known) as table
select series_id, reference_date, target_date, value, available_at, held_at, vintage, availability, raw_sha256
from (
    select * from (select * from gold.observations union all by name select * from gold.factors)
    where series_id in (select unnest(ids)) and available_at <= gold.instant(known)
    qualify rank() over (
        partition by series_id, reference_date, target_date order by available_at desc, vintage desc
    ) = 1
)
where value is not null
order by series_id, reference_date, target_date
"""

PANEL_ASOF = """
create macro gold.panel_asof(ids, known) as table
select decisions.known_at as decision_at, wanted.series_id, latest.reference_date, latest.value, latest.known_at
from (select gold.instant(k) as known_at from (select unnest(known) as k)) as decisions
cross join (select unnest(ids) as series_id) as wanted
asof left join gold.frontier as latest
    on wanted.series_id = latest.series_id and decisions.known_at >= latest.available_at
order by all
"""

MACROS = (INSTANT, SERIES_ASOF, PANEL_ASOF)
