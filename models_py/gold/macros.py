"""Table macros of every release, for plain DuckDB: histories and panels as known at an instant.

    from series_asof(['br_ipca_mom'], '2022-01-11T08:40:00-03:00')
    from panel_asof(['br_ipca_mom', 'usdbrl_ptax'], ['2022-01-11T08:40:00-03:00'])
    from series_asof(['br_ipca_mom'], '2022-01-11T08:40:00-03:00', held := '2024-06-28T09:00:00-03:00')

There are two clocks: `known`, when a value was public, and `held`, when this lake had it; without `held` the lake is asked for all
it has. A cut-off without time and offset raises: DuckDB itself would take it for UTC.
"""

INSTANT = r"""
create macro gold.instant(t) as case
    when regexp_matches(t::varchar, ':\d{2}(\.\d+)? ?([+-]\d{2}(:?\d{2})?|Z)$') then t::varchar::timestamptz
    else error('cut-off without time and offset: ' || t::varchar || '; write for example 2026-11-20T08:40:00-03:00')
end
"""

SERIES_ASOF = """
create macro gold.series_asof(ids, known, held := null) as table
select series_id, reference_date, target_date, value, available_at, held_at, vintage, availability, raw_sha256
from (
    select * from (select * from gold.observations union all by name select * from gold.factors)
    where
        series_id in (select unnest(ids)) and available_at <= gold.instant(known)
        and (held is null or held_at <= gold.instant(coalesce(held, 'infinity')))
    qualify rank() over (
        partition by series_id, reference_date, target_date order by available_at desc, vintage desc
    ) = 1
)
where value is not null
order by series_id, reference_date, target_date
"""

# the stored frontier answers for the public clock; what a lake held is cut from the vintages at each decision
PANEL_ASOF = """
create macro gold.panel_asof(ids, known, held := null) as table
with decisions as (select gold.instant(k) as known_at from (select unnest(known) as k)),
wanted as (select unnest(ids) as series_id),
public as (
    select decisions.known_at as decision_at, wanted.series_id, latest.reference_date, latest.value, latest.known_at
    from decisions
    cross join wanted
    asof left join gold.frontier as latest
        on wanted.series_id = latest.series_id and decisions.known_at >= latest.available_at
    where held is null
),
had as (
    select series_id, reference_date, target_date, available_at, vintage, value
    from (select * from gold.observations union all by name select * from gold.factors)
    where held is not null and series_id in (from wanted) and held_at <= gold.instant(coalesce(held, 'infinity'))
),
standing as (
    select
        decisions.known_at as decision_at, series_id, reference_date, value,
        min(available_at) over (partition by decisions.known_at, series_id, reference_date) as known_at
    from decisions inner join had on had.available_at <= decisions.known_at
    qualify rank() over (
        partition by decisions.known_at, series_id, reference_date, target_date order by available_at desc, vintage desc
    ) = 1
),
latest as (
    select
        decision_at, series_id, max(reference_date) as reference_date, arg_max(value, reference_date) as value,
        arg_max(known_at, reference_date) as known_at
    from standing where value is not null
    group by all
),
private as (
    select decisions.known_at as decision_at, wanted.series_id, latest.reference_date, latest.value, latest.known_at
    from decisions
    cross join wanted
    left join latest on decisions.known_at = latest.decision_at and wanted.series_id = latest.series_id
    where held is not null
)
from public union all from private
order by all
"""

READ = frozenset(("observations", "factors", "frontier"))        # tables without which the macros cannot be made
MACROS = (INSTANT, SERIES_ASOF, PANEL_ASOF)
