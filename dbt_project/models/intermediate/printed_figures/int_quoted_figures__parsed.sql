-- grain: one row per figure that a report's text quotes, from the current version of the file
{{ config(materialized="view") }}
with
    quoted as (
        select
            quoted.authority_code,
            quoted.reporting_month,
            quoted.version,
            coalesce(quoted.measure, '(blank)') as measure_id,
            coalesce(quoted.period, '(blank)') as period,
            lower(coalesce(quoted.statistic, '(blank)')) as statistic,
            coalesce(quoted.value, '(blank)') as printed_text,
            {{ squeeze("quoted.value") }} as squeezed_text,
            coalesce(quoted.topic, '(blank)') as topic,
            quoted.source_row,
            quoted.file_path
            || coalesce(', sheet ' || quoted.sheet, '')
            || ', row '
            || cast(quoted.source_row as string) as source_ref
        from {{ ref("stg_quoted__quoted_figures") }} as quoted
        left join
            {{ source("quality", "ingest_ledger") }} as withdrawn
            on withdrawn.status = 'withdrawn'
            and withdrawn.extract = 'quoted_figures'
            and quoted.authority_code = withdrawn.authority_code
            and quoted.reporting_month = withdrawn.reporting_month
            and quoted.version = withdrawn.version
        where withdrawn.version is null
        qualify quoted.version = max(quoted.version) over (partition by quoted.authority_code, quoted.reporting_month)
    )

select
    authority_code,
    reporting_month,
    measure_id,
    period,
    case when {{ matches("period", "[0-9]{4}-[0-9]{2}") }} then try_cast(period || '-01' as date) end as month,
    statistic,
    printed_text,
    {{ printed_figure("squeezed_text") }} as figure,
    coalesce(length(split_part(replace(squeezed_text, '%', ''), '.', 2)), 0) as printed_decimals,
    topic,
    source_row,
    source_ref
from quoted
