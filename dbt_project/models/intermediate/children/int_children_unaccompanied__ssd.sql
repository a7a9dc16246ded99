-- grain: one row per authority, month and child that ever had the status of an unaccompanied asylum-seeking child
{{ config(materialized="view") }}
select
    authority_code,
    reporting_month,
    child_key,
    case
        when max(case when status_end_date is null then 1 else 0 end) = 0 then max(status_end_date)
    end as uasc_ceased_date
from {{ ref("stg_ssd__immigration_status") }}
where
    (lower(immigration_status) like '%uasc%' or lower(immigration_status) like '%unaccompanied%')
    and {{ is_current("ssd_immigration_status") }}
group by authority_code, reporting_month, child_key
