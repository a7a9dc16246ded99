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
{{ extract }}_held as (
    select
        delivered.authority_code,
        delivered.extract,
        delivered.reporting_month,
        coalesce(staged.filing_month, date '9999-12-01') as filing_month,
        count(*) as events
    from delivered
    inner join {{ ref('stg_' ~ extract) }} as staged
        on
            delivered.authority_code = staged.authority_code
            and delivered.reporting_month = staged.reporting_month
            and delivered.version = staged.version
    where delivered.extract = '{{ extract }}' and staged.event_key is not null and staged.repeated_in_row is null
    group by
        delivered.authority_code, delivered.extract, delivered.reporting_month, coalesce(staged.filing_month, date '9999-12-01')
),

{{ extract }}_repeated as (
    select
        delivered.authority_code,
        delivered.extract,
        delivered.reporting_month,
        coalesce(staged.filing_month, date '9999-12-01') as filing_month,
        count(*) as events
    from delivered
    inner join {{ ref('stg_' ~ extract) }} as staged
        on
            delivered.authority_code = staged.authority_code
            and delivered.reporting_month = staged.reporting_month
            and delivered.version = staged.version
    inner join {{ ref('stg_' ~ extract) }} as next_staged
        on
            delivered.authority_code = next_staged.authority_code
            and delivered.next_reporting_month = next_staged.reporting_month
            and delivered.next_version = next_staged.version
            and staged.event_key = next_staged.event_key
    where delivered.extract = '{{ extract }}' and staged.repeated_in_row is null and next_staged.repeated_in_row is null
    group by
        delivered.authority_code, delivered.extract, delivered.reporting_month, coalesce(staged.filing_month, date '9999-12-01')
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
