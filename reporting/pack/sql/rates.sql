-- grain: one row per measure and basis that rates are made of: the month's value per 10,000 residents under 18
select rates.measure_id, rates.basis, rates.value, rates.population, rates.mid_year, rates.rate_per_10000
from marts.mart_rates as rates
where rates.authority_code = $authority and rates.month = $month
