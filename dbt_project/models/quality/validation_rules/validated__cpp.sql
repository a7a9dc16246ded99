-- grain: one row per authority, month and child protection plan of that month's list, with what the rules of the yearly
-- returns ask about
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    conferences as (
        select authority_code, child_key, conference_date
        from {{ ref("fct_section_47") }}
        where conference_date is not null and not is_withdrawn

        union

        -- of a child who moved in, no enquiry of this authority led to it
        select authority_code, child_key, conference_date
        from {{ ref("fct_referrals") }}
        where conference_date is not null and not is_withdrawn
    ),

    plans as (

        select
            cpp_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            cpp_start_date,
            cpp_end_date,
            last_review_date
        from {{ ref("int_cpp__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and cpp_key is not null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)

    ),

    plans_beside as ({{ spells_beside("plans", "cpp_start_date", "cpp_end_date") }}),

    plans_conferred as (
        select
            plans.event_key,
            plans.month,
            max(case when conferences.conference_date = plans.cpp_start_date then 1 else 0 end) = 1 as is_on_the_day
        from plans
        inner join
            conferences
            on plans.child_key = conferences.child_key
            and conferences.conference_date <= {{ add_months_to("plans.cpp_start_date", 1) }}
            and {{ add_months_to("conferences.conference_date", 1) }} >= plans.cpp_start_date
        group by plans.event_key, plans.month
    ),

    plans_referred as (
        select
            plans.event_key,
            plans.month,
            max_by(coalesce(facts.is_no_further_action, false), facts.referral_date) as is_without_action
        from plans
        inner join
            {{ ref("fct_referrals") }} as facts
            on plans.child_key = facts.child_key
            and plans.cpp_start_date >= facts.referral_date
            and plans.cpp_start_date <= {{ add_months_to("facts.referral_date", 12) }}
            and not facts.is_withdrawn
        group by plans.event_key, plans.month
    ),

    conferences_of_year as (
        select conferences.authority_code, month_ends.month, count(*) as conferences_held
        from conferences
        inner join
            {{ ref("validation_months") }} as month_ends
            on conferences.conference_date >= month_ends.year_start
            and conferences.conference_date < month_ends.next_month
        group by conferences.authority_code, month_ends.month
    )

select
    plans.authority_code,
    plans.month,
    plans.event_key,
    plans.child_key,
    plans.cpp_start_date,
    plans.cpp_end_date,
    plans.last_review_date,
    plans.cpp_start_date >= month_ends.year_start
    and plans.cpp_start_date < first_referred.first_date as is_before_referral,
    coalesce(plans_conferred.is_on_the_day, false) as is_conferred,
    plans_conferred.event_key is not null as is_conferred_within_a_month,
    coalesce(plans_referred.is_without_action, false) as is_referred_without_action,
    plans_beside.has_other_open,
    plans_beside.has_overlap,
    case
        when plans.cpp_start_date >= month_ends.year_start
        then
            sum(case when plans.cpp_start_date >= month_ends.year_start then 1 else 0 end) over (
                partition by plans.authority_code, plans.month
            )
    end as plans_begun,
    -- unknown where the list of enquiries has not come, which extracts_are_delivered says
    case
        when enquiries.extract is not null then coalesce(conferences_of_year.conferences_held, 0)
    end as conferences_held,
    due.loaded_at
from plans
inner join due on plans.authority_code = due.authority_code and plans.month = due.month
inner join {{ ref("validation_months") }} as month_ends on plans.month = month_ends.month
left join {{ ref("children_first_referred") }} as first_referred on plans.child_key = first_referred.child_key
left join plans_beside on plans.event_key = plans_beside.event_key and plans.month = plans_beside.month
left join plans_conferred on plans.event_key = plans_conferred.event_key and plans.month = plans_conferred.month
left join plans_referred on plans.event_key = plans_referred.event_key and plans.month = plans_referred.month
left join
    {{ ref("int_lists__delivered") }} as enquiries
    on plans.authority_code = enquiries.authority_code
    and plans.month = enquiries.reporting_month
    and enquiries.extract = 'annex_a_section_47'
left join
    conferences_of_year
    on plans.authority_code = conferences_of_year.authority_code
    and plans.month = conferences_of_year.month
