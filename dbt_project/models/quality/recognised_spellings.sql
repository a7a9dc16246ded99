-- grain: one row per authority, list, column and spelling that a rule recognised; in the current versions
with
    met as (
        select
            met.authority_code,
            met.extract,
            met.column_name,
            met.code_list,
            met.spelling,
            sum(met.cells) as cells,
            count(distinct met.reporting_month) as months,
            min(met.reporting_month) as first_reporting_month,
            max(met.reporting_month) as last_reporting_month
        from {{ source("spelling", "spellings_met") }} as met
        inner join
            {{ ref("int_deliveries") }} as deliveries
            on met.extract = deliveries.extract
            and met.authority_code = deliveries.authority_code
            and met.reporting_month = deliveries.reporting_month
            and met.version = deliveries.version
        where deliveries.is_current
        group by met.authority_code, met.extract, met.column_name, met.code_list, met.spelling
    )

select
    met.authority_code,
    met.extract,
    met.column_name as source_column,
    met.code_list,
    cast(
        dense_rank() over (
            partition by met.authority_code, met.extract, met.column_name order by met.spelling asc nulls last
        ) as int
    ) as spelling_number,
    case when columns.is_personal then '(withheld)' else met.spelling end as spelling,
    judged.code,
    codes.label,
    judged.rule,
    judged.evidence,
    cast(met.cells as bigint) as cells,
    cast(met.months as int) as months,
    met.first_reporting_month,
    met.last_reporting_month
from met
inner join
    {{ source("spelling", "spellings_judged") }} as judged
    on met.code_list = judged.code_list
    and met.spelling = judged.spelling
    and judged.code is not null
inner join
    {{ ref("list_columns") }} as columns on met.extract = columns.extract and met.column_name = columns.column_name
left join {{ ref("code_lists") }} as codes on judged.code_list = codes.code_list and judged.code = codes.code
left join {{ ref("code_spellings") }} as known on met.code_list = known.code_list and met.spelling = known.spelling
where known.spelling is null
