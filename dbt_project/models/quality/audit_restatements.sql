-- grain: one row per printed figure that a later return prints otherwise
select
    'figures_are_not_restated' as check_id,
    {{
        comparison_id(
            [
                "'figures_are_not_restated'",
                "restated.authority_code",
                "restated.extract",
                "restated.measure_id",
                "restated.period",
                "restated.month",
                "restated.reporting_month",
                "restated.version",
            ]
        )
    }} as comparison_id,
    restated.authority_code,
    restated.extract,
    restated.reporting_month,
    restated.month,
    restated.measure_id,
    restated.figure as observed,
    restated.earlier_figure as expected,
    not restated.is_news as is_agreed,
    measures.measure_name
    || ', '
    || case restated.period when 'ytd' then 'year to date to ' else '' end
    || months.month_name
    || ': '
    || case when restated.figure is null then 'left blank' else 'restated as ' || restated.printed_text end
    || case
        when restated.earlier_figure is null
        then '; it was left blank before ('
        else '; it was printed as ' || restated.earlier_text || ' before ('
    end
    || restated.earlier_source_ref
    || ').' as message,
    restated.source_ref
from {{ ref("restatements__dated") }} as restated
inner join {{ ref("measures") }} as measures on restated.measure_id = measures.measure_id
inner join {{ ref("months") }} as months on restated.month = months.month
where restated.period = 'month' or restated.months_restated = 0
