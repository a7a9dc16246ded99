-- grain: one row per comparison of what the council printed with the figures that the DfE published of it
select
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    observed,
    expected,
    is_agreed,
    message,
    source_ref
from {{ ref("published_openings__judged") }}

union all

select
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    observed,
    expected,
    is_agreed,
    message,
    source_ref
from {{ ref("published_years__judged") }}

union all

select
    check_id,
    comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    observed,
    expected,
    is_agreed,
    message,
    source_ref
from {{ ref("published_definitions__judged") }}
