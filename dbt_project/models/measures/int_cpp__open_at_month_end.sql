-- grain: one row per month and child on a child protection plan at its end; of plans that overlap, the one begun last
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day,
            is_delivered
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_cpp'
    ),

    listed as (

        select cpp_key as event_key, reporting_month as month, latest_category_code
        from {{ ref("int_cpp__unioned") }}
        where is_leading and repeated_in_row is null and cpp_key is not null

    ),

    visited as (
        select months.authority_code, months.month, visits.child_key, max(visits.visit_date) as last_visit_date
        from months
        inner join
            {{ ref("fct_cpp_visits") }} as visits
            on months.authority_code = visits.authority_code
            and visits.visit_date < months.next_month
            and not visits.is_withdrawn
            -- a visit at which the child was not seen is none to the child
            and coalesce(visits.is_seen, true)
        inner join {{ ref("fct_cpp") }} as plans on visits.cpp_key = plans.cpp_key and not plans.is_withdrawn
        group by months.authority_code, months.month, visits.child_key
    )

select
    facts.cpp_key,
    facts.child_key,
    facts.authority_code,
    months.month,
    months.is_delivered,
    facts.cpp_start_date,
    case
        when {{ add_months_to("facts.cpp_start_date", 12) }} > months.month_end
        then '0_12_months'
        when {{ add_months_to("facts.cpp_start_date", 24) }} > months.month_end
        then '12_24_months'
        else '24_plus_months'
    end as duration_band,
    coalesce(listed.latest_category_code, facts.latest_category_code) as category_code,
    visited.last_visit_date,
    months.month_end_working_day - visit_days.working_day_number as working_days_since_visit,
    -- a plan from before the calendar has been open long enough
    coalesce(months.month_end_working_day - start_days.working_day_number, 9999) as working_days_open
from months
inner join
    {{ ref("fct_cpp") }} as facts
    on months.authority_code = facts.authority_code
    and {{ is_open_at_month_end("facts", "cpp_start_date", "cpp_end_date", "months") }}
left join listed on facts.cpp_key = listed.event_key and months.month = listed.month
left join
    visited
    on facts.authority_code = visited.authority_code
    and facts.child_key = visited.child_key
    and months.month = visited.month
left join {{ ref("dim_date") }} as visit_days on visited.last_visit_date = visit_days.calendar_date
left join {{ ref("dim_date") }} as start_days on facts.cpp_start_date = start_days.calendar_date
qualify
    row_number() over (
        partition by facts.authority_code, months.month, facts.child_key
        order by facts.cpp_start_date desc nulls last, facts.cpp_key asc nulls last
    )
    = 1
