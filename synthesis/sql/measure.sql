-- grain: one row per measure, for the month from month_first to month_last. A spell is open at the month's end when it
-- started by then and ends after it or not at all.
with
    contacts as (
        select "Open Case At Contact (Y/N)" as is_open
        from list_1_contacts
        where on_date("Date of Contact") between getvariable('month_first') and getvariable('month_last')
    ),
    referrals as (
        select "Referral Outcome" as outcome
        from list_3_referrals
        where on_date("Date of referral") between getvariable('month_first') and getvariable('month_last')
    ),
    assessments as (
        select until.no - since.no as took
        from list_4_assessments
        join day as since on since.day = on_date("Continuous Assessment Start Date")
        join day as until on until.day = on_date("Continuous Assessment Date of Authorisation")
        where until.day between getvariable('month_first') and getvariable('month_last')
    ),
    cin as (select on_date("CIN Start Date") as start_on from list_6_cin where "Case Status" = 'c) Child in need plan'),
    cpp as (
        select
            "Child Unique ID" as child,
            on_date("Child Protection Plan Start Date") as start_on,
            on_date("Child Protection Plan End Date") as end_on
        from list_7_cpp
    ),
    open_cpp as (
        select *, date_sub('month', start_on, getvariable('month_last')) as months
        from cpp
        where start_on <= getvariable('month_last') and coalesce(end_on > getvariable('month_last'), true)
    ),
    ceased_cpp as (select * from cpp where end_on between getvariable('month_first') and getvariable('month_last')),
    lac as (
        select
            "Child Unique ID" as child,
            on_date("Date Started to be Looked After") as start_on,
            on_date("Date Ceased to be Looked After") as end_on,
            "Number of Placements in the Last 12 months"::integer as placements,
            "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)" = 'a) Yes' as is_uasc
        from list_8_lac
    ),
    open_lac as (
        select *
        from lac
        where start_on <= getvariable('month_last') and coalesce(end_on > getvariable('month_last'), true)
    ),
    counted as (
        select
            (select count(*) from contacts)::double as contacts,
            (select count(*) from contacts where is_open = 'b) No')::double as contacts_not_open_cases,
            (select count(*) from referrals)::double as referrals,
            (select count(*) from referrals where outcome = 'Assessment required')::double
            as referrals_leading_to_assessment,
            (select count(*) from assessments)::double as assessments_completed,
            (select count(*) from assessments where took <= 15)::double as days_1_15,
            (select count(*) from assessments where took between 16 and 25)::double as days_16_25,
            (select count(*) from assessments where took between 26 and 35)::double as days_26_35,
            (select count(*) from assessments where took between 36 and 45)::double as days_36_45,
            (select count(*) from assessments where took > 45)::double as days_45_plus,
            (select count(*) from cin)::double as cin_total,
            (select count(*) from cin where start_on >= getvariable('month_first'))::double as cin_new,
            (select count(*) from open_cpp)::double as cpp_total,
            (select count(*) from cpp where start_on >= getvariable('month_first'))::double as cpp_new,
            (select 100 * count(*) filter (months < 12) / nullif(count(*), 0) from open_cpp)::double
            as cpp_0_12_months_pct,
            (select 100 * count(*) filter (months between 12 and 23) / nullif(count(*), 0) from open_cpp)::double
            as cpp_12_24_months_pct,
            (select 100 * count(*) filter (months >= 24) / nullif(count(*), 0) from open_cpp)::double
            as cpp_24_plus_months_pct,
            (select count(*) from ceased_cpp)::double as cpp_ceased,
            (select count(*) from ceased_cpp where end_on >= start_on + interval 2 year)::double
            as cpp_ceased_2yrs_plus,
            (select count(*) from open_lac)::double as lac_total,
            (select count(*) from lac where start_on >= getvariable('month_first'))::double as lac_new,
            (select count(*) from open_lac where is_uasc)::double as lac_uasc,
            (select count(*) from open_lac where not is_uasc)::double as lac_indigenous,
            (select count(*) from open_lac where child in (select child from open_cpp))::double as lac_also_cpp,
            (select count(*) from open_lac where placements >= 3)::double as lac_3plus_placements
    ),
    derived as (
        select
            *,
            assessments_completed as grand_total,
            cpp_total as cpp_current,
            100 * referrals_leading_to_assessment / nullif(referrals, 0) as referrals_leading_to_assessment_pct,
            100 * cpp_ceased_2yrs_plus / nullif(cpp_ceased, 0) as cpp_ceased_2yrs_plus_pct_ni64,
            100 * lac_3plus_placements / nullif(lac_total, 0) as lac_3plus_placements_pct
        from counted
    )
select *
from (unpivot derived on columns(*) into name measure_id value figure)
