-- grain: one row per value that the month's value, or its year to date, can be compared with
select
    measure_id,
    basis,
    statistic,
    comparator,
    area_name,
    period,
    comparator_value,
    source,
    is_beyond_chance,
    authorities,
    lowest,
    highest,
    model_year
from marts.mart_comparators
where authority_code = $authority and month = $month and is_shown
order by statistic desc, measure_id, comparator, area_name
