-- grain: one row per open finding, the worst first; is_of_text where a text has the value, not a table
select
    finding_id,
    check_id,
    severity,
    extract,
    month,
    measure_id,
    message,
    source_ref,
    abs(observed - expected) / nullif(abs(expected), 0) as distance,
    list_contains($of_texts, check_id) as is_of_text
from quality.findings
where
    status = 'open'
    and (authority_code = $authority or authority_code is null)
    and coalesce(month, reporting_month, $month) between $start and $month
order by list_position(['error', 'warning', 'info'], severity), check_id, measure_id, month, finding_id
