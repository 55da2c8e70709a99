-- Grain: as stg_quotes. When each row became known: the source's own instant, else the family's release rule, never after our fetch.
with

quotes as (
    select * from {{ ref('stg_quotes') }}
),

release_times as (
    select * from {{ ref('int_release_times') }} where event = 'release' and frequency = 'daily'
),

ruled as (
    select
        quotes.* exclude (published_at, availability, release_lag),
        coalesce(quotes.availability, 'published') as stated_as,
        quotes.published_at as stated_at,
        release_times.released_at,
    from quotes
    left join release_times
        on case when quotes.published_at is null then quotes.reference_date end = release_times.event_date
        and quotes.release_lag = release_times.release_lag
),

learned as (
    select
        * exclude (stated_as, stated_at, is_mapped),
        stated_at is not null as is_stated,
        case when is_mapped then stated_at else least(coalesce(stated_at, held_at), held_at) end as learned_at,
        case when stated_at <= held_at or is_mapped then stated_as else 'observed' end as availability,
    from ruled
),

asides as (
    select * from {{ ref('int_set_asides') }}
),

-- said once more after it was set aside, it is as wrong as it was
standing as (
    select learned.*
    from learned
    anti join asides
        on learned.instrument_id = asides.instrument_id and learned.field = asides.field
        and learned.reference_date = asides.reference_date and learned.value = asides.value and learned.learned_at >= asides.known_at
),

withdrawn as (
    select
        learned.* replace (
            null::double as value,
            asides.known_at as learned_at,
            greatest(learned.held_at, asides.known_at) as held_at,
            true as is_stated,
            'observed' as availability
        ),
    from learned
    inner join asides using (instrument_id, field, reference_date)
    where learned.value = asides.value and learned.learned_at < asides.known_at
    qualify row_number() over (partition by instrument_id, field, reference_date, asides.known_at order by learned_at desc) = 1
)

select * from standing
union all by name
select * from withdrawn
