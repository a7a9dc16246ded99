-- grain: one row per comparison of a single printed figure, which can explain why it is not the one computed
{% set audits = [
    ref("audit_ytd"),
    ref("audit_totals"),
    ref("audit_percentages"),
    ref("audit_agreement"),
    ref("audit_stock_flow"),
    ref("audit_limits"),
    ref("audit_cells"),
    ref("audit_bands"),
    ref("audit_completeness"),
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
    from {{ audit }} {{ "union all" if not loop.last }}
{% endfor %}
