-- grain: one row per comparison made, passed or not: all the audits in one shape
{% set audits = [
    ref("audit_deliveries"),
    ref("audit_ids"),
    ref("audit_erased_children"),
    ref("audit_lists"),
    ref("audit_datasets"),
    ref("audit_validation_rules"),
    ref("audit_quoted_figures"),
    ref("audit_reconciliation"),
    ref("audit_signals"),
    ref("audit_slips"),
    ref("audit_restatements"),
    ref("audit_arrivals"),
    ref("audit_withdrawals"),
    ref("audit_computed"),
    ref("audit_computed_parts"),
    ref("audit_row_accounting"),
    ref("audit_published"),
    ref("audit_published_tables"),
] %}
{% for audit in audits %}
    select
        '{{ audit.identifier | replace("audit_", "") }}' as audit,
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
    from {{ audit }}
    union all
{% endfor %}
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
