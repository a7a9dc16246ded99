-- grain: one row per run in which a check of severity error failed
select distinct run_id from quality.check_results where severity = 'error' and status = 'failed'
