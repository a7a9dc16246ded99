-- grain: one row per authority, month and basis
-- Children looked after with three or more placements in the last twelve months.
select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'lac_total' then value end) as lac_total,
    max(case when measure_id = 'lac_total' then ytd_value end) as lac_total_ytd,
    max(case when measure_id = 'lac_3plus_placements' then value end) as lac_3plus_placements,
    max(case when measure_id = 'lac_3plus_placements' then ytd_value end) as lac_3plus_placements_ytd,
    max(case when measure_id = 'lac_3plus_placements_pct' then value end) as lac_3plus_placements_pct,
    max(case when measure_id = 'lac_3plus_placements_pct' then ytd_value end) as lac_3plus_placements_pct_ytd,
    max(reporting_month) as reporting_month
from {{ ref("kpi_monthly") }}
where measure_id in ('lac_total', 'lac_3plus_placements', 'lac_3plus_placements_pct')
group by authority_code, month, basis
