-- grain: one row per file, and sheet of it, in the order in which they first came
select file_path, sheet, min(received_number) as number
from quality.ingest_ledger
group by file_path, sheet
order by number nulls last, file_path, sheet nulls first
