-- grain: one row per figure that a report's text quotes, with the marts' answer, or what keeps it from being computed
{{ config(materialized="view") }}
with
    -- what the council printed where it printed it, else what its lists give
    answers as (
        select authority_code, month, measure_id, statistic, basis, figure, unit
        from {{ ref("kpi_statistics") }}
        where figure is not null
        qualify
            row_number() over (partition by authority_code, month, measure_id, statistic order by basis desc nulls last)
            = 1
    ),

    statistics as (select distinct statistic from {{ ref("kpi_statistics") }})

select
    quoted.authority_code,
    quoted.reporting_month,
    quoted.month,
    quoted.measure_id,
    quoted.statistic,
    quoted.topic,
    quoted.printed_text,
    quoted.figure,
    quoted.source_ref,
    answers.basis,
    answers.unit,
    answers.figure as expected,
    coalesce(statistics.statistic, {{ quoted("quoted.statistic") }}) as statistic_name,
    case when quoted.figure is null then {{ quoted("quoted.printed_text") }} else quoted.printed_text end as value_name,
    case
        when quoted.printed_decimals = 0 then 0.5 when quoted.printed_decimals = 1 then 0.05 else 0.005
    end as half_a_digit,
    coalesce(measures.measure_name, {{ quoted("quoted.measure_id") }}) as measure_name,
    coalesce(months.month_name, {{ quoted("quoted.period") }}) as month_name,
    case
        when measures.measure_id is null
        then 'the measure ' || {{ quoted("quoted.measure_id") }} || ' is not in the register'
        when quoted.month is null
        then 'the period ' || {{ quoted("quoted.period") }} || ' is not a month (YYYY-MM)'
        when quoted.figure is null
        then 'its value ' || {{ quoted("quoted.printed_text") }} || ' is not a number'
        when answers.figure is null and statistics.statistic is null
        then 'marts.kpi_statistics has no statistic ' || {{ quoted("quoted.statistic") }}
        when answers.figure is null
        then 'no file delivered so far gives it'
    end as obstacle,
    -- the same may be quoted twice
    row_number() over (
        partition by
            quoted.authority_code,
            quoted.reporting_month,
            quoted.measure_id,
            quoted.period,
            quoted.statistic,
            quoted.topic
        order by quoted.source_row asc nulls last
    ) as occurrence
from {{ ref("int_quoted_figures__parsed") }} as quoted
left join {{ ref("measures") }} as measures on quoted.measure_id = measures.measure_id
left join {{ ref("months") }} as months on quoted.month = months.month
left join statistics on quoted.statistic = statistics.statistic
left join
    answers
    on quoted.authority_code = answers.authority_code
    and quoted.month = answers.month
    and quoted.measure_id = answers.measure_id
    and quoted.statistic = answers.statistic
