-- grain: one row per measure and area: the authority and its neighbours in the latest period that was over by the month
select
    measure_id,
    statistic,
    period,
    area_name,
    is_neighbour,
    value,
    size,
    neighbours,
    mean,
    lower_by_chance,
    upper_by_chance,
    lower_limit,
    upper_limit,
    is_apart,
    source
from marts.mart_neighbours
where authority_code = $authority and period_month <= $month
qualify period_month = max(period_month) over (partition by measure_id)
order by measure_id, size
