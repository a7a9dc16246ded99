-- grain: one row per authority, month, list of `csc due` and event open at the month's end whose clock runs in months
{{ config(materialized="view") }}
with
    plans_listed as (

        select cpp_key as event_key, reporting_month as month, last_review_date
        from {{ ref("int_cpp__unioned") }}
        where is_leading and repeated_in_row is null and cpp_key is not null

    ),

    lac_listed as (

        select lac_key as event_key, reporting_month as month, last_review_date
        from {{ ref("int_lac__unioned") }}
        where is_leading and repeated_in_row is null and lac_key is not null

    ),

    -- lists show the latest review only: one soon after the start is the first
    reviewed as (
        select
            lac.authority_code,
            lac.month,
            lac.lac_key,
            lac.child_key,
            lac_listed.last_review_date,
            case
                when lac_listed.last_review_date < {{ add_months_to("periods.lac_start_date", 2) }}
                then {{ var("lac_second_review_months") }}
                else {{ var("review_months") }}
            end as interval_months
        from {{ ref("int_lac__open_at_month_end") }} as lac
        inner join {{ ref("fct_lac") }} as periods on lac.lac_key = periods.lac_key
        inner join lac_listed on lac.lac_key = lac_listed.event_key and lac.month = lac_listed.month
        where lac_listed.last_review_date is not null
    ),

    -- what runs in months
    terms as (
        select
            'two_year_plans' as due_list,
            plans.authority_code,
            plans.month,
            'fct_cpp' as event_table,
            plans.cpp_key as event_key,
            plans.child_key,
            plans.cpp_start_date as since_date,
            {{ add_months_to("plans.cpp_start_date", var("long_plan_warning_months")) }} as show_from,
            {{ add_months_to("plans.cpp_start_date", var("long_plan_months")) }} as due_date
        from {{ ref("int_cpp__open_at_month_end") }} as plans
        where plans.is_delivered

        union all

        select
            'plan_reviews' as due_list,
            plans.authority_code,
            plans.month,
            'fct_cpp' as event_table,
            plans.cpp_key as event_key,
            plans.child_key,
            coalesce(plans_listed.last_review_date, plans.cpp_start_date) as since_date,
            {{
                days_after(
                    "case when plans_listed.last_review_date is null then "
                    ~ add_months_to("plans.cpp_start_date", var("cpp_first_review_months"))
                    ~ " else "
                    ~ add_months_to("plans_listed.last_review_date", var("review_months"))
                    ~ " end",
                    "-" ~ var("review_warning_days"),
                )
            }} as show_from,
            case
                when plans_listed.last_review_date is null
                then {{ add_months_to("plans.cpp_start_date", var("cpp_first_review_months")) }}
                else {{ add_months_to("plans_listed.last_review_date", var("review_months")) }}
            end as due_date
        from {{ ref("int_cpp__open_at_month_end") }} as plans
        left join plans_listed on plans.cpp_key = plans_listed.event_key and plans.month = plans_listed.month
        where plans.is_delivered

        union all

        select
            'care_reviews' as due_list,
            reviewed.authority_code,
            reviewed.month,
            'fct_lac' as event_table,
            reviewed.lac_key as event_key,
            reviewed.child_key,
            reviewed.last_review_date as since_date,
            {{
                days_after(
                    add_months_to("reviewed.last_review_date", "reviewed.interval_months"),
                    "-" ~ var("review_warning_days"),
                )
            }} as show_from,
            {{ add_months_to("reviewed.last_review_date", "reviewed.interval_months") }} as due_date
        from reviewed
    )

select due_list, authority_code, month, event_table, event_key, child_key, since_date, show_from, due_date
from terms
