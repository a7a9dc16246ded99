-- grain: one row: the latest month for which anything was delivered
select max(reporting_month) as latest_month from quality.ingest_ledger
