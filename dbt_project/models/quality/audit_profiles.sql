-- grain: one row per authority, list, month delivered in several profiles, profile that does not lead, and thing compared
-- Compared are the events of the month, in both directions, and each column in the events and cells that both profiles give. A
-- run compares the months of which something came since the last.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "extract", "reporting_month"],
    )
}}
{% set lists = list_columns() %}
{% set childs = ['birth_date', 'gender_code', 'ethnicity_code'] %}
{% set columns_of, comparable, delivered = {}, [], delivered_of(var('lists')) %}
{% for extract in var('lists') %}
{%- set list = lists[extract] %}
{%- set columns = childs + list['dates'] + list.get('integers', {}).keys() | list + list['codes'].keys() | list + list.get('flags', {}).keys() | list %}
{%- do columns_of.update({extract: columns | reject('in', list['key']) | list}) %}
{%- if (delivered_profiles(extract) | length) + (1 if extract in delivered else 0) > 1 %}{% do comparable.append(extract) %}{% endif %}
{% endfor %}
{# one in any case, for the shape #}
{% set comparable = comparable or var('lists')[:1] %}
with pairs as (
    select distinct
        foremost.authority_code,
        foremost.extract,
        foremost.reporting_month,
        foremost.profile as leading_profile,
        foremost.version as leading_version,
        others.profile as other_profile,
        others.version as other_version,
        greatest(foremost.loaded_at, others.loaded_at) as loaded_at
    from {{ ref('int_lists__delivered') }} as foremost
    inner join {{ ref('int_lists__versions') }} as others
        on
            foremost.authority_code = others.authority_code
            and foremost.extract = others.extract
            and foremost.reporting_month = others.reporting_month
            and foremost.profile <> others.profile
            and others.is_current
    {%- if is_incremental() %}
    where
        greatest(foremost.loaded_at, others.loaded_at)
        > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
    {%- endif %}
),

{% for extract in comparable %}
{%- set list = lists[extract] %}
{%- set columns = columns_of[extract] %}
{{ extract }}_said as (
    select
        pairs.authority_code,
        pairs.reporting_month,
        pairs.leading_profile,
        pairs.other_profile,
        pairs.loaded_at,
        staged.event_key,
        max(case when staged.event_month = staged.reporting_month then 1 else 0 end) as is_of_month,
        max(case when staged.version = pairs.leading_version then 1 else 0 end) as is_in_leading,
        max(case when staged.version = pairs.other_version then 1 else 0 end) as is_in_other
        {%- for name in columns %},
        {%- set shown = 'case when staged.birth_date <= staged.' ~ list['key'][0] ~ ' then cast(staged.' ~ name ~ ' as string) end' if name in childs else 'cast(staged.' ~ name ~ ' as string)' %}
        max(case when staged.version = pairs.leading_version then {{ shown }} end) as leading_{{ name }},
        max(case when staged.version = pairs.other_version then {{ shown }} end) as other_{{ name }}
        {%- endfor %}
    from {{ ref('stg_' ~ extract) }} as staged
    inner join pairs
        on
            pairs.extract = '{{ extract }}'
            and staged.authority_code = pairs.authority_code
            and staged.reporting_month = pairs.reporting_month
            and staged.version in (pairs.leading_version, pairs.other_version)
    where staged.event_key is not null
    group by
        pairs.authority_code,
        pairs.reporting_month,
        pairs.leading_profile,
        pairs.other_profile,
        pairs.loaded_at,
        staged.event_key
),

{{ extract }} as (
    select
        authority_code,
        reporting_month,
        leading_profile,
        other_profile,
        loaded_at,
        sum(is_of_month * is_in_leading) as leading_events,
        sum(is_of_month * is_in_other) as other_events,
        sum(is_of_month * is_in_leading * is_in_other) as common_events
        {%- for name in columns %},
        count(case when leading_{{ name }} is not null and other_{{ name }} is not null then 1 end) as {{ name }}_compared,
        count(case when leading_{{ name }} = other_{{ name }} then 1 end) as {{ name }}_same
        {%- endfor %}
    from {{ extract }}_said
    group by authority_code, reporting_month, leading_profile, other_profile, loaded_at
),
{% endfor %}
compared as (
    {%- for extract in comparable %}
    {%- set columns = columns_of[extract] %}
    select
        'profiles_have_the_same_events' as check_id,
        '{{ extract }}' as extract,
        'events of the leading profile' as compared,
        authority_code,
        reporting_month,
        leading_profile,
        other_profile,
        common_events as observed,
        leading_events as expected,
        loaded_at
    from {{ extract }}

    union all

    select
        'profiles_have_the_same_events' as check_id,
        '{{ extract }}' as extract,
        'events of the other profile' as compared,
        authority_code,
        reporting_month,
        leading_profile,
        other_profile,
        common_events as observed,
        other_events as expected,
        loaded_at
    from {{ extract }}
    {%- for name in columns %}

    union all

    select
        'profiles_say_the_same' as check_id,
        '{{ extract }}' as extract,
        '{{ name }}' as compared,
        authority_code,
        reporting_month,
        leading_profile,
        other_profile,
        {{ name }}_same as observed,
        {{ name }}_compared as expected,
        loaded_at
    from {{ extract }}
    where {{ name }}_compared > 0
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    check_id,
    {{ comparison_id(['check_id', 'extract', 'compared', 'authority_code', 'reporting_month', 'other_profile']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    compared,
    leading_profile,
    other_profile,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    observed = expected as is_agreed,
    'Delivered as ' || leading_profile || ', which leads, and as ' || other_profile || ': '
    || case
        when compared like 'events of the leading%' then 'of the month''s ' || {{ show_count('expected') }} || ' events, '
            || other_profile || ' has ' || {{ show_count('observed') }} || '.'
        when compared like 'events of the other%' then 'of the month''s ' || {{ show_count('expected') }} || ' events in ' || other_profile || ', '
            || leading_profile || ' has ' || {{ show_count('observed') }} || '.'
        else 'of ' || {{ show_count('expected') }} || ' events in which both give ' || compared || ', '
            || {{ show_count('expected - observed') }} || ' differ.'
    end as message,
    cast(null as string) as source_ref,
    loaded_at
from compared
