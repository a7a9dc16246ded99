{# One row per event, from what the lists said of it in several months and versions: the latest month wins, in it the latest
   version. A run folds what was loaded since the last into the rows it touches, which gives the same as reading everything
   again, for the winner, the first month and the withdrawal come out the same in any order.
   - extract: the list
   - key: name and SQL of the key; columns: SQL of each column of the event by name; both over `staged`, a row of the list
   - month: SQL of the month by which the fact is kept; joins: further tables for the columns; only: a condition on `staged`
   - is_repeated: false where the next list shows another one instead, such as a later visit #}
{% macro conformed_events(extract, key, columns, month='staged.event_month', joins='', only='staged.event_key is not null', is_repeated=true) -%}
{%- set key_name, key_sql = key.popitem() -%}
{%- set kept = [
    'child_key', 'authority_code', 'event_month', 'filing_month', 'first_reporting_month', 'last_reporting_month', 'last_version',
    'delivery_order', 'loaded_at',
] + (columns.keys() | list) -%}
with delivered as (
    select
        authority_code,
        reporting_month,
        delivery_order,
        next_loaded_at
    from {{ ref('int_lists__delivered') }}
    where extract = '{{ extract }}'
),

{% if is_incremental() -%}
seen as (
    select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') as until
    from {{ this }} as known
),

{% endif -%}
arrived as (
    select
        {{ key_sql }} as {{ key_name }},
        staged.child_key,
        staged.authority_code,
        {{ month }} as event_month,
        staged.filing_month,
        staged.reporting_month as first_reporting_month,
        staged.reporting_month as last_reporting_month,
        staged.version as last_version,
        staged.delivery_order,
        staged.loaded_at,
        {%- for name, sql in columns.items() %}
        {{ sql }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ extract) }} as staged
    {{ joins }}
    where
        {{ only }}
        {%- if is_incremental() %}
        and staged.loaded_at > (select seen.until from seen)
        {%- endif %}
),

-- which events the new rows are about: without their other columns, so that a large list is never held in memory whole
mentioned as (
    select
        {{ key_sql }} as {{ key_name }},
        staged.authority_code,
        {{ month }} as event_month,
        staged.reporting_month as first_reporting_month,
        staged.delivery_order
    from {{ ref('stg_' ~ extract) }} as staged
    where
        {{ only }}
        {%- if is_incremental() %}
        and staged.loaded_at > (select seen.until from seen)
        {%- endif %}
),

{% if is_incremental() -%}
-- months of events that something new is said of: by a row, by a correction that leaves a row out, by the next month's list
touched as (
    select
        mentioned.authority_code,
        mentioned.event_month
    from mentioned

    union

    select
        known.authority_code,
        known.event_month
    from {{ this }} as known
    inner join delivered
        on known.authority_code = delivered.authority_code and known.last_reporting_month = delivered.reporting_month
    where known.delivery_order < delivered.delivery_order or delivered.next_loaded_at > (select seen.until from seen)
),

{% endif -%}
candidates as (
    select
        {{ key_name }},
        {{ kept | join(',
        ') }}
    from arrived
    {%- if is_incremental() %}

    union all

    select
        known.{{ key_name }},
        known.{{ kept | join(',
        known.') }}
    from {{ this }} as known
    where (known.authority_code, known.event_month) in (select touched.authority_code, touched.event_month from touched)
    {%- endif %}
),

mentions as (
    select
        {{ key_name }},
        first_reporting_month,
        delivery_order
    from mentioned
    {%- if is_incremental() %}

    union all

    select
        known.{{ key_name }},
        known.first_reporting_month,
        known.delivery_order
    from {{ this }} as known
    where (known.authority_code, known.event_month) in (select touched.authority_code, touched.event_month from touched)
    {%- endif %}
),

-- most events of a first load are mentioned once: only of the others a latest row is looked for, and only those are held in memory
mentioned_again as (
    select {{ short_hash(key_name) }} as key_hash
    from mentions
    group by {{ short_hash(key_name) }}
    having count(*) > 1
),

latest as (
    select
        {{ key_name }},
        min(first_reporting_month) as first_reporting_month,
        max(delivery_order) as delivery_order
    from mentions
    where {{ short_hash(key_name) }} in (select mentioned_again.key_hash from mentioned_again)
    group by {{ key_name }}
)

select
    candidates.{{ key_name }},
    candidates.child_key,
    candidates.authority_code,
    {%- for name in columns %}
    candidates.{{ name }},
    {%- endfor %}
    coalesce(latest.first_reporting_month, candidates.first_reporting_month) as first_reporting_month,
    candidates.last_reporting_month,
    candidates.last_version,
    coalesce(candidates.delivery_order < delivered.delivery_order, false){{ ' or coalesce(held.is_expected_next, false)' if is_repeated }} as is_withdrawn,
    {{ profile_of('candidates.last_version') }} as profile,
    candidates.delivery_order,
    candidates.loaded_at,
    candidates.filing_month,
    candidates.event_month
from candidates
left join latest on candidates.{{ key_name }} = latest.{{ key_name }}
left join delivered
    on candidates.authority_code = delivered.authority_code and candidates.last_reporting_month = delivered.reporting_month
{%- if is_repeated %}
left join {{ ref('int_lists__held') }} as held
    on
        held.extract = '{{ extract }}'
        and candidates.authority_code = held.authority_code
        and candidates.last_reporting_month = held.reporting_month
        and coalesce(candidates.filing_month, date '9999-12-01') = held.filing_month
{%- endif %}
where candidates.delivery_order = coalesce(latest.delivery_order, candidates.delivery_order)
{%- endmacro %}

{% macro financial_year_start(month) -%}
{{ add_months_to("cast(date_trunc('year', " ~ add_months_to(month, -3) ~ ") as date)", 3) }}
{%- endmacro %}

{# The child's columns of every fact, at the day of the event. A blank date of birth is an unborn child, unless the list gives
   an age; where the list has no such column, nobody can tell. #}
{% macro child_at(day) -%}
{%- set is_unborn = "coalesce(staged.birth_date > " ~ day ~ ", false) or staged.is_birth_date_blank and coalesce(staged.age_years, 0) = 0" -%}
{%- set age = "coalesce(" ~ whole_years('staged.birth_date', day) ~ ", case when not (" ~ is_unborn ~ ") and staged.birth_date is null then staged.age_years end)" -%}
{{ return({
    'age_years': age,
    'age_band': age_band(age, is_unborn),
    'is_unborn': is_unborn,
    'gender_code': 'staged.gender_code',
    'ethnicity_code': 'staged.ethnicity_code',
}) }}
{%- endmacro %}
