{# SSDA903 cast into the lists: each macro is the common table expressions that end in its list. The return names no periods of
   care; one begins with each episode whose reason for starting is S. #}

{% macro ssda903_header() -%}
header as (
    {{ current_rows('ssda903_header', ['child_id', 'birth_date', 'gender_code', 'ethnicity_code']) }}
)
{%- endmacro %}

{% macro ssda903_child(given, child='listed.child_id') -%}
{{ return(dict({
    'child_id': child,
    'birth_date': "header.birth_date",
    'gender_code': "header.gender_code",
    'ethnicity_code': "header.ethnicity_code",
}, **given)) }}
{%- endmacro %}

{% macro ssda903_period() -%}
episode_row as (
    {{ current_rows('ssda903_episodes', [
        'child_id', 'episode_start_date', 'episode_start_reason', 'legal_status_code', 'need_code', 'placement_type_code',
        'placement_provider_code', 'episode_end_date', 'episode_end_reason_code', 'change_reason_code',
    ]) }}
),

episode_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.source_row,
        listed.child_id,
        listed.episode_start_date,
        upper(trim(listed.episode_start_reason)) as reason,
        listed.legal_status_code,
        listed.need_code,
        listed.placement_type_code,
        listed.placement_provider_code,
        listed.episode_end_date,
        listed.episode_end_reason_code,
        listed.change_reason_code,
        {{ day_in('listed.episode_start_date') }} as start_day
    from episode_row as listed
),

episode as (
    select
        authority_code,
        reporting_month,
        source_row,
        child_id,
        episode_start_date,
        reason,
        legal_status_code,
        need_code,
        placement_type_code,
        placement_provider_code,
        episode_end_date,
        episode_end_reason_code,
        change_reason_code,
        start_day,
        sum(case when reason = 'S' then 1 else 0 end) over (
            partition by authority_code, reporting_month, child_id order by start_day asc nulls last, source_row asc nulls last
            rows between unbounded preceding and current row
        ) as period_id
    from episode_day
),

period as (
    select
        authority_code,
        reporting_month,
        child_id,
        period_id,
        min(source_row) as source_row,
        min_by(episode_start_date, start_day) as lac_start_date,
        min(start_day) as start_day,
        max_by(coalesce(episode_end_date, ''), start_day) as lac_end_date,
        max_by(coalesce(episode_end_reason_code, ''), start_day) as end_reason_code,
        max_by(coalesce(need_code, ''), start_day) as need_code,
        max_by(coalesce(legal_status_code, ''), start_day) as legal_status_code,
        max_by(case when reason in ('S', 'L', 'B', 'U') then episode_start_date end, case when reason in ('S', 'L', 'B', 'U') then start_day end)
            as legal_status_start_date,
        max_by(coalesce(placement_type_code, ''), start_day) as placement_type_code,
        max_by(coalesce(placement_provider_code, ''), start_day) as placement_provider_code,
        max_by(case when reason <> 'L' then episode_start_date end, case when reason <> 'L' then start_day end) as placement_start_date
    from episode
    group by authority_code, reporting_month, child_id, period_id
)
{%- endmacro %}

{% macro ssda903_annex_a_lac() -%}
{{ ssda903_header() }},

{{ ssda903_period() }},

-- the day up to which a period is looked at: the month's last one, or that on which it ended
until as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        listed.start_day,
        least({{ day_in('listed.lac_end_date') }}, {{ days_after(add_months_to('listed.reporting_month', 1), -1) }}) as last_day
    from period as listed
),

placement as (
    select
        episode.authority_code,
        episode.reporting_month,
        episode.period_id,
        episode.child_id,
        cast(count(case when episode.start_day > {{ add_months_to('until.last_day', -12) }} then 1 end)
            + max(case when episode.start_day <= {{ add_months_to('until.last_day', -12) }} then 1 else 0 end) as string) as placements
    from episode
    inner join until
        on
            episode.authority_code = until.authority_code
            and episode.reporting_month = until.reporting_month
            and episode.child_id = until.child_id
            and episode.period_id = until.period_id
    where episode.reason <> 'L'
    group by episode.authority_code, episode.reporting_month, episode.period_id, episode.child_id
),

review_row as (
    {{ current_rows('ssda903_reviews', ['child_id', 'review_date']) }}
),

review_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        listed.review_date,
        {{ day_in('listed.review_date') }} as on_day
    from review_row as listed
),

review as (
    select
        listed.authority_code,
        listed.reporting_month,
        until.period_id,
        listed.child_id,
        max_by(listed.review_date, listed.on_day) as review_date
    from review_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.on_day between until.start_day and until.last_day
    group by listed.authority_code, listed.reporting_month, until.period_id, listed.child_id
),

missing_row as (
    {{ current_rows('ssda903_missing', ['child_id', 'missing_type_code', 'missing_start_date']) }}
),

{{ missing_counted() }},

uasc as (
    {{ current_rows('ssda903_uasc', ['child_id', 'uasc_ceased_date']) }}
),

