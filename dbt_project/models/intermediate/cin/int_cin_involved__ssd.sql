-- grain: one row per authority, month and episode of need that is or was open for more than a child in need plan
-- What it is or was open for: its assessments but for one that a plan begins with, child protection plans, periods of
-- care. `open_kind` is the most serious of these that it still is open for: 3 care, 2 a child protection plan, 1 an
-- assessment, 0 none.
with
    due as ({{ due_months("annex_a_cin", "ssd") }}),

    plans as (
        select authority_code, reporting_month, referral_id, cin_plan_start_date
        from {{ ref("stg_ssd__cin_plans") }}
        where {{ is_current("ssd_cin_plans") }}
    ),

    involvements as (
        select
            assessments.authority_code,
            assessments.reporting_month,
            assessments.referral_id,
            'ASSESS' as kind,
            assessments.assessment_authorisation_date as end_date
        from {{ ref("stg_ssd__cin_assessments") }} as assessments
        left join
            plans
            on assessments.authority_code = plans.authority_code
            and assessments.reporting_month = plans.reporting_month
            and assessments.referral_id = plans.referral_id
            and assessments.assessment_start_date = plans.cin_plan_start_date
        where plans.referral_id is null and {{ is_current("ssd_cin_assessments", "assessments") }}

        union all

        select authority_code, reporting_month, referral_id, 'CIN' as kind, cast(null as date) as end_date
        from plans

        union all

        select authority_code, reporting_month, referral_id, 'CPP' as kind, cpp_end_date as end_date
        from {{ ref("stg_ssd__cp_plans") }}
        where {{ is_current("ssd_cp_plans") }}

        union all

        select authority_code, reporting_month, referral_id, 'LAC' as kind, episode_end_date as end_date
        from {{ ref("stg_ssd__cla_episodes") }}
        where {{ is_current("ssd_cla_episodes") }}
    )

select
    involvements.authority_code,
    involvements.reporting_month,
    involvements.referral_id,
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
group by involvements.authority_code, involvements.reporting_month, involvements.referral_id, due.loaded_at
having bool_or(involvements.kind <> 'CIN')
