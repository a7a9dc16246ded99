-- grain: one row per file, or sheet of a workbook, that lies in the landing folder
select
    file_path || coalesce(' [' || sheet || ']', '') as file,
    extract,
    version,
    status,
    row_count as rows,
    authority_code,
    reporting_month,
    found,
    expected,
    action,
    notes
from quality.ingest_ledger
where is_present
order by received_number, file_path, sheet
