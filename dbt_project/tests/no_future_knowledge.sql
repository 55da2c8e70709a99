-- Fails where a row counts as known before the day it describes, in its market's zone. A `forward` series says why it may.
{% set tables = {
    'observations': 'series_id', 'factors': 'series_id', 'quotes': 'instrument_id',
    'curves': 'curve_id', 'marks': 'instrument_id', 'returns': 'instrument_id',
} %}
with

{% for table, id in tables.items() %}
{{ table }} as (
    select '{{ table }}' as table_name, {{ id }} as id, reference_date, available_at from {{ ref(table) }}
    -- a local midnight is at most half a day from that of UTC: rows known later need no look at their zone, which is slow
    where epoch_us(available_at) < epoch_us(reference_date + interval 12 hour)
),

{% endfor %}
series as (
    select series_id as id, forward, zone from {{ ref('int_catalogue') }}
),

suspects as (
    {% for table in tables %}
    select * from {{ table }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select suspects.*
from suspects
left join series using (id)
where not coalesce(series.forward, false)
    and (
        available_at at time zone coalesce(series.zone, case when id like 'us%' then 'America/New_York' else 'America/Sao_Paulo' end)
    )::date < reference_date
