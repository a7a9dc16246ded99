-- grain: one row per check and authority with open findings
select check_id, authority_code, count(*) as breaches
from quality.findings
where status = 'open' and list_contains($check_ids, check_id)
group by check_id, authority_code
order by all
