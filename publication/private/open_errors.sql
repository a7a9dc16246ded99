-- grain: one row per check of severity error with an open finding
select distinct check_id from quality.findings where status = 'open' and severity = 'error' order by check_id
