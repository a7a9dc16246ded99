-- grain: one row per check of severity error that did not pass in a run
select check_id, status, coalesce(breaches, 0) as breaches
from quality.check_results
where run_id = $run_id and severity = 'error' and status <> 'passed'
