-- grain: one row per file delivered, per row of a return, per published figure, and per dataset that has come in a
-- month
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
from {{ ref("delivered_files__compared") }}

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
from {{ ref("delivered_extracts__compared") }}

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
from {{ ref("delivered_cells__compared") }}

union all

select
    'published_statistics_can_be_compared' as check_id,
    {{
        comparison_id(
            [
                "'published_statistics_can_be_compared'",
                "authority_code",
                "reporting_month",
                "measure_id",
                "area_code",
                "period",
                "definition",
                "occurrence",
            ]
        )
    }} as comparison_id,
    authority_code,
    'published_statistics' as extract,
    reporting_month,
    cast(null as date) as month,
    measure_id,
    figure as observed,
    cast(null as double) as expected,
    obstacle is null as is_agreed,
    'The published figure for '
    || area_name
    || ', '
    || measure_id
    || ', '
    || period
    || ', is not shown because '
    || obstacle
    || '.' as message,
    source_ref
from {{ ref("int_published_statistics__judged") }}
