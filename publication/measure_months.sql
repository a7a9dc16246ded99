-- grain: one row per authority and month of a measure, on one basis
select
    authorities.authority_name,
    kpi.authority_code,
    kpi.month,
    kpi.value,
    kpi.numerator,
    kpi.denominator,
    kpi.ytd_value,
    kpi.printed_value,
    kpi.printed_ytd,
    kpi.is_supplied,
    kpi.reporting_month
from marts.kpi_monthly as kpi
left join reference.authorities as authorities using (authority_code)
where
    kpi.measure_id = $measure_id
    and kpi.basis = $basis
    and ($authority_code is null or kpi.authority_code = $authority_code)
order by authorities.authority_name, kpi.month
