-- grain: one row per authority, reporting month, rule and event that breaks it, as the list of that month has it
-- What other lists say of the child is taken from the facts, which is what is known now. Whether something is still open that the
-- month's list no longer shows, nobody knows.
{{ config(materialized="view") }}
{% set rules = delivered_census_rules() %}
{% set has_episodes = 'lac_episodes' in rules | map(attribute='list') %}
with month_ends as (
    select
        months.month,
        months.next_month,
        {{ days_after('months.next_month', -1) }} as month_end,
        {{ financial_year_start('months.month') }} as year_start,
        days.working_day_number as month_end_working_day
    from {{ ref('dim_month') }} as months
    inner join {{ ref('dim_date') }} as days on {{ days_after('months.next_month', -1) }} = days.calendar_date
),

-- the first that lists show of a child
first_referred as (
    select
        child_key,
        min(day) as first_date
    from (
        select
            child_key,
            referral_date as day
        from {{ ref('fct_referrals') }}
        where not is_withdrawn

        union all

        select
            child_key,
            cin_start_date as day
        from {{ ref('fct_cin_episodes') }}
        where not is_withdrawn
    ) as beginnings
    group by child_key
),

conferences as (
    select distinct
        authority_code,
        child_key,
        conference_date
    from {{ ref('fct_section_47') }}
    where conference_date is not null and not is_withdrawn
),

-- assessments

assessments as (
    {{ as_listed(
        'annex_a_assessments',
        ['authority_code', 'child_key', 'assessment_start_date', 'assessment_authorisation_date', 'assessment_factors']
    ) }}
),

annex_a_assessments as (
    select
        assessments.authority_code,
        assessments.month,
        assessments.event_key,
        assessments.child_key,
        assessments.assessment_start_date,
        assessments.assessment_authorisation_date,
        assessments.assessment_factors,
        {{ codes_of('assessments.assessment_factors') }} as factors,
        {{ different_codes_of('assessments.assessment_factors') }} as different_factors,
        ',' || assessments.assessment_factors || ',' like '%,21,%' as has_no_factor,
        assessments.assessment_start_date >= month_ends.year_start
        and assessments.assessment_start_date < first_referred.first_date as is_before_referral,
        month_ends.month_end_working_day - start_days.working_day_number as working_days_open
    from assessments
    inner join month_ends on assessments.month = month_ends.month
    left join first_referred on assessments.child_key = first_referred.child_key
    left join {{ ref('dim_date') }} as start_days on assessments.assessment_start_date = start_days.calendar_date
),

-- section 47 enquiries

enquiries as (
    {{ as_listed(
        'annex_a_section_47', ['authority_code', 'child_key', 'section_47_start_date', 'conference_date', 'is_conference_unnecessary']
    ) }}
),

annex_a_section_47 as (
    select
        enquiries.authority_code,
        enquiries.month,
        enquiries.event_key,
        enquiries.child_key,
        enquiries.conference_date,
        enquiries.is_conference_unnecessary,
        enquiries.section_47_start_date >= month_ends.year_start
        and enquiries.section_47_start_date < first_referred.first_date as is_before_referral,
        enquiries.conference_date >= month_ends.year_start
        and enquiries.conference_date < first_referred.first_date as is_conference_before_referral,
        {{ weekday_of('enquiries.conference_date') }} as conference_weekday,
        month_ends.month_end_working_day - start_days.working_day_number as working_days_open
    from enquiries
    inner join month_ends on enquiries.month = month_ends.month
    left join first_referred on enquiries.child_key = first_referred.child_key
    left join {{ ref('dim_date') }} as start_days on enquiries.section_47_start_date = start_days.calendar_date
),

-- episodes of need

episodes as (
    {{ as_listed(
        'annex_a_cin',
        [
            'authority_code', 'child_key', 'cin_start_date', 'cin_closure_date', 'closure_reason_code', 'case_status_code',
            'is_cin_plan', 'is_case_open', 'gender_code', 'birth_date', 'is_birth_date_blank', 'age_years',
        ]
    ) }}
),

