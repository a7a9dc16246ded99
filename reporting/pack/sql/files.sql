-- grain: one row per file taken; of one extract and month the last is current
select extract, reporting_month, version, file_path, received_at
from quality.ingest_ledger
where authority_code = $authority and status = 'accepted' and reporting_month between $start and $month
order by version
