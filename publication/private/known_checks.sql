select check_id
from quality.check_results
union
select check_id
from quality.findings
order by check_id
