-- grain: one row per extract due with others of its month
with
    accepted as (
        select distinct authority_code, reporting_month, extract
        from {{ source("quality", "ingest_ledger") }}
        where status = 'accepted'
    ),

    -- a file that came and was refused has a finding of its own
    refused as (
        select distinct authority_code, reporting_month, extract
        from {{ source("quality", "ingest_ledger") }}
        where status = 'refused' and is_present and extract is not null
    ),

    -- returns are due with returns, lists with the others of their dataset
    months_begun as (
        select distinct accepted.authority_code, accepted.reporting_month, extracts.dataset
        from accepted
        inner join {{ ref("extracts") }} as extracts on accepted.extract = extracts.extract
        where extracts.kind <> 'statistics'
    )

select
    'extracts_are_delivered' as check_id,
    {{
        comparison_id(
            [
                "'extracts_are_delivered'",
                "months_begun.authority_code",
                "extracts.extract",
                "months_begun.reporting_month",
            ]
        )
    }} as comparison_id,
    months_begun.authority_code,
    extracts.extract,
    months_begun.reporting_month,
    months_begun.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    accepted.extract is not null or refused.extract is not null as is_agreed,
    extracts.title
    || ' for '
    || months.month_name
    || ' has not come, but other '
    || case extracts.kind when 'return' then 'summary returns' else 'lists' end
    || ' of the month have. Send it.' as message,
    cast(null as string) as source_ref
from months_begun
inner join {{ ref("extracts") }} as extracts on months_begun.dataset = extracts.dataset
inner join {{ ref("months") }} as months on months_begun.reporting_month = months.month
left join
    accepted
    on months_begun.authority_code = accepted.authority_code
    and months_begun.reporting_month = accepted.reporting_month
    and extracts.extract = accepted.extract
left join
    refused
    on months_begun.authority_code = refused.authority_code
    and months_begun.reporting_month = refused.reporting_month
    and extracts.extract = refused.extract
