-- grain: one row per authority with an open error: when its first one was first seen
select authority_code, min(first_seen_at) as first_seen_at
from quality.findings
where status = 'open' and severity = 'error'
group by authority_code
