-- grain: one row per row of a list, column and check of the lists that it fails; of rows that count as they are now
{% set lists = list_columns() %}
{% set facts = {
    'annex_a_contacts': ['fct_contacts', 'contact_key'],
    'annex_a_referrals': ['fct_referrals', 'referral_key'],
    'annex_a_assessments': ['fct_assessments', 'assessment_key'],
    'annex_a_section_47': ['fct_section_47', 'section_47_key'],
    'annex_a_cin': ['fct_cin_episodes', 'cin_episode_key'],
    'annex_a_cpp': ['fct_cpp', 'cpp_key'],
    'annex_a_lac': ['int_lac__periods', 'lac_key'],
} %}
{% set spells = {'annex_a_cpp': 'cpp_end_date', 'annex_a_lac': 'lac_end_date'} %}
with current_lists as (
    {{ lists_with_the_last_word() }}
),

{% for extract, (fact, key) in facts.items() -%}
{{ extract }} as (
    select
        facts.authority_code,
        '{{ extract }}' as extract,
        facts.last_reporting_month as reporting_month,
        facts.last_version as version,
        {{ row_in_file('facts.delivery_order') }} as source_row,
        facts.child_key,
        facts.{{ key }} as event_key,
        checks.source_column,
        checks.check_id,
        cast(null as bigint) as other_row
    from {{ ref(fact) }} as facts
    inner join (
        {%- for name, check_id, _ in row_checks(extract) %}
        select
            '{{ name }}' as source_column,
            '{{ check_id }}' as check_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as checks on contains('; ' || facts.failed_checks || ';', '; ' || checks.source_column || ' ' || checks.check_id || ';')
    where facts.failed_checks is not null and not facts.is_withdrawn
),

{% endfor -%}
{% for extract, end_date in spells.items() -%}
{%- set fact, key = facts[extract] -%}
{%- set start_date = lists[extract]['key'][0] -%}
-- ending is the first day no longer on it, so one may begin on the day another ends
{{ extract }}_overlapping as (
    select
        later.authority_code,
        '{{ extract }}' as extract,
        later.last_reporting_month as reporting_month,
        later.last_version as version,
        {{ row_in_file('later.delivery_order') }} as source_row,
        later.child_key,
        later.{{ key }} as event_key,
        '{{ start_date }}' as source_column,
        'plans_and_periods_do_not_overlap' as check_id,
        case
            when earlier.last_reporting_month = later.last_reporting_month and earlier.last_version = later.last_version
                then {{ row_in_file('earlier.delivery_order') }}
        end as other_row
    from {{ ref(fact) }} as later
    inner join {{ ref(fact) }} as earlier
        on
            later.authority_code = earlier.authority_code
            and later.child_key = earlier.child_key
            and later.{{ start_date }} > earlier.{{ start_date }}
            and case
                when earlier.{{ end_date }} is null then later.event_month <= earlier.last_reporting_month
                else later.{{ start_date }} < earlier.{{ end_date }}
            end
    where not later.is_withdrawn and not earlier.is_withdrawn
    qualify
        row_number() over (partition by later.{{ key }} order by earlier.{{ start_date }} desc nulls last, earlier.{{ key }} asc nulls last) = 1
),

{% endfor -%}
contradicting as (
    select
        rows_found.authority_code,
        rows_found.extract,
        rows_found.reporting_month,
        rows_found.version,
        rows_found.source_row,
        rows_found.child_key,
        rows_found.event_key,
        rows_found.source_column,
        rows_found.check_id,
        cast(null as bigint) as other_row
    from {{ ref('int_list_rows__contradicting') }} as rows_found
    inner join current_lists
        on
            rows_found.authority_code = current_lists.authority_code
            and rows_found.extract = current_lists.extract
            and rows_found.reporting_month = current_lists.reporting_month
            and rows_found.version = current_lists.version
),

found as (
    {%- for part in (facts.keys() | list) + ['annex_a_cpp_overlapping', 'annex_a_lac_overlapping', 'contradicting'] %}
    select
        authority_code,
        extract,
        reporting_month,
        version,
        source_row,
        child_key,
        event_key,
        source_column,
        check_id,
        other_row
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed as (
    select
        found.authority_code,
        found.extract as list,
        versions.own_extract as extract,
        found.reporting_month,
        versions.own_version as version,
        found.source_row - versions.first_row as source_row,
        found.child_key,
        found.event_key,
        found.source_column,
        found.check_id,
        found.other_row - versions.first_row as other_row,
        versions.file_path,
        versions.sheet,
        case found.source_column
            {%- for name in all_list_columns() %}
            when '{{ name }}' then {{ json_text('versions.columns_chosen', name) }}
            {%- endfor %}
        end as column_letter
    from found
    inner join {{ ref('int_lists__versions') }} as versions
        on
            found.authority_code = versions.authority_code
            and found.extract = versions.extract
            and found.reporting_month = versions.reporting_month
            and found.version = versions.version
            and {{ is_from_table('found', 'versions') }}
)

select
    authority_code,
    list,
    extract,
    reporting_month,
    cast(version as int) as version,
    check_id,
    child_key,
    event_key,
    {{ list_cell('file_path', 'sheet', 'source_row', 'source_column', 'column_letter') }} as source_ref,
    cast(source_row as int) as source_row,
    source_column,
    cast(other_row as int) as other_row
from placed
