-- grain: one row per comparison made, passed or not: all the audits in one shape
{% set columns = [
    "check_id",
    "comparison_id",
    "authority_code",
    "extract",
    "reporting_month",
    "month",
    "measure_id",
    "cast(observed as double) as observed",
    "cast(expected as double) as expected",
    "coalesce(is_agreed, false) as is_agreed",
    "message",
    "source_ref",
] %}
select 'deliveries' as audit, {{ columns | join(", ") }}
from {{ ref("audit_deliveries") }}
union all
select 'lists' as audit, {{ columns | join(", ") }}
from {{ ref("audit_lists") }}
union all
select 'datasets' as audit, {{ columns | join(", ") }}
from {{ ref("audit_datasets") }}
union all
select 'validation_rules' as audit, {{ columns | join(", ") }}
from {{ ref("audit_validation_rules") }}
union all
select audit, {{ columns | join(", ") }}
from {{ ref("figure_comparisons") }}
union all
select 'quoted_figures' as audit, {{ columns | join(", ") }}
from {{ ref("audit_quoted_figures") }}
union all
select 'reconciliation' as audit, {{ columns | join(", ") }}
from {{ ref("audit_reconciliation") }}
union all
select 'signals' as audit, {{ columns | join(", ") }}
from {{ ref("audit_signals") }}
union all
select 'arrivals' as audit, {{ columns | join(", ") }}
from {{ ref("audit_arrivals") }}
union all
select 'withdrawals' as audit, {{ columns | join(", ") }}
from {{ ref("audit_withdrawals") }}
union all
select 'computed' as audit, {{ columns | join(", ") }}
from {{ ref("audit_computed") }}
