-- grain: one row per month and basis of a measure
select month, basis, bool_or(is_supplied) as is_supplied
from marts.kpi_monthly
where measure_id = $measure_id and ($authority_code is null or authority_code = $authority_code)
group by month, basis
order by month, basis
