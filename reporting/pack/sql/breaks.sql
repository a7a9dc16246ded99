-- grain: one row per recorded change in how something is done or recorded
select break_month, domain, measure_id, reason, source
from reference.process_breaks
where coalesce(authority_code, $authority) = $authority and break_month between $start and $month
order by break_month
