-- grain: one row per comparison that failed in the audits of single printed figures
select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_ytd") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_totals") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_percentages") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_agreement") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_stock_flow") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_limits") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_cells") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_bands") }}
where not coalesce(is_agreed, false)

union all

select comparison_id, check_id, authority_code, month, measure_id, message
from {{ ref("audit_completeness") }}
where not coalesce(is_agreed, false)
