-- grain: one row per comparison of a single printed figure, which can explain why it is not the one computed
select
    'ytd' as audit,
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
from {{ ref("audit_ytd") }}
union all
select
    'totals' as audit,
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
from {{ ref("audit_totals") }}
union all
select
    'percentages' as audit,
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
from {{ ref("audit_percentages") }}
union all
select
    'agreement' as audit,
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
from {{ ref("audit_agreement") }}
union all
select
    'stock_flow' as audit,
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
from {{ ref("audit_stock_flow") }}
union all
select
    'limits' as audit,
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
from {{ ref("audit_limits") }}
union all
select
    'cells' as audit,
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
from {{ ref("audit_cells") }}
union all
select
    'bands' as audit,
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
from {{ ref("audit_bands") }}
union all
select
    'completeness' as audit,
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
from {{ ref("audit_completeness") }}
