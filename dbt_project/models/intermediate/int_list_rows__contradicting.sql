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
{% set of_child = 'staged.reporting_month, staged.child_key' %}
{% set is_possible -%}
{{ days_between('staged.birth_date', 'staged.reporting_month') }} between -{{ days_before_birth() }} and {{ days_of_a_childhood() }}
{%- endset %}
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

-- a date of birth that nobody in these lists can have is a finding of its own
children as (
    {%- for extract in var('lists') %}
    select
        {{ short_hash(of_child) }} as child_hash,
        staged.birth_date,
        staged.gender_code
    from {{ ref('stg_' ~ extract) }} as staged
    inner join delivered
        on
            delivered.extract = '{{ extract }}'
            and staged.authority_code = delivered.authority_code
            and staged.reporting_month = delivered.reporting_month
            and staged.version = delivered.version
    where staged.child_key is not null and {{ is_possible }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- whose rows may contradict each other, for two children may share a hash
contradicted as (
    select child_hash
    from children
    group by child_hash
    having
        min(birth_date) < max(birth_date)
        or (bool_or(coalesce(gender_code = 'M', false)) and bool_or(coalesce(gender_code = 'F', false)))
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
    where {{ is_possible }} and {{ short_hash(of_child) }} in (select contradicted.child_hash from contradicted)
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
        staged.repeated_in_row as source_row,
        staged.child_key,
        staged.event_key,
        '{{ lists[extract]['key'][0] }}' as source_column,
        'rows_appear_once' as check_id
    from {{ ref('stg_' ~ extract) }} as staged
    inner join delivered
        on
            delivered.extract = '{{ extract }}'
            and staged.authority_code = delivered.authority_code
            and staged.reporting_month = delivered.reporting_month
            and staged.version = delivered.version
    where staged.repeated_in_row is not null and staged.event_key is not null
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
