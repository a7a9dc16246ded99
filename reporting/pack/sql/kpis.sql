-- grain: one row per measure, month and basis
select measure_id, month, basis, value, ytd_value, printed_mark, is_mature, denominator, reporting_month, months_supplied
from marts.kpi_monthly
where authority_code = $authority and month between $packs_start and $month
