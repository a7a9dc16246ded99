-- grain: one row per authority, list and reporting month delivered: its current version, also where that has no rows
with current_versions as (
    select
        authority_code,
        extract,
        reporting_month,
        max(version) as version,
        max(loaded_at) as loaded_at
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'accepted' and loaded_at is not null and extract in ('{{ var("lists") | join("', '") }}')
    group by authority_code, extract, reporting_month
)

select
    authority_code,
    extract,
    reporting_month,
    version,
    loaded_at,
    min(reporting_month) over (partition by authority_code, extract) as first_reporting_month,
    max(reporting_month) over (partition by authority_code, extract) as last_reporting_month,
    lead(reporting_month) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_reporting_month,
    lead(version) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_version,
    lead(loaded_at) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_loaded_at
from current_versions
