-- grain: one row per file of which something counts
select distinct file_path
from
    (
        select file_path
        from quality.ingest_ledger
        where status = 'accepted'
        qualify version = max(version) over (partition by authority_code, reporting_month, extract)
    )
order by file_path
