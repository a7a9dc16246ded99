{# The Standard Safeguarding Dataset's periods of care, with what happens in them, cast into the lists. #}

{# One row per period of care: its first episode's row, with what the later ones say. #}
{% macro ssd_period(columns=[]) -%}
episode as (
    {{ current_rows('ssd_cla_episodes', ['period_id', 'child_id', 'episode_start_date', 'episode_end_date', 'episode_end_reason_code', 'need_code', 'last_iro_visit_date']) }}
),

period as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        min(listed.source_row) as source_row,
        min_by(listed.episode_start_date, {{ day_in('listed.episode_start_date') }}) as lac_start_date,
        min({{ day_in('listed.episode_start_date') }}) as start_day,
        max_by(coalesce(listed.episode_end_date, ''), {{ day_in('listed.episode_start_date') }}) as lac_end_date,
        max_by(coalesce(listed.episode_end_reason_code, ''), {{ day_in('listed.episode_start_date') }}) as end_reason_code,
        max_by(listed.need_code, {{ day_in('listed.episode_start_date') }}) as need_code,
        max_by(listed.last_iro_visit_date, {{ day_in('listed.last_iro_visit_date') }}) as last_iro_visit_date
    from episode as listed
    group by listed.authority_code, listed.reporting_month, listed.period_id, listed.child_id
)
{%- endmacro %}

{% macro ssd_annex_a_lac() -%}
{{ ssd_person() }},

{{ ssd_disability() }},

{{ ssd_period() }},

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

placement_row as (
    {{ current_rows('ssd_cla_placement', ['period_id', 'child_id', 'placement_start_date', 'placement_type_code', 'placement_provider_code']) }}
),

placement_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        listed.placement_start_date,
        listed.placement_type_code,
        listed.placement_provider_code,
        {{ day_in('listed.placement_start_date') }} as start_day
    from placement_row as listed
),

-- placements that ended twelve months before and earlier do not count: a later one began by then
placement as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        listed.child_id,
        max_by(listed.placement_start_date, listed.start_day) as placement_start_date,
        max_by(coalesce(listed.placement_type_code, ''), listed.start_day) as placement_type_code,
        max_by(coalesce(listed.placement_provider_code, ''), listed.start_day) as placement_provider_code,
        cast(count(case when listed.start_day > {{ add_months_to('until.last_day', -12) }} then 1 end)
            + max(case when listed.start_day <= {{ add_months_to('until.last_day', -12) }} then 1 else 0 end) as string) as placements
    from placement_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.period_id = until.period_id
            and listed.start_day <= until.last_day
    group by listed.authority_code, listed.reporting_month, listed.period_id, listed.child_id
),

legal_row as (
    {{ current_rows('ssd_legal_status', ['child_id', 'legal_status_code', 'legal_status_start_date']) }}
),

legal_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        listed.legal_status_code,
        listed.legal_status_start_date,
        {{ day_in('listed.legal_status_start_date') }} as start_day
    from legal_row as listed
),

legal as (
    select
        listed.authority_code,
        listed.reporting_month,
        until.period_id,
        listed.child_id,
        max_by(coalesce(listed.legal_status_code, ''), listed.start_day) as legal_status_code,
        max_by(listed.legal_status_start_date, listed.start_day) as legal_status_start_date
    from legal_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.start_day between until.start_day and until.last_day
    group by listed.authority_code, listed.reporting_month, until.period_id, listed.child_id
),

review_row as (
    {{ current_rows('ssd_cla_reviews', ['period_id', 'review_date', 'is_cancelled']) }}
),

review as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.period_id,
        max_by(listed.review_date, {{ day_in('listed.review_date') }}) as review_date
    from review_row as listed
    where {{ ssd_held() }}
    group by listed.authority_code, listed.reporting_month, listed.period_id
),

missing_row as (
    {{ current_rows('ssd_missing', ['child_id', 'missing_type_code', 'missing_start_date']) }}
),

{{ missing_counted() }},

status_row as (
    {{ current_rows('ssd_immigration_status', ['child_id', 'status_end_date', 'immigration_status']) }}
),