episodes_begun_on_plan as (
    select distinct
        episodes.event_key,
        episodes.month
    from episodes
    inner join {{ ref('fct_cpp') }} as facts
        on
            episodes.child_key = facts.child_key
            and episodes.cin_start_date >= facts.cpp_start_date
            and episodes.cin_start_date < coalesce(facts.cpp_end_date, date '9999-12-31')
            and episodes.month >= facts.first_reporting_month
            and not facts.is_withdrawn
),

-- a plan and what else the same referral is open for may run side by side
episodes_beside as (
    {{ spells_beside(
        'episodes', 'cin_start_date', 'cin_closure_date', 'coalesce(spells.is_cin_plan, false) = coalesce(others.is_cin_plan, false)'
    ) }}
),

episodes_with_open_assessment as (
    select distinct
        episodes.event_key,
        episodes.month
    from episodes
    inner join {{ ref('fct_assessments') }} as facts
        on
            episodes.child_key = facts.child_key
            and episodes.cin_start_date <= facts.assessment_start_date
            and episodes.cin_closure_date > facts.assessment_start_date
            and facts.assessment_authorisation_date is null
            and episodes.month between facts.first_reporting_month and facts.last_reporting_month
            and not facts.is_withdrawn
),

episodes_with_open_enquiry as (
    select distinct
        episodes.event_key,
        episodes.month
    from episodes
    inner join {{ ref('fct_section_47') }} as facts
        on
            episodes.child_key = facts.child_key
            and episodes.cin_start_date <= facts.section_47_start_date
            and episodes.cin_closure_date > facts.section_47_start_date
            and facts.conference_date is null
            and not coalesce(facts.is_conference_unnecessary, false)
            and episodes.month between facts.first_reporting_month and facts.last_reporting_month
            and not facts.is_withdrawn
),

on_plan as (
    select distinct
        child_key,
        month
    from {{ ref('int_cpp__open_at_month_end') }}
),

described_episodes as (
    select
        episodes.authority_code,
        episodes.month,
        episodes.event_key,
        episodes.child_key,
        episodes.cin_closure_date,
        episodes.closure_reason_code,
        episodes.case_status_code,
        episodes.is_case_open,
        episodes.gender_code,
        episodes_beside.has_other_open,
        episodes_beside.has_overlap,
        episodes_with_open_assessment.event_key is not null as has_open_assessment,
        episodes_with_open_enquiry.event_key is not null as has_open_enquiry,
        -- a list that names no plans says of an open one by its status that it is one
        coalesce(episodes.is_cin_plan, episodes.case_status_code = 'CIN' and episodes.cin_closure_date is null) as is_cin_plan,
        episodes_begun_on_plan.event_key is not null as is_begun_on_plan,
        on_plan.child_key is not null as is_on_plan,
        {{ days_between('episodes.cin_start_date', 'episodes.birth_date') }} as days_before_birth,
        coalesce(episodes.birth_date > month_ends.month_end, episodes.is_birth_date_blank and coalesce(episodes.age_years, 0) = 0)
            as is_unborn,
        {{ whole_years('episodes.birth_date', 'month_ends.month_end') }} as age_at_month_end
    from episodes
    inner join month_ends on episodes.month = month_ends.month
    left join episodes_beside on episodes.event_key = episodes_beside.event_key and episodes.month = episodes_beside.month
    left join episodes_with_open_assessment
        on episodes.event_key = episodes_with_open_assessment.event_key and episodes.month = episodes_with_open_assessment.month
    left join episodes_with_open_enquiry
        on episodes.event_key = episodes_with_open_enquiry.event_key and episodes.month = episodes_with_open_enquiry.month
    left join episodes_begun_on_plan
        on episodes.event_key = episodes_begun_on_plan.event_key and episodes.month = episodes_begun_on_plan.month
    left join on_plan on episodes.child_key = on_plan.child_key and episodes.month = on_plan.month
),

