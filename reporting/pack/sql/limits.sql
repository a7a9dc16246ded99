-- grain: one row per measure, month and basis, where there are months enough for limits
select
    measure_id,
    month,
    basis,
    mean,
    lower_limit,
    upper_limit,
    baseline_from,
    is_outside_limits,
    is_near_limit,
    is_jump,
    is_on_one_side,
    is_trend,
    months_on_side,
    months_in_trend
from marts.kpi_spc
where authority_code = $authority and month between $start and $month and mean is not null
