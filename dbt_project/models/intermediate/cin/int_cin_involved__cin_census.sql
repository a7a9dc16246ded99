-- grain: one row per authority, month and episode of need that is or was open for more than a child in need plan
-- What it is or was open for: its assessments but for one that a plan begins with, child protection plans. `open_kind`
-- is the most serious of these that it still is open for: 3 care, 2 a child protection plan, 1 an assessment, 0 none.
with
    due as ({{ due_months("annex_a_cin", "cin_census") }}),

    plans as (
        select authority_code, reporting_month, child_key, referral_date, cin_plan_start_date
        from {{ ref("stg_cin_census__plans") }}
        where {{ is_current("cin_census_plans") }}
    ),

    involvements as (
        select
            assessments.authority_code,
            assessments.reporting_month,
            assessments.child_key,
            assessments.referral_date,
            'ASSESS' as kind,
            assessments.assessment_authorisation_date as end_date
        from {{ ref("stg_cin_census__assessments") }} as assessments
        left join
            plans
            on assessments.authority_code = plans.authority_code
            and assessments.reporting_month = plans.reporting_month
            and assessments.child_key = plans.child_key
            and assessments.referral_date = plans.referral_date
            and assessments.assessment_start_date = plans.cin_plan_start_date
        where plans.child_key is null and {{ is_current("cin_census_assessments", "assessments") }}

        union all

        select authority_code, reporting_month, child_key, referral_date, 'CIN' as kind, cast(null as date) as end_date
        from plans

        union all

        select authority_code, reporting_month, child_key, referral_date, 'CPP' as kind, cpp_end_date as end_date
        from {{ ref("stg_cin_census__cpp") }}
        where {{ is_current("cin_census_cpp") }}
    )

select
    involvements.authority_code,
    involvements.reporting_month,
    involvements.child_key,
    involvements.referral_date,
    max(
        case
            when involvements.end_date is not null or involvements.kind = 'CIN'
            then 0
            when involvements.kind = 'LAC'
            then 3
            when involvements.kind = 'CPP'
            then 2
            else 1
        end
    ) as open_kind,
    max(involvements.end_date) as last_day,
    bool_or(involvements.kind = 'CIN') as has_plan,
    due.loaded_at
from involvements
inner join
    due on involvements.authority_code = due.authority_code and involvements.reporting_month = due.reporting_month
group by
    involvements.authority_code,
    involvements.reporting_month,
    involvements.child_key,
    involvements.referral_date,
    due.loaded_at
having bool_or(involvements.kind <> 'CIN')
