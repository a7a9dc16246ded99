-- grain: one row per child protection plan that began in a month of a delivered list: did it come with the child?
{{ config(materialized="view") }}
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
            latest_working_day
        from {{ ref("int_months__delivered") }}
        where extract = 'annex_a_cpp'
    ),

    conferences as (
        select distinct authority_code, child_key, conference_date
        from {{ ref("fct_section_47") }}
        where conference_date is not null and not is_withdrawn
    ),

    -- a plan that no conference here led to came with the child
    begun_here as (
        select distinct facts.cpp_key
        from {{ ref("fct_cpp") }} as facts
        inner join
            conferences
            on facts.authority_code = conferences.authority_code
            and facts.child_key = conferences.child_key
            and conferences.conference_date <= facts.cpp_start_date
            and conferences.conference_date >= {{ add_months_to("facts.cpp_start_date", -1) }}
    )

select
    facts.cpp_key as event_key,
    facts.child_key,
    facts.authority_code,
    months.month,
    facts.previous_plans,
    case when section_47_lists.extract is not null then begun_here.cpp_key is null end as is_transferred_in
from {{ ref("fct_cpp") }} as facts
inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
left join begun_here on facts.cpp_key = begun_here.cpp_key
left join
    {{ ref("int_lists__delivered") }} as section_47_lists
    on section_47_lists.extract = 'annex_a_section_47'
    and facts.authority_code = section_47_lists.authority_code
    and facts.event_month = section_47_lists.reporting_month
where not facts.is_withdrawn
