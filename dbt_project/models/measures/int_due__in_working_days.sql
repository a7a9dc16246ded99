-- grain: one row per authority, month, list of `csc due` and event open at the month's end whose clock runs in working
-- days
{{ config(materialized="view") }}
with
    assessment_months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_assessments' and is_delivered
    ),

    lac_listed as (

        select lac_key as event_key, reporting_month as month, last_review_date
        from {{ ref("int_lac__unioned") }}
        where is_leading and repeated_in_row is null and lac_key is not null

    ),

    working_days as (select calendar_date, working_day_number from {{ ref("dim_date") }} where is_working_day),

    -- what runs in working days: from when, and after how many it is to be shown and due
    clocks as (
        select
            'visits' as due_list,
            plans.authority_code,
            plans.month,
            'fct_cpp' as event_table,
            plans.cpp_key as event_key,
            plans.child_key,
            -- there may be no visit, or only one under a plan that ended long before
            greatest(plans.last_visit_date, plans.cpp_start_date) as since_date,
            {{ var("cpp_visit_working_days") - var("due_soon_working_days") }} as show_after,
            {{ var("cpp_visit_working_days") }} as due_after
        from {{ ref("int_cpp__open_at_month_end") }} as plans
        where plans.is_delivered

        union all

        select
            'assessments' as due_list,
            months.authority_code,
            months.month,
            'fct_assessments' as event_table,
            facts.assessment_key as event_key,
            facts.child_key,
            facts.assessment_start_date as since_date,
            {{ var("assessment_warning_working_days") }} as show_after,
            {{ var("assessment_working_days") }} as due_after
        from assessment_months as months
        inner join
            {{ ref("fct_assessments") }} as facts
            on months.authority_code = facts.authority_code
            and {{ is_open_at_month_end("facts", "assessment_start_date", "assessment_authorisation_date", "months") }}

        union all

        select
            'care_reviews' as due_list,
            lac.authority_code,
            lac.month,
            'fct_lac' as event_table,
            lac.lac_key as event_key,
            lac.child_key,
            periods.lac_start_date as since_date,
            {{ var("lac_first_review_working_days") - var("due_soon_working_days") }} as show_after,
            {{ var("lac_first_review_working_days") }} as due_after
        from {{ ref("int_lac__open_at_month_end") }} as lac
        inner join {{ ref("fct_lac") }} as periods on lac.lac_key = periods.lac_key
        left join lac_listed on lac.lac_key = lac_listed.event_key and lac.month = lac_listed.month
        where lac.is_delivered and lac_listed.last_review_date is null
    )

select
    clocks.due_list,
    clocks.authority_code,
    clocks.month,
    clocks.event_table,
    clocks.event_key,
    clocks.child_key,
    clocks.since_date,
    shown.calendar_date as show_from,
    due.calendar_date as due_date
from clocks
inner join {{ ref("dim_date") }} as since on clocks.since_date = since.calendar_date
inner join working_days as shown on since.working_day_number + clocks.show_after = shown.working_day_number
inner join working_days as due on since.working_day_number + clocks.due_after = due.working_day_number
