-- grain: one row per value that the month's value, or its year to date, can be compared with
select measure_id, basis, statistic, comparator, area_name, period, comparator_value, source
from marts.mart_comparators
where authority_code = $authority and month = $month and is_shown and statistic in ('value', 'ytd')
order by statistic desc, comparator, area_name
