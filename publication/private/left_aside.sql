-- grain: one row per file in the landing folder that is no table
select file_path as file, authority_code, reporting_month, notes, action
from quality.ingest_ledger
where status = 'ignored' and is_present and sheet is null and extract is null
order by file_path
