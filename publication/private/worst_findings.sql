-- grain: one row per check and severity with open findings: the finding whose value is furthest off, the worst check
-- first. Those of `lost` come before the others
with
    ranked as (
        select
            check_id,
            severity,
            message,
            source_ref,
            abs(observed - expected) / nullif(abs(expected), 0) as distance,
            list_contains($lost, finding_id) as is_lost,
            row_number() over (
                partition by check_id
                order by is_lost desc nulls last, abs(observed - expected) desc nulls last, finding_id
            ) as rank
        from quality.findings
        where status = 'open'
    )

select check_id, severity, count(*) as found, min_by(message, rank) as message, min_by(source_ref, rank) as source_ref
from ranked
group by check_id, severity
order by
    list_position(['error', 'warning', 'info'], severity),
    bool_or(is_lost) desc nulls last,
    max(distance) desc nulls last,
    found desc,
    check_id
