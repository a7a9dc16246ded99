-- grain: one row per event of `asked` in one fact table: the dates of the fact, and the row of a list that it follows
-- the key of an event is the first column of its fact table
select asked.*, facts.* like '%_date', places.file_path as source_file, places.sheet as source_sheet, places.source_row
from asked
inner join query_table($fact_table) as facts(key_of_event) on asked.event_key = facts.key_of_event
left join
    (
        select
            event_key,
            max_by(file_path, delivery_order) as file_path,
            max_by(coalesce(sheet, ''), delivery_order) as sheet,
            max_by(source_row, delivery_order) as source_row
        from intermediate.int_events__sourced
        where event_table = $event_table and event_key in (select event_key from asked)
        group by event_key
    ) as places
    on asked.event_key = places.event_key
where asked.event_table = $event_table
