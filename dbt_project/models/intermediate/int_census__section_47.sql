-- grain: one row per authority, month and section 47 enquiry of that month's list, with what the rules of the yearly returns ask about
{{ config(materialized="view") }}
with enquiries as (
    {{ as_listed(
        'annex_a_section_47', ['authority_code', 'child_key', 'section_47_start_date', 'conference_date', 'is_conference_unnecessary']
    ) }}
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
    {{ weekday_of('enquiries.conference_date') }} as conference_weekday,
    month_ends.month_end_working_day - start_days.working_day_number as working_days_open
from enquiries
inner join {{ ref('int_census__months') }} as month_ends on enquiries.month = month_ends.month
left join {{ ref('int_census__first_referred') }} as first_referred on enquiries.child_key = first_referred.child_key
left join {{ ref('dim_date') }} as start_days on enquiries.section_47_start_date = start_days.calendar_date
