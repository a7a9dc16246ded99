-- grain: one row per authority, month and child of the module UASC, as last delivered
{{ config(materialized="view") }}
select
    authority_code,
    reporting_month,
    child_key,
    case
        when max(case when uasc_ceased_date is null then 1 else 0 end) = 0 then max(uasc_ceased_date)
    end as uasc_ceased_date
from {{ ref("stg_ssda903__uasc") }}
where {{ is_current("ssda903_uasc") }}
group by authority_code, reporting_month, child_key
