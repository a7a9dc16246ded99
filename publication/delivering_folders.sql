-- grain: one row per authority that ever had an accepted file
select authority_code, folder
from reference.authorities
where authority_code in (select authority_code from quality.ingest_ledger where status = 'accepted')
order by folder
