-- grain: one row per authority, month and clock: the working days that the assessments completed in the month took
with
    clocks_read as (
        -- from the start of the assessment, and from the referral before it
        select authority_code, month, 'assessment' as clock, working_days
        from {{ ref("int_assessments__completed") }}

        union all

        select authority_code, month, 'referral' as clock, working_days_from_referral as working_days
        from {{ ref("int_assessments__completed") }}
    )

select
    timed.authority_code,
    timed.month,
    timed.clock,
    cast(count(*) as bigint) as assessments,
    cast(count(case when timed.working_days = 0 then 1 end) as bigint) as days_0,
    cast(count(case when timed.working_days between 1 and 10 then 1 end) as bigint) as days_1_10,
    cast(count(case when timed.working_days between 11 and 20 then 1 end) as bigint) as days_11_20,
    cast(count(case when timed.working_days between 21 and 30 then 1 end) as bigint) as days_21_30,
    cast(count(case when timed.working_days between 31 and 40 then 1 end) as bigint) as days_31_40,
    cast(count(case when timed.working_days between 41 and 45 then 1 end) as bigint) as days_41_45,
    cast(count(case when timed.working_days between 46 and 50 then 1 end) as bigint) as days_46_50,
    cast(count(case when timed.working_days between 51 and 60 then 1 end) as bigint) as days_51_60,
    cast(count(case when timed.working_days > 60 then 1 end) as bigint) as days_61_plus,
    -- the share that Working Together asks for, beside the quartiles that it hides
    {{
        percentage(
            "count(case when timed.working_days <= " ~ var("assessment_working_days") ~ " then 1 end)", "count(*)"
        )
    }} as within_45_days_pct,
    percentile_cont(0.25) within group (order by timed.working_days asc nulls last) as lower_quartile,
    percentile_cont(0.5) within group (order by timed.working_days asc nulls last) as median,
    percentile_cont(0.75) within group (order by timed.working_days asc nulls last) as upper_quartile
from clocks_read as timed
-- only months that lists of assessments tell of
inner join
    {{ ref("int_months__told") }} as told
    on told.extract = 'annex_a_assessments'
    and timed.authority_code = told.authority_code
    and timed.month = told.month
where timed.working_days is not null
group by timed.authority_code, timed.month, timed.clock
