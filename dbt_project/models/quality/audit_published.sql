-- grain: one row per comparison of what the council printed, or its lists give, with the figures that the DfE published
-- of it; what both say alike is said once
with
    judged as (
        select
            check_id,
            comparison_id,
            basis,
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
            basis,
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
            basis,
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
    )

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
from judged
qualify
    row_number() over (
        partition by check_id, authority_code, measure_id, month, observed, expected order by basis desc nulls last
    )
    = 1
