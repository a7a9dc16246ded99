-- grain: one row per file of child-level rows and column that its contract knows: the header, as the file has it, in
-- one line
with
    items as (
        select delivery_id, {{ json_items("headers") }} as item
        from {{ source("quality", "ingest_ledger") }}
        where status = 'accepted' and loaded_at is not null and headers is not null
    )

select
    delivery_id,
    {{ json_text("item", "column") }} as column_name,
    min(replace(replace({{ json_text("item", "header") }}, chr(13), ''), chr(10), ' ')) as header
from items
where {{ json_text("item", "column") }} is not null
group by delivery_id, {{ json_text("item", "column") }}