without_gender as (
    select
        authority_code,
        month,
        avg(case when is_unborn then null when coalesce(gender_code, 'U') = 'U' then 1.0 else 0.0 end) as share
    from described_episodes
    group by authority_code, month
),

annex_a_cin as (
    select
        episodes.authority_code,
        episodes.month,
        episodes.event_key,
        episodes.child_key,
        episodes.cin_closure_date,
        episodes.closure_reason_code,
        episodes.case_status_code,
        episodes.is_case_open,
        episodes.gender_code,
        episodes.has_other_open,
        episodes.has_overlap,
        episodes.has_open_assessment,
        episodes.has_open_enquiry,
        episodes.is_cin_plan,
        episodes.is_begun_on_plan,
        episodes.is_on_plan,
        episodes.days_before_birth,
        episodes.is_unborn,
        episodes.age_at_month_end,
        not episodes.is_unborn and coalesce(episodes.gender_code, 'U') = 'U' as is_gender_missing,
        without_gender.share as share_without_gender
    from described_episodes as episodes
    inner join without_gender on episodes.authority_code = without_gender.authority_code and episodes.month = without_gender.month
),

-- child protection plans

plans as (
    {{ as_listed('annex_a_cpp', ['authority_code', 'child_key', 'cpp_start_date', 'cpp_end_date', 'last_review_date']) }}
),

plans_beside as (
    {{ spells_beside('plans', 'cpp_start_date', 'cpp_end_date') }}
),

plans_conferred as (
    select
        plans.event_key,
        plans.month,
        max(case when conferences.conference_date = plans.cpp_start_date then 1 else 0 end) = 1 as is_on_the_day
    from plans
    inner join conferences
        on
            plans.child_key = conferences.child_key
            and conferences.conference_date <= {{ add_months_to('plans.cpp_start_date', 1) }}
            and conferences.conference_date >= {{ add_months_to('plans.cpp_start_date', -1) }}
    group by plans.event_key, plans.month
),

plans_referred as (
    select
        plans.event_key,
        plans.month,
        max_by(coalesce(facts.is_no_further_action, false), facts.referral_date) as is_without_action
    from plans
    inner join {{ ref('fct_referrals') }} as facts
        on
            plans.child_key = facts.child_key
            and plans.cpp_start_date >= facts.referral_date
            and plans.cpp_start_date <= {{ add_months_to('facts.referral_date', 12) }}
            and not facts.is_withdrawn
    group by plans.event_key, plans.month
),

conferences_of_year as (
    select
        conferences.authority_code,
        month_ends.month,
        count(*) as conferences_held
    from conferences
    inner join month_ends
        on conferences.conference_date >= month_ends.year_start and conferences.conference_date < month_ends.next_month
    group by conferences.authority_code, month_ends.month
),

annex_a_cpp as (
    select
        plans.authority_code,
        plans.month,
        plans.event_key,
        plans.child_key,
        plans.cpp_start_date,
        plans.cpp_end_date,
        plans.last_review_date,
        plans.cpp_start_date >= month_ends.year_start and plans.cpp_start_date < first_referred.first_date as is_before_referral,
        coalesce(plans_conferred.is_on_the_day, false) as is_conferred,
        plans_conferred.event_key is not null as is_conferred_within_a_month,
        coalesce(plans_referred.is_without_action, false) as is_referred_without_action,
        plans_beside.has_other_open,
        plans_beside.has_overlap,
        case
            when plans.cpp_start_date >= month_ends.year_start
                then sum(case when plans.cpp_start_date >= month_ends.year_start then 1 else 0 end)
                    over (partition by plans.authority_code, plans.month)
        end as plans_begun,
        coalesce(conferences_of_year.conferences_held, 0) as conferences_held
    from plans
    inner join month_ends on plans.month = month_ends.month
    left join first_referred on plans.child_key = first_referred.child_key
    left join plans_beside on plans.event_key = plans_beside.event_key and plans.month = plans_beside.month
    left join plans_conferred on plans.event_key = plans_conferred.event_key and plans.month = plans_conferred.month
    left join plans_referred on plans.event_key = plans_referred.event_key and plans.month = plans_referred.month
    left join conferences_of_year
        on plans.authority_code = conferences_of_year.authority_code and plans.month = conferences_of_year.month
),