uasc as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        max_by(coalesce(listed.status_end_date, ''), coalesce({{ day_in('listed.status_end_date') }}, date '2100-01-01')) as uasc_ceased_date
    from status_row as listed
    where lower(listed.immigration_status) like '%uasc%' or lower(listed.immigration_status) like '%unaccompanied%'
    group by listed.authority_code, listed.reporting_month, listed.child_id
),

ssd_annex_a_lac as (
    {%- set joins %}
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.child_id = period.child_id
            and listed.period_id = period.period_id
            and listed.source_row = period.source_row
    {{ latest_only('ssd_cla_episodes') }}
    {{ child_joined('person') }}
    {{ child_joined('disability') }}
    {{ child_joined('placement') }} and listed.period_id = placement.period_id
    {{ child_joined('legal') }} and listed.period_id = legal.period_id
    {{ child_joined('missing_by') }} and listed.period_id = missing_by.period_id
    {{ child_joined('uasc') }}
    left join review
        on
            listed.authority_code = review.authority_code
            and listed.reporting_month = review.reporting_month
            and listed.period_id = review.period_id
    {%- endset %}
    {%- set given = {
        'lac_start_date': "period.lac_start_date",
        'lac_end_date': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.lac_end_date end",
        'end_reason_code': "case when upper(trim(period.end_reason_code)) <> 'X1' then period.end_reason_code end",
        'need_code': "period.need_code",
        'last_iro_visit_date': "period.last_iro_visit_date",
        'legal_status_code': "legal.legal_status_code",
        'legal_status_start_date': "legal.legal_status_start_date",
        'placement_start_date': "placement.placement_start_date",
        'placement_type_code': "placement.placement_type_code",
        'placement_provider_code': "placement.placement_provider_code",
        'placements_last_12_months': "placement.placements",
        'last_review_date': "review.review_date",
    } %}
    {%- do given.update(care_given('ssd_missing', 'ssd_immigration_status')) %}
    {{ cast_into('annex_a_lac', 'ssd_cla_episodes', ssd_child(given), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{# A review that was held: not cancelled, and with a day. #}
{% macro ssd_held() -%}
not {{ is_blank('listed.review_date') }} and lower(coalesce(trim(listed.is_cancelled), '')) not in ('y', 'yes', '1', 'true')
{%- endmacro %}

{# How often each child in care was missing or absent in the twelve months up to the last day looked at. #}
{% macro missing_counted() -%}
missing_day as (
    select
        listed.authority_code,
        listed.reporting_month,
        listed.child_id,
        upper(substr(trim(listed.missing_type_code), 1, 1)) as kind,
        {{ day_in('listed.missing_start_date') }} as start_day
    from missing_row as listed
),

missing_by as (
    select
        listed.authority_code,
        listed.reporting_month,
        until.period_id,
        listed.child_id,
        cast(count(case when listed.kind = 'M' then 1 end) as string) as missing_episodes,
        cast(count(case when listed.kind = 'A' then 1 end) as string) as absent_episodes
    from missing_day as listed
    inner join until
        on
            listed.authority_code = until.authority_code
            and listed.reporting_month = until.reporting_month
            and listed.child_id = until.child_id
            and listed.start_day <= until.last_day
            and listed.start_day > {{ add_months_to('until.last_day', -12) }}
    group by listed.authority_code, listed.reporting_month, until.period_id, listed.child_id
)
{%- endmacro %}

{# What is nought or no where the table that would tell of it was delivered, and unknown where it was not. #}
{% macro care_given(missing, uasc) -%}
{%- set was = "versions.parts like '%" -%}
{{ return({
    'missing_episodes_12_months': "case when " ~ was ~ missing ~ "%' then coalesce(missing_by.missing_episodes, '0') end",
    'absent_episodes_12_months': "case when " ~ was ~ missing ~ "%' then coalesce(missing_by.absent_episodes, '0') end",
    'is_uasc': "case when " ~ was ~ uasc ~ "%' then case when uasc.child_id is not null and coalesce(" ~ day_in('uasc.uasc_ceased_date')
        ~ " > " ~ add_months_to('listed.reporting_month', -11) ~ ", true) then 'Y' else 'N' end end",
    'uasc_ceased_date': "uasc.uasc_ceased_date",
}) }}
{%- endmacro %}

{% macro ssd_of_period() -%}
    inner join period
        on
            listed.authority_code = period.authority_code
            and listed.reporting_month = period.reporting_month
            and listed.period_id = period.period_id
    {{ child_joined('person', 'period.child_id') }}
{%- endmacro %}

{% macro ssd_lac_placements() -%}
{{ ssd_person() }},

{{ ssd_period() }},

ssd_lac_placements as (
    {%- set given = as_named(['placement_start_date', 'placement_end_date', 'placement_type_code', 'placement_provider_code', 'change_reason_code']) %}
    {%- do given.update({'lac_start_date': "period.lac_start_date"}) %}
    {{ cast_into('lac_placements', 'ssd_cla_placement', ssd_child(given, false, 'period.child_id'), "person.child_id is not null", joins=ssd_of_period()) }}
)
{%- endmacro %}

{# An episode has the home of its placement, and the legal status that had begun last. #}
{% macro ssd_lac_episodes() -%}
{{ ssd_person() }},

placement as (
    {{ current_rows('ssd_cla_placement', ['placement_id', 'placement_type_code', 'placement_provider_code', 'placement_postcode', 'placement_urn']) }}
),

episode as (
    {{ current_rows('ssd_cla_episodes', ['child_id', 'episode_start_date']) }}
),

legal_row as (
    {{ current_rows('ssd_legal_status', ['child_id', 'legal_status_code', 'legal_status_start_date']) }}
),

legal as (
    select
        episode.authority_code,
        episode.reporting_month,
        episode.source_row,
        max_by(coalesce(listed.legal_status_code, ''), {{ day_in('listed.legal_status_start_date') }}) as legal_status_code
    from legal_row as listed
    inner join episode
        on
            listed.authority_code = episode.authority_code
            and listed.reporting_month = episode.reporting_month
            and listed.child_id = episode.child_id
            and {{ day_in('listed.legal_status_start_date') }} <= {{ day_in('episode.episode_start_date') }}
    group by episode.authority_code, episode.reporting_month, episode.source_row
),

ssd_lac_episodes as (
    {%- set joins %}
    left join placement
        on
            listed.authority_code = placement.authority_code
            and listed.reporting_month = placement.reporting_month
            and listed.placement_id = placement.placement_id
    left join legal
        on
            listed.authority_code = legal.authority_code
            and listed.reporting_month = legal.reporting_month
            and listed.source_row = legal.source_row
    {{ latest_only('ssd_cla_episodes') }}
    {{ child_joined('person') }}
    {%- endset %}
    {%- set given = as_named(['episode_start_date', 'episode_end_date', 'need_code']) %}
    {%- do given.update({
        'start_reason': "upper(trim(listed.episode_start_reason))",
        'end_reason_code': "listed.episode_end_reason_code",
        'legal_status_code': "legal.legal_status_code",
        'placement_type_code': "placement.placement_type_code",
        'placement_provider_code': "placement.placement_provider_code",
        'placement_postcode_key': place_key(postcode_in('placement.placement_postcode')),
        'placement_urn_key': place_key('upper(trim(placement.placement_urn))'),
    }) %}
    {{ cast_into('lac_episodes', 'ssd_cla_episodes', ssd_child(given, false), "person.child_id is not null", joins=joins) }}
)
{%- endmacro %}

{% macro ssd_lac_reviews() -%}
{{ ssd_person() }},

{{ ssd_period() }},

ssd_lac_reviews as (
    {%- set given = as_named(['review_date', 'due_date', 'participation']) %}
    {%- do given.update({'lac_start_date': "period.lac_start_date"}) %}
    {{ cast_into('lac_reviews', 'ssd_cla_reviews', ssd_child(given, false, 'period.child_id'), "person.child_id is not null", joins=ssd_of_period(), only=ssd_held()) }}
)
{%- endmacro %}

{% macro ssd_missing_episodes() -%}
{{ ssd_person() }},

ssd_missing_episodes as (
    {%- set given = as_named([
        'missing_start_date', 'missing_end_date', 'missing_type_code', 'is_return_interview_offered', 'is_return_interview_accepted',
    ]) %}
    {{ cast_into('missing_episodes', 'ssd_missing', ssd_child(given, false), "person.child_id is not null", joins=child_joined('person')) }}
)
{%- endmacro %}
