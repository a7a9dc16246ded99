-- grain: one row per open finding of a figure of the latest month that cannot be read: it is lost, which is worse than
-- any that is off
select finding_id
from quality.findings
where status = 'open' and check_id = 'cells_are_readable' and month = reporting_month
order by finding_id
