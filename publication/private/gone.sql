-- grain: one row per file that counts and no longer lies in the landing folder
select file_path as file, authority_code, reporting_month, extract, presence_changed_at as gone_since
from quality.ingest_ledger
where status = 'accepted'
qualify version = max(version) over (partition by authority_code, reporting_month, extract) and not is_present
order by file_path, extract
