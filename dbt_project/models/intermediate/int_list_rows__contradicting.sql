-- grain: one row per row of a month's lists that repeats another or gives its child another date of birth or gender; one per month that was compared
-- Of rows that contradict each other those are meant that have no majority of the child's rows on their side.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "reporting_month"],
    )
}}
{% set lists = list_columns() %}
with months as (
    select
        authority_code,
        reporting_month,
        max(loaded_at) as loaded_at
    from {{ ref('int_lists__delivered') }}
    group by authority_code, reporting_month
    {% if is_incremental() %}
    having max(loaded_at) > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
    {% endif %}
),

delivered as (
    select
        lists.authority_code,
        lists.extract,
        lists.reporting_month,
        lists.version
    from {{ ref('int_lists__delivered') }} as lists
    inner join months on lists.authority_code = months.authority_code and lists.reporting_month = months.reporting_month
),

{% for extract in var('lists') -%}
-- a date of birth that nobody in these lists can have is a finding of its own
{{ extract }}_children as (
    select
        staged.authority_code,
        staged.reporting_month,
        staged.child_key,
        min(staged.birth_date) as first_birth_date,
        max(staged.birth_date) as last_birth_date,
        bool_or(coalesce(staged.gender_code = 'M', false)) as is_male,
        bool_or(coalesce(staged.gender_code = 'F', false)) as is_female
    from {{ ref('stg_' ~ extract) }} as staged
    inner join delivered
        on
            delivered.extract = '{{ extract }}'
            and staged.authority_code = delivered.authority_code
            and staged.reporting_month = delivered.reporting_month
            and staged.version = delivered.version
    where
        staged.child_key is not null
        and {{ days_between('staged.birth_date', 'staged.reporting_month') }} between -{{ days_before_birth() }} and {{ days_of_a_childhood() }}
    group by staged.authority_code, staged.reporting_month, staged.child_key
),

{% endfor -%}
children as (
    {%- for extract in var('lists') %}
    select
        authority_code,
        reporting_month,
        child_key,
        first_birth_date,
        last_birth_date,
        is_male,
        is_female
    from {{ extract }}_children
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

contradicted as (
    select
        authority_code,
        reporting_month,
        child_key
    from children
    group by authority_code, reporting_month, child_key
    having min(first_birth_date) < max(last_birth_date) or (bool_or(is_male) and bool_or(is_female))
),

claims as (
    {%- for extract in var('lists') %}
    select
        staged.authority_code,
        '{{ extract }}' as extract,
        staged.reporting_month,
        staged.version,
        staged.source_row,
        staged.child_key,
        staged.event_key,
        staged.birth_date,
        case when staged.gender_code in ('M', 'F') then staged.gender_code end as gender_code
    from {{ ref('stg_' ~ extract) }} as staged
    inner join delivered
        on
            delivered.extract = '{{ extract }}'
            and staged.authority_code = delivered.authority_code
            and staged.reporting_month = delivered.reporting_month
            and staged.version = delivered.version
    inner join contradicted
        on
            staged.authority_code = contradicted.authority_code
            and staged.reporting_month = contradicted.reporting_month
            and staged.child_key = contradicted.child_key
    where {{ days_between('staged.birth_date', 'staged.reporting_month') }} between -{{ days_before_birth() }} and {{ days_of_a_childhood() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

weighed as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        source_row,
        child_key,
        event_key,
        gender_code,
        count(*) over (partition by authority_code, reporting_month, child_key, birth_date) as rows_with_birth_date,
        count(*) over (partition by authority_code, reporting_month, child_key) as rows_of_child,
        count(gender_code) over (partition by authority_code, reporting_month, child_key, gender_code) as rows_with_gender,
        count(gender_code) over (partition by authority_code, reporting_month, child_key) as rows_of_child_with_gender
    from claims
),

held as (
    select
        authority_code,
        extract,
        reporting_month,
        sum(events) as events
    from {{ ref('int_lists__held') }}
    group by authority_code, extract, reporting_month
),

without_key as (
    select
        authority_code,
        list,
        reporting_month,
        list_version,
        count(distinct extract || cast(source_row as string)) as rows_without_key
    from {{ ref('int_list_cells__rejected') }}
    where is_event_lost
    group by authority_code, list, reporting_month, list_version
),

rows_delivered as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        sum(row_count) as row_count
    from {{ ref('int_lists__versions') }}
    group by authority_code, extract, reporting_month, version
),

-- more rows than events: only then are the rows looked at
repeating as (
    select
        delivered.authority_code,
        delivered.extract,
        delivered.reporting_month,
        delivered.version
    from delivered
    inner join rows_delivered
        on
            delivered.authority_code = rows_delivered.authority_code
            and delivered.extract = rows_delivered.extract
            and delivered.reporting_month = rows_delivered.reporting_month
            and delivered.version = rows_delivered.version
    inner join held
        on
            delivered.authority_code = held.authority_code
            and delivered.extract = held.extract
            and delivered.reporting_month = held.reporting_month
    left join without_key
        on
            delivered.authority_code = without_key.authority_code
            and delivered.extract = without_key.list
            and delivered.reporting_month = without_key.reporting_month
            and delivered.version = without_key.list_version
    where rows_delivered.row_count - coalesce(without_key.rows_without_key, 0) > held.events
),

found as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        source_row,
        child_key,
        event_key,
        'child_id' as source_column,
        'children_keep_their_birth_date' as check_id
    from weighed
    where rows_with_birth_date * 2 <= rows_of_child or rows_with_gender * 2 <= rows_of_child_with_gender and gender_code is not null

    {% for extract in var('lists') %}
    union all

    select
        staged.authority_code,
        '{{ extract }}' as extract,
        staged.reporting_month,
        staged.version,
        staged.source_row,
        staged.child_key,
        staged.event_key,
        '{{ lists[extract]['key'][0] }}' as source_column,
        'rows_appear_once' as check_id
    from {{ ref('stg_' ~ extract) }} as staged
    inner join repeating
        on
            repeating.extract = '{{ extract }}'
            and staged.authority_code = repeating.authority_code
            and staged.reporting_month = repeating.reporting_month
            and staged.version = repeating.version
    where staged.event_key is not null
    qualify
        row_number() over (
            partition by staged.authority_code, staged.reporting_month, staged.event_key order by staged.source_row asc nulls last
        ) > 1
    {% endfor %}
)

select
    months.authority_code,
    found.extract,
    found.version,
    found.source_row,
    found.child_key,
    found.event_key,
    found.source_column,
    found.check_id,
    months.loaded_at,
    months.reporting_month
from months
left join found on months.authority_code = found.authority_code and months.reporting_month = found.reporting_month
