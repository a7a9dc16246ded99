-- grain: one row per measure that is published on a basis
select distinct measure_id from marts.kpi_monthly where basis = $basis order by measure_id
