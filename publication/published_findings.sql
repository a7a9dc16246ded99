-- grain: one row per finding that readers see, the most serious first
select *
from quality.findings
where $with_resolved or status = 'open'
order by list_position(['error', 'warning', 'info'], severity), check_id, month, measure_id, finding_id