-- periods of care

periods as (
    {{ as_listed(
        'annex_a_lac',
        [
            'authority_code', 'child_key', 'lac_start_date', 'lac_end_date', 'birth_date', 'legal_status_code', 'legal_status_start_date',
            'placement_type_code', 'placement_start_date', 'is_uasc', 'uasc_ceased_date', 'version',
        ]
    ) }}
),

-- Annex A says no date on which the status of an unaccompanied child ceased, so of its lists nobody can tell
uasc as (
    select
        month,
        child_key,
        bool_or(is_uasc) as is_uasc,
        max(uasc_ceased_date) as uasc_ceased_date
    from periods
    where is_uasc is not null and not {{ is_annex_a('version') }}
    group by month, child_key
),

-- open in the list of last March, and in no row of this month's
missing_since_march as (
    select
        march.authority_code,
        delivered.reporting_month as month,
        march.event_key,
        march.child_key
    from {{ ref('int_lists__delivered') }} as delivered
    inner join periods as march
        on
            delivered.authority_code = march.authority_code
            and march.month = {{ add_months_to(financial_year_start('delivered.reporting_month'), -1) }}
    left join periods as now on march.event_key = now.event_key and delivered.reporting_month = now.month
    where delivered.extract = 'annex_a_lac' and march.lac_end_date is null and now.event_key is null
),

annex_a_lac as (
    select
        periods.authority_code,
        periods.month,
        periods.event_key,
        periods.child_key,
        periods.lac_start_date,
        periods.birth_date,
        periods.legal_status_code,
        periods.placement_type_code,
        {{ days_between('periods.legal_status_start_date', 'coalesce(periods.lac_end_date, month_ends.month_end)') }} as days_in_legal_status,
        {{ days_between('periods.placement_start_date', 'coalesce(periods.lac_end_date, month_ends.month_end)') }} as days_in_placement,
        false as is_missing_since_march,
        month_ends.year_start,
        {{ add_months_to('periods.birth_date', 12 * 18) }} as eighteenth_birthday,
        periods.uasc_ceased_date,
        uasc_now.is_uasc,
        uasc_in_march.is_uasc as was_uasc,
        uasc_in_march.uasc_ceased_date as march_ceased_date,
        coalesce(uasc_now.uasc_ceased_date, date '9999-12-31') <> coalesce(uasc_in_march.uasc_ceased_date, date '9999-12-31') as is_ceased_otherwise
    from periods
    inner join month_ends on periods.month = month_ends.month
    left join uasc as uasc_now on periods.child_key = uasc_now.child_key and periods.month = uasc_now.month
    left join uasc as uasc_in_march
        on periods.child_key = uasc_in_march.child_key and uasc_in_march.month = {{ add_months_to('month_ends.year_start', -1) }}

    union all

    select
        authority_code,
        month,
        event_key,
        child_key,
        cast(null as date) as lac_start_date,
        cast(null as date) as birth_date,
        cast(null as string) as legal_status_code,
        cast(null as string) as placement_type_code,
        cast(null as bigint) as days_in_legal_status,
        cast(null as bigint) as days_in_placement,
        true as is_missing_since_march,
        cast(null as date) as year_start,
        cast(null as date) as eighteenth_birthday,
        cast(null as date) as uasc_ceased_date,
        cast(null as boolean) as is_uasc,
        cast(null as boolean) as was_uasc,
        cast(null as date) as march_ceased_date,
        cast(null as boolean) as is_ceased_otherwise
    from missing_since_march
)
{%- if has_episodes %},

-- episodes of care

care_episodes as (
    {{ as_listed(
        'lac_episodes',
        [
            'authority_code', 'child_key', 'episode_start_date', 'episode_end_date', 'start_reason', 'end_reason_code',
            'legal_status_code', 'need_code', 'placement_type_code', 'placement_provider_code',
            'is_at_home_postcode', 'placement_postcode_key', 'placement_urn_key',
        ]
    ) }}
),

