-- grain: one row per authority, list, reporting month and month of filing: what its current version holds
-- A list of events holds those of the month, or of the months since April; one of plans or periods of care holds what is open
-- or ended since April. What a list held is expected in the next one if that repeats at least half of it.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "extract", "reporting_month"],
    )
}}
with delivered as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        next_reporting_month,
        next_version,
        greatest(loaded_at, coalesce(next_loaded_at, loaded_at)) as loaded_at
    from {{ ref('int_lists__delivered') }}
    {% if is_incremental() %}
    where
        greatest(loaded_at, coalesce(next_loaded_at, loaded_at))
        > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
    {% endif %}
),

{% for extract in var('lists') -%}
{{ extract }}_events {{ read_each_time() }} (
    select
        delivered.authority_code,
        delivered.extract,
        delivered.reporting_month,
        delivered.next_reporting_month,
        delivered.next_version,
        coalesce(staged.filing_month, date '9999-12-01') as filing_month,
        staged.event_key
    from delivered
    inner join {{ ref('stg_' ~ extract) }} as staged
        on
            delivered.authority_code = staged.authority_code
            and delivered.reporting_month = staged.reporting_month
            and delivered.version = staged.version
    where delivered.extract = '{{ extract }}' and {{ is_an_event('staged.') }}
),

{{ extract }}_held as (
    select
        authority_code,
        extract,
        reporting_month,
        filing_month,
        count(*) as events
    from {{ extract }}_events
    group by authority_code, extract, reporting_month, filing_month
),

-- apart from what is held, for a month without a next one then costs nothing
{{ extract }}_repeated as (
    select
        events.authority_code,
        events.reporting_month,
        events.filing_month,
        count(*) as events
    from {{ extract }}_events as events
    inner join {{ ref('stg_' ~ extract) }} as next_staged
        on
            events.authority_code = next_staged.authority_code
            and events.next_reporting_month = next_staged.reporting_month
            and events.next_version = next_staged.version
            and events.event_key = next_staged.event_key
    where {{ is_an_event('next_staged.') }}
    group by events.authority_code, events.reporting_month, events.filing_month
),

{% endfor -%}
held as (
    {%- for extract in var('lists') %}
    select
        held.authority_code,
        held.extract,
        held.reporting_month,
        held.filing_month,
        held.events,
        coalesce(repeated.events, 0) as repeated_events
    from {{ extract }}_held as held
    left join {{ extract }}_repeated as repeated
        on
            held.authority_code = repeated.authority_code
            and held.reporting_month = repeated.reporting_month
            and held.filing_month = repeated.filing_month
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    held.authority_code,
    held.extract,
    held.filing_month,
    cast(held.events as bigint) as events,
    cast(held.repeated_events as bigint) as repeated_events,
    held.repeated_events * 2 >= held.events
    -- what was open in March may have ended then after all, and the list that begins in April no longer shows it
    and not (
        held.filing_month = date '9999-12-01'
        and {{ financial_year_start('held.reporting_month') }} < {{ financial_year_start('delivered.next_reporting_month') }}
    ) as is_expected_next,
    delivered.loaded_at,
    held.reporting_month
from held
inner join delivered
    on
        held.authority_code = delivered.authority_code
        and held.extract = delivered.extract
        and held.reporting_month = delivered.reporting_month
