-- grain: one row per file (sheet, module) of child-level rows that was accepted and loaded; every version
select
    ledger.delivery_id,
    ledger.authority_code,
    ledger.reporting_month,
    extracts.dataset,
    ledger.extract,
    ledger.version,
    cast(
        max(ledger.version) over (partition by ledger.authority_code, ledger.extract, ledger.reporting_month)
        - ledger.version as int
    ) as versions_behind,
    ledger.version = max(ledger.version) over (
        partition by ledger.authority_code, ledger.extract, ledger.reporting_month
    ) as is_current,
    ledger.file_path,
    ledger.sheet,
    ledger.columns_chosen,
    {{ json_text("ledger.columns_chosen", "birth_date") }} is not null as has_birth_date,
    ledger.file_sha256,
    ledger.row_count,
    ledger.loaded_at
from {{ source("quality", "ingest_ledger") }} as ledger
inner join {{ ref("extracts") }} as extracts on ledger.extract = extracts.extract
where ledger.status = 'accepted' and ledger.loaded_at is not null and extracts.kind = 'list'
