-- grain: one row per fact table that the events of `asked` are in
select distinct event_table from asked order by event_table
