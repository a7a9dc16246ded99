-- grain: one row per comparison made, passed or not: all the audits in one shape
select
    'deliveries' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_deliveries") }}
union all
select
    'lists' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_lists") }}
union all
select
    'datasets' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_datasets") }}
union all
select
    'validation_rules' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_validation_rules") }}
union all
select
    audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("figure_comparisons") }}
union all
select
    'quoted_figures' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_quoted_figures") }}
union all
select
    'reconciliation' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_reconciliation") }}
union all
select
    'signals' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_signals") }}
union all
select
    'arrivals' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_arrivals") }}
union all
select
    'withdrawals' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_withdrawals") }}
union all
select
    'computed' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_computed") }}
union all
select
    'published' as audit,
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    coalesce(is_agreed, false) as is_agreed,
    message,
    source_ref
from {{ ref("audit_published") }}
