-- grain: one row: the version of the code that made the last checks
select max_by(code_version, checked_at) as code_version from quality.check_results
