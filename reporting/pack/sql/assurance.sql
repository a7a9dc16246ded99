-- grain: one row per measure and basis with a target: whether it can be relied on
select measure_id, basis, assurance
from marts.mart_assurance
where authority_code = $authority and month = $month
