-- grain: one row per authority, month and episode of need of that month's list, with what the rules of the yearly
-- returns ask about
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    episodes as (

        select
            cin_episode_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            cin_start_date,
            cin_closure_date,
            closure_reason_code,
            case_status_code,
            is_cin_plan,
            is_case_open,
            gender_code,
            birth_date,
            is_birth_date_blank,
            age_years
        from {{ ref("int_cin__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and cin_episode_key is not null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)

    ),

    episodes_begun_on_plan as (
        select distinct episodes.event_key, episodes.month
        from episodes
        inner join
            {{ ref("fct_cpp") }} as facts
            on episodes.child_key = facts.child_key
            and episodes.cin_start_date >= facts.cpp_start_date
            and episodes.cin_start_date < coalesce(facts.cpp_end_date, date '9999-12-31')
            and episodes.month >= facts.first_reporting_month
            and not facts.is_withdrawn
    ),

    -- a plan and what else the same referral is open for may run side by side
    episodes_beside as (
        {{
            spells_beside(
                "episodes",
                "cin_start_date",
                "cin_closure_date",
                "coalesce(spells.is_cin_plan, false) = coalesce(others.is_cin_plan, false)",
            )
        }}
    ),

    episodes_with_open_work as (
        select
            episodes.event_key,
            episodes.month,
            bool_or(open_work.kind = 'assessment') as has_open_assessment,
            bool_or(open_work.kind = 'enquiry') as has_open_enquiry
        from episodes
        inner join
            {{ ref("assessments_and_enquiries_open") }} as open_work
            on episodes.child_key = open_work.child_key
            and episodes.cin_start_date <= open_work.start_date
            and episodes.cin_closure_date > open_work.start_date
            and episodes.month between open_work.first_reporting_month and open_work.last_reporting_month
        group by episodes.event_key, episodes.month
    ),

    on_plan as (select distinct child_key, month from {{ ref("int_cpp__open_at_month_end") }}),

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
            contradicted.child_key is not null as has_none_beside_disability,
            episodes_beside.has_other_open,
            episodes_beside.has_overlap,
            coalesce(episodes_with_open_work.has_open_assessment, false) as has_open_assessment,
            coalesce(episodes_with_open_work.has_open_enquiry, false) as has_open_enquiry,
            -- a list that names no plans says of an open one by its status that it is one
            coalesce(
                episodes.is_cin_plan, episodes.case_status_code = 'CIN' and episodes.cin_closure_date is null
            ) as is_cin_plan,
            episodes_begun_on_plan.event_key is not null as is_begun_on_plan,
            on_plan.child_key is not null as is_on_plan,
            {{ days_between("episodes.cin_start_date", "episodes.birth_date") }} as days_before_birth,
            coalesce(
                episodes.birth_date > month_ends.month_end,
                episodes.is_birth_date_blank and coalesce(episodes.age_years, 0) = 0
            ) as is_unborn,
            {{ whole_years("episodes.birth_date", "month_ends.month_end") }} as age_at_month_end
        from episodes
        inner join {{ ref("validation_months") }} as month_ends on episodes.month = month_ends.month
        left join
            episodes_beside on episodes.event_key = episodes_beside.event_key and episodes.month = episodes_beside.month
        left join
            episodes_with_open_work
            on episodes.event_key = episodes_with_open_work.event_key
            and episodes.month = episodes_with_open_work.month
        left join
            episodes_begun_on_plan
            on episodes.event_key = episodes_begun_on_plan.event_key
            and episodes.month = episodes_begun_on_plan.month
        left join
            {{ ref("children_with_contradicted_disability") }} as contradicted
            on episodes.authority_code = contradicted.authority_code
            and episodes.month = contradicted.month
            and episodes.child_key = contradicted.child_key
        left join on_plan on episodes.child_key = on_plan.child_key and episodes.month = on_plan.month
    ),

    without_gender as (
        select
            authority_code,
            month,
            avg(
                cast(case when is_unborn then null when coalesce(gender_code, 'U') = 'U' then 1 else 0 end as double)
            ) as share
        from described_episodes
        group by authority_code, month
    )

select
    episodes.*,
    not episodes.is_unborn and coalesce(episodes.gender_code, 'U') = 'U' as is_gender_missing,
    without_gender.share as share_without_gender,
    due.loaded_at
from described_episodes as episodes
inner join due on episodes.authority_code = due.authority_code and episodes.month = due.month
inner join
    without_gender on episodes.authority_code = without_gender.authority_code and episodes.month = without_gender.month
