-- grain: one row per file, or sheet of a workbook, of the latest month of an authority that is no table, or one that no
-- measure needs
select file_path as file, sheet, authority_code, reporting_month, notes as what, action
from quality.ingest_ledger
where status = 'ignored' and is_present
qualify reporting_month = max(reporting_month) over (partition by authority_code)
order by file_path, sheet
