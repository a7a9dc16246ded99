-- grain: one row per month with a measure
select distinct cast(month as varchar) as month from marts.kpi_monthly order by month
