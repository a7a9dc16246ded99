-- grain: one row per authority, month and section 47 enquiry of that month's list, with what the rules of the yearly
-- returns ask about
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    enquiries as (

        select
            section_47_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            section_47_start_date,
            conference_date,
            is_conference_unnecessary
        from {{ ref("int_section_47__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and section_47_key is not null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)

    )

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
    {{ weekday_of("enquiries.conference_date") }} as conference_weekday,
    month_ends.month_end_working_day - start_days.working_day_number as working_days_open,
    due.loaded_at
from enquiries
inner join due on enquiries.authority_code = due.authority_code and enquiries.month = due.month
inner join {{ ref("validation_months") }} as month_ends on enquiries.month = month_ends.month
left join {{ ref("children_first_referred") }} as first_referred on enquiries.child_key = first_referred.child_key
left join {{ ref("dim_date") }} as start_days on enquiries.section_47_start_date = start_days.calendar_date
