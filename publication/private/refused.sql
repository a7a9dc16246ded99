-- grain: one row per refused file, or sheet of a workbook, that no later good one of its authority, list and month
-- replaced
select file_path as file, sheet, authority_code, reporting_month, extract, found, expected, action
from quality.ingest_ledger as refused
where
    status = 'refused'
    and is_present
    and not exists (
        select 1
        from quality.ingest_ledger as accepted
        where
            accepted.status = 'accepted'
            and accepted.authority_code = refused.authority_code
            and accepted.reporting_month = refused.reporting_month
            and accepted.extract = refused.extract
            and accepted.received_number > refused.received_number
    )
order by file_path, sheet