care_episodes_placed as (
    select
        event_key,
        child_key,
        month,
        episode_start_date,
        episode_end_date,
        legal_status_code,
        placement_type_code,
        placement_provider_code,
        -- null where neither is said
        nullif(coalesce(placement_postcode_key, '') || '|' || coalesce(placement_urn_key, ''), '|') as home
    from care_episodes
),

care_episodes_in_order as (
    select
        event_key,
        month,
        home,
        lag(home) over (partition by child_key, month order by episode_start_date asc nulls last) as home_before,
        row_number() over (partition by child_key, month order by episode_start_date asc nulls last) as place,
        lag(episode_end_date) over (partition by child_key, month order by episode_start_date asc nulls last) as end_before,
        lag(legal_status_code) over (partition by child_key, month order by episode_start_date asc nulls last) as legal_status_before,
        lag(placement_type_code) over (partition by child_key, month order by episode_start_date asc nulls last) as type_before,
        lag(placement_provider_code) over (partition by child_key, month order by episode_start_date asc nulls last) as provider_before,
        lead(episode_start_date) over (partition by child_key, month order by episode_start_date asc nulls last) as next_start
    from care_episodes_placed
),

lac_episodes as (
    select
        care_episodes.authority_code,
        care_episodes.month,
        care_episodes.event_key,
        care_episodes.child_key,
        care_episodes.start_reason,
        care_episodes.end_reason_code,
        care_episodes.legal_status_code,
        care_episodes.need_code,
        care_episodes.placement_type_code,
        care_episodes.placement_provider_code,
        care_episodes.is_at_home_postcode,
        care_episodes.placement_postcode_key,
        care_episodes.placement_urn_key,
        in_order.place = 1 as is_first,
        care_episodes.episode_start_date >= month_ends.year_start as is_of_year,
        coalesce(in_order.next_start = care_episodes.episode_end_date, false) as is_continued,
        case when in_order.place > 1 then coalesce(in_order.end_before = care_episodes.episode_start_date, false) end as is_continuation,
        in_order.legal_status_before = care_episodes.legal_status_code as is_legal_status_same,
        in_order.type_before = care_episodes.placement_type_code
        and coalesce(in_order.provider_before, '') = coalesce(care_episodes.placement_provider_code, '')
        and in_order.home_before = in_order.home as is_placement_same,
        in_order.type_before <> care_episodes.placement_type_code
        or in_order.provider_before <> care_episodes.placement_provider_code
        or in_order.home_before <> in_order.home as is_placement_changed,
        in_march.start_reason as march_start_reason,
        in_march.legal_status_code as march_legal_status_code,
        in_march.need_code as march_need_code,
        in_march.placement_type_code as march_placement_type_code,
        in_march.placement_provider_code as march_placement_provider_code,
        in_march.placement_postcode_key as march_placement_postcode_key,
        in_march.placement_urn_key as march_placement_urn_key
    from care_episodes
    inner join month_ends on care_episodes.month = month_ends.month
    inner join care_episodes_in_order as in_order on care_episodes.event_key = in_order.event_key and care_episodes.month = in_order.month
    left join care_episodes as in_march
        on
            care_episodes.event_key = in_march.event_key
            and in_march.month = {{ add_months_to('month_ends.year_start', -1) }}
            and in_march.episode_end_date is null
)
{%- endif %}

{% for list in rules | map(attribute='list') | unique %}
select
    judged.authority_code,
    judged.month,
    '{{ list }}' as extract,
    rules.rule,
    judged.event_key,
    judged.child_key
from {{ list }} as judged
cross join (
    {%- for rule in rules if rule.list == list %}
    select '{{ rule.rule }}' as rule
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as rules
where
    case rules.rule
        {%- for rule in rules if rule.list == list %}
        when '{{ rule.rule }}' then {{ rule.where }}
        {%- endfor %}
    end
{{ 'union all' if not loop.last }}
{% endfor %}
