-- grain: one row per figure that a return restated: whether it is news, and whether its year to date only follows it
{{ config(materialized="view") }}
with
    -- a restatement is news until the extract's next month has come
    first_of_latest_month as (
        select authority_code, extract, min(received_number) as received_number
        from
            (
                select
                    authority_code,
                    extract,
                    reporting_month,
                    received_number,
                    max(reporting_month) over (partition by authority_code, extract) as latest_month
                from {{ source("quality", "ingest_ledger") }}
                where status = 'accepted'
            ) as accepted
        where reporting_month = latest_month
        group by authority_code, extract
    )

select
    restatements.authority_code,
    restatements.extract,
    restatements.reporting_month,
    restatements.version,
    restatements.period,
    restatements.month,
    restatements.measure_id,
    restatements.figure,
    restatements.printed_text,
    restatements.earlier_figure,
    restatements.earlier_text,
    restatements.earlier_source_ref,
    restatements.source_ref,
    -- of a year to date that only follows its months nothing is said
    sum(case when restatements.period = 'month' then 1 else 0 end) over (
        partition by
            restatements.authority_code,
            restatements.extract,
            restatements.measure_id,
            restatements.reporting_month,
            restatements.version
    ) as months_restated,
    ledger.received_number >= first_of_latest_month.received_number as is_news
from {{ ref("restatements") }} as restatements
inner join
    {{ source("quality", "ingest_ledger") }} as ledger
    on restatements.authority_code = ledger.authority_code
    and restatements.extract = ledger.extract
    and restatements.reporting_month = ledger.reporting_month
    and restatements.version = ledger.version
    and ledger.status = 'accepted'
inner join
    first_of_latest_month
    on restatements.authority_code = first_of_latest_month.authority_code
    and restatements.extract = first_of_latest_month.extract
