-- grain: one row per authority, month and child of whom the month's lists say both that there is no disability and that
-- there is one
-- The census gives a child's disabilities in one row, the dataset in several.
{{ config(materialized="view") }}
with
    disabilities as (
        select authority_code, reporting_month, child_key, disability
        from {{ ref("stg_cin_census__referrals") }}
        where disability is not null and {{ is_current("cin_census_referrals") }}

        union all

        select authority_code, reporting_month, child_key, disability
        from {{ ref("stg_ssd__disability") }}
        where disability is not null and {{ is_current("ssd_disability") }}
    )

select authority_code, reporting_month as month, child_key
from disabilities
where child_key is not null
group by authority_code, reporting_month, child_key
having
    max(case when ',' || upper(disability) || ',' like '%,NONE,%' then 1 else 0 end) = 1
    and max({{ disability_code("disability") }}) = 'Y'
