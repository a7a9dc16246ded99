-- grain: one row per authority of which a file was ever accepted, other than what is published of all authorities
select distinct authority_code
from quality.ingest_ledger
where status = 'accepted' and coalesce(extract, '') not in ('published_tables', 'population_tables', 'neighbour_tables')
order by authority_code
