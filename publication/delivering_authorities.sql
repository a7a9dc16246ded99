-- grain: one row per authority of which a file was ever accepted
select distinct authority_code
from quality.ingest_ledger
where status = 'accepted' and authority_code in (select authority_code from reference.authorities)
order by authority_code
