{# Every row of a list, whichever profile it was delivered in, as the text that was delivered: the common table expressions
   up to and with `lists`. A run reads only what was loaded since the last. #}
{% macro delivered_rows(list) -%}
{%- set columns = staged_columns(list) -%}
{%- set parts = delivered_profiles(list) -%}
{%- set is_annex_a = list in var('lists') -%}
{%- set beyond_annex_a = [] -%}
{%- for names in list_columns()[list].get('beyond_annex_a', {}).values() -%}{%- do beyond_annex_a.extend(names) -%}{%- endfor -%}
-- one row per version that counts: of one put into the wrong folder nothing is read
versions as (
    select
        authority_code,
        reporting_month,
        version,
        profile,
        own_extract,
        own_version,
        first_row,
        loaded_at,
        parts,
        has_birth_date
    from {{ ref('int_lists__versions') }}
    where
        extract = '{{ list }}'
        {%- if is_incremental() %}
        and loaded_at > (select coalesce(max(staged.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as staged)
        {%- endif %}
),

-- the current version of each table that says more of the rows
parts as (
    select
        ledger.authority_code,
        ledger.reporting_month,
        ledger.extract,
        max(ledger.version) as version
    from {{ source('quality', 'ingest_ledger') }} as ledger
    where ledger.status = 'accepted' and ledger.loaded_at is not null
    group by ledger.authority_code, ledger.reporting_month, ledger.extract
),

{% for profile in parts if profile != 'annex_a' -%}
from_{{ profile }} as (
    with
    {{ context[profile ~ '_' ~ list]() }}

    select * from {{ profile }}_{{ list }}
),

{% endfor -%}
lists {{ read_each_time() }} (
    {%- if is_annex_a %}
    select
        listed.authority_code,
        listed.reporting_month,
        listed.version,
        listed.source_row,
        listed.loaded_at,
        {%- for name in columns %}
        {{ 'cast(null as string) as ' ~ name if name in beyond_annex_a else 'listed.' ~ name }},
        {%- endfor %}
        versions.has_birth_date
    from {{ source('raw', list) }} as listed
    inner join versions
        on
            versions.own_extract = '{{ list }}'
            and listed.authority_code = versions.authority_code
            and listed.reporting_month = versions.reporting_month
            and listed.version = versions.own_version
    {%- if is_incremental() %}
    where listed.loaded_at > (select coalesce(max(staged.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as staged)
    {%- endif %}
    {%- elif 'annex_a' in parts %}
    {{ annex_a_latest(list) }}
    {%- endif %}
    {%- for profile in parts if profile != 'annex_a' %}
    {{ 'union all' if not loop.first or is_annex_a or 'annex_a' in parts }}

    select
        authority_code,
        reporting_month,
        version,
        source_row,
        loaded_at,
        {%- for name in columns %}
        {{ name }},
        {%- endfor %}
        has_birth_date
    from from_{{ profile }}
    {%- endfor %}
)
{%- endmacro %}

{# What a list holds as text, by the names of its columns. #}
{% macro staged_columns(list) -%}
{%- set it = list_columns()[list] -%}
{{ return(
    ['child_id', 'age_years', 'gender_code', 'ethnicity_code'] + date_columns(it) + (it.get('integers', {}).keys() | list)
    + (it['codes'].keys() | list) + (flag_columns(it).keys() | list) + text_columns(it)
) }}
{%- endmacro %}

{# The rows of one profile's list: provenance, and `given` for each column of the list, SQL by name; null for the others.
   `own`: the table they are rows of, called `listed`; its row is numbered from first_row. #}
{% macro cast_into(list, own, given, has_birth_date, joins='', only='true', rows='') -%}
    select
        listed.authority_code,
        listed.reporting_month,
        versions.version,
        versions.first_row + listed.source_row as source_row,
        versions.loaded_at,
        {%- for name in staged_columns(list) %}
        {{ given.get(name, 'cast(null as string)') }} as {{ name }},
        {%- endfor %}
        {{ has_birth_date }} as has_birth_date
    from {{ rows or source('raw', own) }} as listed
    inner join versions
        on
            versions.own_extract = '{{ own }}'
            and listed.authority_code = versions.authority_code
            and listed.reporting_month = versions.reporting_month
            and listed.version = versions.own_version
    {{ joins }}
    where {{ only }}
{%- endmacro %}

{# A table expression of the current rows of one raw table, as far as a new version of the list asks for them. #}
{% macro current_rows(table, columns) -%}
    select
        listed.authority_code,
        listed.reporting_month,
        listed.source_row
        {%- for name in columns %},
        listed.{{ name }}
        {%- endfor %}
    from {{ source('raw', table) }} as listed
    inner join parts
        on
            parts.extract = '{{ table }}'
            and listed.authority_code = parts.authority_code
            and listed.reporting_month = parts.reporting_month
            and listed.version = parts.version
    where (listed.authority_code, listed.reporting_month) in (select versions.authority_code, versions.reporting_month from versions)
{%- endmacro %}

{# A list that puts several rows together is made of the current version only. #}
{% macro latest_only(table) -%}
    inner join parts as latest
        on
            latest.extract = '{{ table }}'
            and listed.authority_code = latest.authority_code
            and listed.reporting_month = latest.reporting_month
            and versions.own_version = latest.version
{%- endmacro %}

{# What another table says of the child of a row. #}
{% macro child_joined(table, child='listed.child_id') -%}
    left join {{ table }}
        on
            listed.authority_code = {{ table }}.authority_code
            and listed.reporting_month = {{ table }}.reporting_month
            and {{ child }} = {{ table }}.child_id
{% endmacro %}

{# What says that two episodes have the same postcode, or number of Ofsted's: its keyed hash, for neither of them leaves raw. #}
{% macro place_key(text) -%}
case when {{ text }} <> '' then {{ keyed_hash("listed.authority_code || '|' || " ~ text) }} end
{%- endmacro %}

{# Columns that a table calls as the list does. #}
{% macro as_named(names) -%}
{%- set given = {} -%}
{%- for name in names -%}{%- do given.update({name: 'listed.' ~ name}) -%}{%- endfor -%}
{{ return(given) }}
{%- endmacro %}

{# The day in a text, however it is written, to order and compare rows by; null where it is none. Staging, which says what it
   could not read, has its own way. #}
{% macro day_in(text, reporting_month='listed.reporting_month') -%}
{%- set day = "split_part(replace(trim(" ~ text ~ "), 'T', ' '), ' ', 1)" -%}
case
    when {{ day }} like '____-__-__' then try_cast({{ day }} as date)
    when {{ day }} like '%/%/____' then {{ parse_day_month_year(day) }}
    when {{ day }} like '%/%/__' then {{ parse_day_month_year(four_digit_year(day, reporting_month)) }}
    when length(split_part({{ day }}, '.', 1)) = 5 then {{ days_after("date '1899-12-30'", "try_cast(split_part(" ~ day ~ ", '.', 1) as int)") }}
end
{%- endmacro %}

{% macro is_blank(text) -%}coalesce(trim({{ text }}), '') = ''{%- endmacro %}

{# Codes that stand in one text, however they are told apart: with commas only, such as 2B,3A; `none` where there are none. #}
{% macro codes_in(text) -%}
coalesce(nullif(upper(replace(translate(coalesce({{ text }}, ''), '[]" ', ''), ';', ',')), ''), 'none')
{%- endmacro %}

{# Yes where the text says no, and the other way round; what is neither stays as it is, to be found unreadable. #}
{% macro opposite(text) -%}
case
    when lower(trim({{ text }})) in ('y', 'yes', '1', 'true', 't') then 'N'
    when lower(trim({{ text }})) in ('n', 'no', '0', 'false', 'f') then 'Y'
    else {{ text }}
end
{%- endmacro %}

{# Whether one of a child's disabilities is one; null where nothing is said. #}
{% macro is_disabled(disability) -%}
case when max(case when upper(trim({{ disability }})) <> 'NONE' then 1 else 0 end) = 1 then 'Y' else 'N' end
{%- endmacro %}

{# Plans and periods of care as Annex A's lists of visits, reviews and placements show them: the latest one only. #}
{% macro annex_a_latest(list) -%}
{%- set from_list, given, shown = {
    'cpp_visits': ('annex_a_cpp', {'cpp_start_date': 'cpp_start_date', 'visit_date': 'last_visit_date', 'is_seen_alone': 'is_seen_alone'}, 'last_visit_date'),
    'cpp_reviews': ('annex_a_cpp', {'cpp_start_date': 'cpp_start_date', 'review_date': 'last_review_date'}, 'last_review_date'),
    'lac_reviews': ('annex_a_lac', {'lac_start_date': 'lac_start_date', 'review_date': 'last_review_date'}, 'last_review_date'),
    'lac_placements': (
        'annex_a_lac',
        {
            'lac_start_date': 'lac_start_date',
            'placement_start_date': 'placement_start_date',
            'placement_type_code': 'placement_type_code',
            'placement_provider_code': 'placement_provider_code',
            'placement_location_code': 'placement_location_code',
        },
        'placement_start_date',
    ),
}[list] -%}
{%- set head = {} -%}
{%- for name in ['child_id', 'birth_date', 'age_years', 'gender_code', 'ethnicity_code'] -%}{%- do head.update({name: name}) -%}{%- endfor -%}
{%- set given = dict(head, **given) -%}
    select
        listed.authority_code,
        listed.reporting_month,
        versions.version,
        listed.source_row,
        listed.loaded_at,
        {%- for name in staged_columns(list) %}
        {{ 'listed.' ~ given[name] if name in given else 'cast(null as string)' }} as {{ name }},
        {%- endfor %}
        versions.has_birth_date
    from {{ source('raw', from_list) }} as listed
    inner join versions
        on
            versions.own_extract = '{{ from_list }}'
            and listed.authority_code = versions.authority_code
            and listed.reporting_month = versions.reporting_month
            and listed.version = versions.own_version
    -- what cannot be read as a day is rejected from the list itself
    where {{ day_in('listed.' ~ shown) }} is not null and {{ day_in('listed.' ~ from_list[8:] ~ '_start_date') }} is not null
{%- endmacro %}
