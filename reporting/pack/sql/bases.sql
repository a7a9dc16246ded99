-- grain: one row per measure: the basis on which marts.kpi shows the financial year of the month
select distinct measure_id, basis
from marts.kpi
where
    authority_code = $authority
    and financial_year = (select financial_year from core.dim_month where month = $month)
