-- grain: one row per finding of this severity and check, the most serious first; a null asks for all of them
select
    finding_id,
    check_id,
    severity,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    observed,
    expected,
    message,
    source_ref,
    status,
    first_seen_at,
    last_seen_at,
    case
        when severity = 'error' and status = 'open'
        then if(list_contains($isolating, check_id), coalesce(authority_code, 'everything'), 'everything')
    end as holds_back
from quality.findings
where
    ($severity is null or severity = $severity)
    and ($check_id is null or check_id = $check_id)
    and ($with_resolved or status = 'open')
order by list_position(['error', 'warning', 'info'], severity), check_id, month, measure_id, finding_id
