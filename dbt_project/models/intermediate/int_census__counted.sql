-- grain: one row per authority, reporting month and rule: how many events of that month's list break it
-- A month is judged when its list comes, and anew when a correction does; what was found stays as the history of the year.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "month"],
    )
}}
{% set first_due %}
    select min(delivered.reporting_month) as month
    from {{ ref('int_lists__delivered') }} as delivered
    where delivered.loaded_at > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
{% endset %}
{% set first_month = run_query(first_due).rows[0]['month'] or '9999-12-01' if execute and is_incremental() %}
with delivered as (
    select
        authority_code,
        extract,
        reporting_month as month,
        version,
        max(loaded_at) over (partition by authority_code, reporting_month) as loaded_at
    from {{ ref('int_lists__delivered') }}
),

due as (
    select
        authority_code,
        extract,
        month,
        version,
        loaded_at
    from delivered
    {% if is_incremental() %}
    where loaded_at > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
    {% endif %}
),

held as (
    {%- for list in delivered_census_rules() | map(attribute='list') | unique %}
    select
        authority_code,
        '{{ list }}' as extract,
        reporting_month as month,
        version,
        count(*) as events
    from {{ ref('stg_' ~ list) }}
    where
        {{ is_an_event() }}
        {%- if first_month %}
        and reporting_month >= date '{{ first_month }}'
        {%- endif %}
    group by authority_code, reporting_month, version
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

found as (
    select
        authority_code,
        month,
        rule,
        event_key,
        child_key,
        row_number() over (partition by authority_code, month, rule order by event_key asc nulls last) as place
    from {{ ref('int_census__breaches') }}
    where
        (authority_code, month) in (select due.authority_code, due.month from due)
        {%- if first_month %}
        and month >= date '{{ first_month }}' -- as a literal, so that earlier months are not even read
        {%- endif %}
),

counted as (
    select
        authority_code,
        month,
        rule,
        count(*) as breaches,
        {{ join_sorted(
            "case when place <= " ~ var('census_rows_named') ~ " then 'child ' || child_key || ' event ' || event_key end", 'place'
        ) }} as named
    from found
    group by authority_code, month, rule
)

select
    due.authority_code,
    due.extract,
    rules.rule,
    cast(coalesce(held.events, 0) + case when rules.is_of_missing then coalesce(counted.breaches, 0) else 0 end as bigint) as events,
    cast(coalesce(counted.breaches, 0) as bigint) as breaches,
    counted.named,
    due.loaded_at,
    due.month
from due
inner join (
    {%- for rule in delivered_census_rules() %}
    select
        '{{ rule.list }}' as extract,
        '{{ rule.rule }}' as rule,
        {{ rule.of_missing }} as is_of_missing
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as rules on due.extract = rules.extract
left join held
    on
        due.authority_code = held.authority_code
        and due.extract = held.extract
        and due.month = held.month
        and due.version = held.version
left join counted on due.authority_code = counted.authority_code and due.month = counted.month and rules.rule = counted.rule
