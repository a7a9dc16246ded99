-- grain: one row per child protection plan that began in a month of a delivered list: is it the child's first,
-- and did it come with the child?
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
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_cpp'
    ),

    -- a conference of a child who moved in, which no enquiry of this authority led to, is in fct_referrals
    conferences as (
        select authority_code, child_key, conference_date
        from {{ ref("fct_section_47") }}
        where conference_date is not null and not is_withdrawn
    ),

    -- whatever the list says of plans before, the lists may have shown one
    had_plan as (
        select distinct facts.cpp_key
        from {{ ref("fct_cpp") }} as facts
        inner join
            {{ ref("fct_cpp") }} as earlier
            on facts.authority_code = earlier.authority_code
            and facts.child_key = earlier.child_key
            and earlier.cpp_start_date < facts.cpp_start_date
            and earlier.cpp_end_date <= facts.cpp_start_date
            and not earlier.is_withdrawn
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
            and {{ add_months_to("conferences.conference_date", 1) }} >= facts.cpp_start_date
    )

select
    facts.cpp_key as event_key,
    facts.child_key,
    facts.authority_code,
    months.month,
    coalesce(facts.previous_plans > 0, false) or had_plan.cpp_key is not null as is_second_or_subsequent,
    coalesce(facts.previous_plans = 0, false) and had_plan.cpp_key is not null as is_contradicted,
    row_number() over (
        partition by facts.authority_code, months.month, facts.child_key
        order by facts.cpp_start_date asc nulls last, facts.cpp_key asc nulls last
    )
    = 1 as is_first_of_child,
    case when section_47_lists.extract is not null then begun_here.cpp_key is null end as is_transferred_in
from {{ ref("fct_cpp") }} as facts
inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
left join had_plan on facts.cpp_key = had_plan.cpp_key
left join begun_here on facts.cpp_key = begun_here.cpp_key
left join
    {{ ref("int_months__told") }} as section_47_lists
    on section_47_lists.extract = 'annex_a_section_47'
    and facts.authority_code = section_47_lists.authority_code
    and facts.event_month = section_47_lists.month
where not facts.is_withdrawn
