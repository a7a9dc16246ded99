-- grain: one row per figure that a report's text quotes, from the current version of the file
{{ config(materialized="view") }}
with {{ withdrawn('quoted_figures') }},

delivered as (
    select
        quoted.authority_code,
        quoted.reporting_month,
        quoted.version,
        trim(coalesce(quoted.measure, '(blank)')) as measure_id,
        trim(coalesce(quoted.period, '(blank)')) as period,
        lower(trim(coalesce(quoted.statistic, '(blank)'))) as statistic,
        {{ squeeze('quoted.value') }} as squeezed_text,
        coalesce(quoted.value, '(blank)') as printed_text,
        trim(coalesce(quoted.topic, '(blank)')) as topic,
        quoted.source_row,
        quoted.file_path || coalesce(', sheet ' || quoted.sheet, '') || ', row ' || cast(quoted.source_row as string) as source_ref
    from {{ source('raw', 'quoted_figures') }} as quoted
    left join withdrawn
        on
            quoted.authority_code = withdrawn.authority_code
            and quoted.reporting_month = withdrawn.reporting_month
            and quoted.version = withdrawn.version
    where withdrawn.version is null
),

parsed as (
    select
        authority_code,
        reporting_month,
        version,
        measure_id,
        period,
        case when {{ matches('period', '[0-9]{4}-[0-9]{2}') }} then try_cast(period || '-01' as date) end as month,
        statistic,
        printed_text,
        case
            when {{ matches('squeezed_text', "-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?") }}
                then cast(try_cast(replace(replace(squeezed_text, ',', ''), '%', '') as decimal(28, 10)) as double)
        end as figure,
        case when squeezed_text like '%.%' then length(split_part(replace(squeezed_text, '%', ''), '.', 2)) else 0 end as printed_decimals,
        topic,
        source_row,
        source_ref
    from delivered
)

select *
from parsed
qualify version = max(version) over (partition by authority_code, reporting_month)
