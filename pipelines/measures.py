"""What the score reads of a build: one query, a row a promise.

Temporary relations of the connection that it expects: `promised` (item, kind, source, frequency, market, max_age_bd, since, until,
readings), `answered` (source, answered, readable), `asked_at` (now_at).
"""

MEASURED = """
with readings as (
    select 'series' as kind, o.series_id as item, o.reference_date, o.target_date, o.available_at, o.vintage, o.value,
        not isfinite(o.value) or (o.reference_date >= date '2000-01-01' and o.value not between bounds.low and bounds.high) as is_invalid,
        not coalesce(s.forward, false) and epoch_us(o.available_at) < epoch_us(o.reference_date + interval 12 hour)
            and (o.available_at at time zone case when s.country = 'us' then 'America/New_York' else 'America/Sao_Paulo' end)::date
                < o.reference_date as is_early,
        o.value is not null and o.vintage = max(o.vintage) over (partition by series_id, o.reference_date, o.target_date) as stands,
    from gold.observations as o
    inner join gold.series as s using (series_id)
    left join silver.int_bounds as bounds using (series_id)
    union all
    select 'quotes', i.family, q.reference_date, null, q.available_at, q.vintage, q.value, not isfinite(q.value),
        epoch_us(q.available_at) < epoch_us(q.reference_date + interval 3 hour),
        q.value is not null and q.vintage = max(q.vintage) over (partition by instrument_id, q.field, q.reference_date)
    from gold.quotes as q
    inner join gold.instruments as i using (instrument_id)
    where q.field = 'settlement' or i.family not in ('di1', 'dap', 'ddi', 'frc', 'dol')
),

measured as (
    select kind, item, count(*) as rows_found,
        count(distinct reference_date) filter (stands and reference_date >= promised.since) as readings_found,
        max(reference_date) filter (stands) as last_date,
        count(*) filter (is_invalid) as invalid, count(*) filter (is_early) as early,
        max(available_at) filter (stands and available_at <= (select now_at from asked_at)) as heard_at,
    from readings inner join promised using (kind, item) group by all
),

places as (
    select item, sum(abs(last_vintage - rows_found)) as out_of_order
    from (
        select series_id as item, count(*) as rows_found, max(vintage) as last_vintage
        from gold.observations group by series_id, reference_date, target_date
    ) group by item
),

keys as (
    select series_id as item, count(*) - count(distinct (reference_date, target_date, available_at)) as doubled
    from gold.observations group by series_id
),

heard as (
    select 'series' as kind, series_id as item, arg_max_null(known_at, available_at) as known_at
    from gold.frontier where available_at <= (select now_at from asked_at) group by series_id
    union all
    select kind, item, heard_at from measured where kind = 'quotes'
),

-- a series, or a family of quotes, agrees with others where an identity that reads it holds
agreement as (
    select item, 1 - sum(failures) / sum(rows_checked) as agreeing
    from (select unnest(string_split(reads, ' ')) as item, failures, rows_checked from silver.int_identities where rows_checked > 0)
    group by item
),

contests as (
    select 'series' as kind, series_id as item, count(*) as contested from silver.int_observation_contests group by all
    union all
    select 'quotes', family, count(*)
    from silver.int_quote_contests inner join gold.instruments using (instrument_id) group by all
),

days as (
    select market, calendar_date, is_business_day, business_day from gold.calendar where known_until = date '9999-12-31'
),

-- periods are counted to the last reading, but not beyond what was promised
spans as (
    select kind, item, least(measured.last_date, coalesce(promised.until, measured.last_date)) as last_date
    from promised inner join measured using (kind, item)
),

today as (
    select (now_at at time zone 'America/Sao_Paulo')::date as day from asked_at
)

select
    promised.* exclude (readings), coalesce(answered.answered, 1) as answered, coalesce(answered.readable, 1) as readable,
    coalesce(measured.rows_found, 0) as rows_found, coalesce(measured.readings_found, 0) as readings_found, measured.last_date,
    coalesce(measured.invalid, 0) as invalid, coalesce(contests.contested, 0) as contested, coalesce(agreement.agreeing, 1) as agreeing,
    coalesce(keys.doubled, 0) as doubled, coalesce(measured.early, 0) + coalesce(places.out_of_order, 0)::bigint as misplaced,
    greatest(1, least(coalesce(promised.readings, 1000000000), case promised.frequency
        when 'daily' then ends.business_day - starts.business_day + ends.is_business_day::integer
        when 'weekly' then (spans.last_date - promised.since) // 7
        when 'monthly' then datediff('month', promised.since, spans.last_date) + 1
        when 'quarterly' then datediff('quarter', promised.since, spans.last_date) + 1
        else datediff('year', promised.since, spans.last_date) + 1
    end)) as expected,
    now_day.business_day - heard_day.business_day as age_bd,
from promised
cross join today
left join answered using (source)
left join measured using (kind, item)
left join spans using (kind, item)
left join heard using (kind, item)
left join contests using (kind, item)
left join keys on promised.kind = 'series' and promised.item = keys.item
left join places on promised.kind = 'series' and promised.item = places.item
left join agreement using (item)
left join days as starts on promised.market = starts.market and promised.since = starts.calendar_date
left join days as ends on promised.market = ends.market and spans.last_date = ends.calendar_date
left join days as heard_day on heard_day.market = 'br' and (heard.known_at at time zone 'America/Sao_Paulo')::date = heard_day.calendar_date
left join days as now_day on now_day.market = 'br' and today.day = now_day.calendar_date
order by promised.source, promised.item
"""
