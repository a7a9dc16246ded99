-- grain: one row per month for which a median has members
select distinct month from measures.int_kpi_members where measure_id = $measure_id order by month
