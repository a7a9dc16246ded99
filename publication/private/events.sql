-- grain: one row per event of `asked` in one fact table: the dates of the fact, and the row of a list that it follows
-- the key of an event is the first column of its fact table
select
    asked.*,
    facts.* like '%_date',
    deliveries.file_path as source_file,
    coalesce(deliveries.sheet, '') as source_sheet,
    facts.source_row
from asked
inner join query_table($fact_table) as facts(key_of_event) on asked.event_key = facts.key_of_event
left join intermediate.int_deliveries as deliveries on facts.delivery_id = deliveries.delivery_id
where asked.event_table = $event_table
