-- grain: one row per authority, month, child and child protection plan of the current ssd_cp_plans, also of another
-- authority
-- A plan without an id is one by its child and its start. What does not name its plan by an id is of the plan that the
-- child was on that day: from its start to its end, or to the start of the child's next plan.
{{ config(materialized="view") }}
with
    plans as (
        select
            authority_code,
            reporting_month,
            child_key,
            cpp_id,
            coalesce(cpp_id, cast(cpp_start_date as string)) as plan_id,
            cpp_start_date,
            cpp_end_date,
            is_other_authority,
            source_row
        from {{ ref("stg_ssd__cp_plans") }}
        where {{ is_current("ssd_cp_plans") }}
        qualify
            row_number() over (
                partition by
                    authority_code, reporting_month, child_key, coalesce(cpp_id, cast(cpp_start_date as string))
                order by cpp_start_date asc nulls last, source_row asc nulls last
            )
            = 1
    )

select
    authority_code,
    reporting_month,
    child_key,
    cpp_id,
    plan_id,
    cpp_start_date,
    cpp_end_date,
    is_other_authority,
    least(
        coalesce({{ days_after("cpp_end_date", 1) }}, date '9999-12-31'),
        coalesce(
            lead(cpp_start_date) over (
                partition by authority_code, reporting_month, child_key
                order by cpp_start_date asc nulls last, source_row asc nulls last
            ),
            date '9999-12-31'
        )
    ) as next_date
from plans
