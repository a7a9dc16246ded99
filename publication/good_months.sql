-- grain: one row per delivery that counts, of an authority held back: whether its month has an open error, and itself
with
    errors as (
        select distinct authority_code, reporting_month, extract, check_id
        from quality.findings
        where status = 'open' and list_contains($check_ids, check_id)
    )

select
    ledger.delivery_id,
    ledger.authority_code,
    ledger.reporting_month,
    coalesce(bool_or(errors.reporting_month = ledger.reporting_month), false) as is_of_bad_month,
    -- a refused file has no rows anywhere; what another check finds has
    coalesce(
        bool_or(
            errors.check_id <> 'files_are_accepted'
            and errors.reporting_month = ledger.reporting_month
            and coalesce(errors.extract, ledger.extract) = ledger.extract
        ),
        false
    ) as is_bad,
    bool_or(errors.reporting_month is null) as is_month_unknown
from quality.ingest_ledger as ledger
inner join errors using (authority_code)
where ledger.status = 'accepted' and ledger.loaded_at is not null and ledger.reporting_month is not null
group by ledger.delivery_id, ledger.authority_code, ledger.reporting_month
order by all
