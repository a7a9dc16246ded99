-- grain: one row per authority, month and dataset of which something has come: whether all of it has
{{ config(materialized="view") }}
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
    ),

    due as (
        select
            months_begun.authority_code,
            months_begun.reporting_month,
            months_begun.dataset,
            extracts.kind,
            extracts.title,
            case when accepted.extract is null and refused.extract is null then extracts.extract end as missing_extract
        from months_begun
        inner join {{ ref("extracts") }} as extracts on months_begun.dataset = extracts.dataset
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
        left join
            {{ ref("stood_down") }} as stood_down
            on months_begun.authority_code = stood_down.authority_code
            and extracts.extract = stood_down.extract
            and months_begun.reporting_month >= stood_down.from_month
        where stood_down.extract is null or accepted.extract is not null
    ),

    counted as (
        select
            due.authority_code,
            due.reporting_month,
            due.dataset,
            case min(due.kind) when 'return' then 'summary returns' else 'lists' end as kinds,
            coalesce(' of ' || min(datasets.dataset_name), '') as of_dataset,
            count(due.missing_extract) as missing,
            min(due.missing_extract) as first_missing,
            min(case when due.missing_extract is not null then due.title end) as first_title,
            -- the name of the dataset stands once before all
            {{
                join_sorted(
                    "case when due.missing_extract is not null then replace(replace(due.title, coalesce(datasets.dataset_name, due.title) || ', ', ''), ', ', ' ') end",
                    "due.title",
                )
            }}
            as titles
        from due
        left join {{ ref("datasets") }} as datasets on due.dataset = datasets.dataset
        group by due.authority_code, due.reporting_month, due.dataset
    )

select
    'extracts_are_delivered' as check_id,
    {{
        comparison_id(
            ["'extracts_are_delivered'", "counted.authority_code", "counted.dataset", "counted.reporting_month"]
        )
    }} as comparison_id,
    counted.authority_code,
    case when counted.missing = 1 then counted.first_missing end as extract,
    counted.reporting_month,
    counted.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    counted.missing = 0 as is_agreed,
    case
        when counted.missing = 1
        then
            counted.first_title
            || ' for '
            || months.month_name
            || ' has not come, but other '
            || counted.kinds
            || ' of the month have. Send it.'
        else
            {{ show_count("counted.missing") }}
            || ' '
            || counted.kinds
            || counted.of_dataset
            || ' for '
            || months.month_name
            || ' have not come: '
            || counted.titles
            || '. Others of the month have. Send them.'
    end as message,
    cast(null as string) as source_ref
from counted
inner join {{ ref("months") }} as months on counted.reporting_month = months.month