ssda903_annex_a_lac as (
    {%- set joins %}
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.child_id = period.child_id
            and listed.source_row = period.source_row
    {{ latest_only('ssda903_episodes') }}
    {{ child_joined('header') }}
    {{ child_joined('placement') }} and period.period_id = placement.period_id
    {{ child_joined('review') }} and period.period_id = review.period_id
    {{ child_joined('missing_by') }} and period.period_id = missing_by.period_id
    {{ child_joined('uasc') }}
    {%- endset %}
    {%- set given = {
        'lac_start_date': "period.lac_start_date",
        'lac_end_date': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.lac_end_date end",
        'end_reason_code': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.end_reason_code end",
        'need_code': "period.need_code",
        'legal_status_code': "period.legal_status_code",
        'legal_status_start_date': "period.legal_status_start_date",
        'placement_start_date': "period.placement_start_date",
        'placement_type_code': "period.placement_type_code",
        'placement_provider_code': "period.placement_provider_code",
        'placements_last_12_months': "placement.placements",
        'last_review_date': "review.review_date",
    } %}
    {%- do given.update(care_given('ssda903_missing', 'ssda903_uasc')) %}
    {{ cast_into('annex_a_lac', 'ssda903_episodes', ssda903_child(given), "header.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{# A placement is the run of episodes from one in which the child moved to the next such. #}
{% macro ssda903_lac_placements() -%}
{{ ssda903_header() }},

{{ ssda903_period() }},

placement as (
    select
        authority_code,
        reporting_month,
        child_id,
        period_id,
        min(source_row) as source_row,
        min_by(episode_start_date, start_day) as placement_start_date,
        max_by(coalesce(episode_end_date, ''), start_day) as placement_end_date,
        min_by(coalesce(placement_type_code, ''), start_day) as placement_type_code,
        min_by(coalesce(placement_provider_code, ''), start_day) as placement_provider_code,
        max_by(coalesce(change_reason_code, ''), start_day) as change_reason_code
    from (
        select
            authority_code,
            reporting_month,
            child_id,
            period_id,
            source_row,
            episode_start_date,
            episode_end_date,
            placement_type_code,
            placement_provider_code,
            change_reason_code,
            start_day,
            sum(case when reason <> 'L' then 1 else 0 end) over (
                partition by authority_code, reporting_month, child_id order by start_day asc nulls last, source_row asc nulls last
                rows between unbounded preceding and current row
            ) as placement_id
        from episode
    ) as placed
    group by authority_code, reporting_month, child_id, period_id, placement_id
),

ssda903_lac_placements as (
    {%- set joins %}
    inner join placement
        on
            listed.authority_code = placement.authority_code
            and listed.reporting_month = placement.reporting_month
            and listed.child_id = placement.child_id
            and listed.source_row = placement.source_row
    {{ latest_only('ssda903_episodes') }}
    inner join period
        on
            placement.authority_code = period.authority_code
            and placement.reporting_month = period.reporting_month
            and placement.child_id = period.child_id
            and placement.period_id = period.period_id
    {{ child_joined('header') }}
    {%- endset %}
    {%- set given = {
        'lac_start_date': "period.lac_start_date",
        'placement_start_date': "placement.placement_start_date",
        'placement_end_date': "placement.placement_end_date",
        'placement_type_code': "placement.placement_type_code",
        'placement_provider_code': "placement.placement_provider_code",
        'change_reason_code': "placement.change_reason_code",
    } %}
    {{ cast_into('lac_placements', 'ssda903_episodes', ssda903_child(given), "header.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro ssda903_lac_episodes() -%}
{{ ssda903_header() }},

ssda903_lac_episodes as (
    {%- set joins %}
    {{ latest_only('ssda903_episodes') }}
    {{ child_joined('header') }}
    {%- endset %}
    {%- set given = as_named([
        'episode_start_date', 'episode_end_date', 'legal_status_code', 'need_code', 'placement_type_code', 'placement_provider_code',
    ]) %}
    {%- set home, place = postcode_in('listed.home_postcode'), postcode_in('listed.placement_postcode') %}
    {%- do given.update({
        'start_reason': "upper(trim(listed.episode_start_reason))",
        'end_reason_code': "listed.episode_end_reason_code",
        'placement_postcode_key': place_key(place),
        'placement_urn_key': place_key("upper(trim(listed.placement_urn))"),
        'is_at_home_postcode': "case when " ~ home ~ " = '' or " ~ place ~ " = '' then null when " ~ home ~ " = " ~ place ~ " then 'Y' else 'N' end",
    }) %}
    {{ cast_into('lac_episodes', 'ssda903_episodes', ssda903_child(given), "header.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro postcode_in(text) -%}
upper(replace(coalesce({{ text }}, ''), ' ', ''))
{%- endmacro %}

{# A review belongs to the last period of care that had begun by then. #}
{% macro ssda903_lac_reviews() -%}
{{ ssda903_header() }},

{{ ssda903_period() }},

reviewed as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        listed.review_date,
        max_by(period.lac_start_date, period.start_day) as lac_start_date
    from ({{ current_rows('ssda903_reviews', ['child_id', 'review_date']) }}) as listed
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.child_id = period.child_id
            and period.start_day <= {{ day_in('listed.review_date') }}
    group by listed.authority_code, listed.reporting_month, listed.child_id, listed.review_date
),

ssda903_lac_reviews as (
    {%- set joins %}
    {{ child_joined('header') }}
    {{ child_joined('reviewed') }} and listed.review_date = reviewed.review_date
    {%- endset %}
    {%- set given = {'review_date': "listed.review_date", 'lac_start_date': "reviewed.lac_start_date", 'participation': "listed.participation"} %}
    {{ cast_into('lac_reviews', 'ssda903_reviews', ssda903_child(given), "header.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro ssda903_missing_episodes() -%}
{{ ssda903_header() }},

ssda903_missing_episodes as (
    {%- set given = as_named(['missing_start_date', 'missing_end_date', 'missing_type_code']) %}
    {{ cast_into('missing_episodes', 'ssda903_missing', ssda903_child(given), "header.child_id is not null", joins=child_joined('header')) }}
)
{%- endmacro %}
