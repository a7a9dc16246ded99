-- grain: one row per printed year to date, with what its months give and the last month for which it holds
{{ config(materialized="view") }}
with
    months_so_far as (
        select
            figures.authority_code,
            figures.extract,
            figures.measure_id,
            figures.financial_year,
            figures.month,
            figures.month_name,
            figures.figure,
            -- a ratio's year to date is judged against its parts by audit_percentages; here only for which month it
            -- stands
            case
                figures.ytd_rule
                when 'latest'
                then figures.figure
                when 'sum'
                then sum(figures.figure) over so_far
                else {{ round_half_up("kpi.ytd_value", "figures.printed_decimals") }}
            end as ytd_so_far
        from {{ ref("int_printed_figures__current") }} as figures
        left join
            {{ ref("kpi_monthly") }} as kpi
            on figures.authority_code = kpi.authority_code
            and figures.measure_id = kpi.measure_id
            and figures.month = kpi.month
            and kpi.basis = 'reported'
        where figures.period = 'month'
        window
            so_far as (
                partition by figures.authority_code, figures.extract, figures.measure_id, figures.financial_year
                order by figures.month asc nulls last
                rows between unbounded preceding and current row
            )
    ),

    printed as (
        select
            ytd.authority_code,
            ytd.extract,
            ytd.reporting_month,
            ytd.measure_id,
            ytd.label,
            ytd.unit,
            ytd.ytd_rule,
            ytd.financial_year,
            ytd.month_name,
            ytd.figure,
            ytd.source_ref,
            latest.is_supplied as is_reporting_month_supplied,
            latest.is_due as is_reporting_month_due
        from {{ ref("int_printed_figures__current") }} as ytd
        inner join
            {{ ref("int_printed_figures__current") }} as latest
            on ytd.authority_code = latest.authority_code
            and ytd.extract = latest.extract
            and ytd.measure_id = latest.measure_id
            and ytd.month = latest.month
            and latest.period = 'month'
        where ytd.period = 'ytd' and ytd.is_supplied
    ),

    compared as (
        select
            printed.authority_code,
            printed.extract,
            printed.reporting_month,
            printed.measure_id,
            printed.label,
            printed.unit,
            printed.ytd_rule,
            printed.financial_year,
            printed.month_name,
            printed.figure,
            printed.source_ref,
            printed.is_reporting_month_supplied,
            printed.is_reporting_month_due,
            count(months_so_far.figure) as months_supplied,
            count(*) as months_due,
            max(case when months_so_far.month = printed.reporting_month then months_so_far.ytd_so_far end) as expected,
            max(case when months_so_far.month = printed.reporting_month then months_so_far.figure end) as own_figure,
            -- the last month up to which the year to date holds by its rule
            max(
                case
                    when months_so_far.figure is not null and months_so_far.ytd_so_far = printed.figure
                    then months_so_far.month
                end
            ) as stands_for,
            max_by(
                months_so_far.month_name,
                case
                    when months_so_far.figure is not null and months_so_far.ytd_so_far = printed.figure
                    then months_so_far.month
                end
            ) as stands_for_name
        from printed
        inner join
            months_so_far
            on printed.authority_code = months_so_far.authority_code
            and printed.extract = months_so_far.extract
            and printed.measure_id = months_so_far.measure_id
            and printed.financial_year = months_so_far.financial_year
            and printed.reporting_month >= months_so_far.month
        group by all
    )

select
    authority_code,
    extract,
    reporting_month,
    measure_id,
    label,
    unit,
    ytd_rule,
    financial_year,
    month_name,
    figure,
    source_ref,
    is_reporting_month_supplied,
    months_supplied,
    months_due,
    expected,
    own_figure,
    stands_for_name,
    coalesce(stands_for < reporting_month, false)
    and case
        when not is_reporting_month_supplied
        then coalesce(is_reporting_month_due, true)
        when ytd_rule = 'ratio_of_sums'
        then false  -- two months' ratios may well round to the same
        else figure <> expected
    end as is_stale
from compared
