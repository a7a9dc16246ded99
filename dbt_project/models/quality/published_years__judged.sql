-- grain: one row per published year or year's end and basis that the months known are compared with
-- the months of a whole year add up to the published one; a part of it leaves no more than the other months can be
{{ config(materialized="view") }}
select
    'year_adds_up_to_published' as check_id,
    {{ comparison_id(["'year_adds_up_to_published'", "authority_code", "measure_id", "period_month", "basis"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    case when months_of_year = 12 or total_of_year > figure then total_of_year else left_a_month end as observed,
    case
        when months_of_year = 12 or total_of_year > figure
        then figure
        when left_a_month < smallest_month
        then smallest_month
        else largest_month
    end as expected,
    case
        when months_of_year = 12
        then abs(total_of_year - figure) <= allowed
        else least_left_a_month <= largest_month and most_left_a_month >= smallest_month
    end as is_agreed,
    measure_name
    || ', '
    || case when months_of_year = 1 then '1 month of ' else {{ show_count("months_of_year") }} || ' months of ' end
    || period
    || ': '
    || made
    || {{ show_figure("total_of_year", "unit") }}
    || ' in all. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for the year'
    || case
        when months_of_year = 12 or total_of_year > figure
        then '.'
        else
            ', which leaves '
            || {{ show_figure("figure - total_of_year", "unit") }}
            || ' for the '
            || case
                when months_of_year = 11 then 'other month' else cast(12 - months_of_year as string) || ' other months'
            end
            || ', '
            || {{ show_mean("left_a_month", "unit") }}
            || ' a month. The '
            || case when left_a_month < smallest_month then 'smallest' else 'largest' end
            || ' month so far is '
            || {{
                show_figure(
                    "case when left_a_month < smallest_month then smallest_month else largest_month end", "unit"
                )
            }}
            || '.'
    end as message,
    source_ref
from {{ ref("published_years__compared") }}
where
    kind = 'flow'
    and statistic = 'count'
    and is_year
    and difference is null
    and (months_of_year = 12 or months_known >= {{ var("published_months_known") }})

union all

-- the caseload or share at the end of the year is the published one, or can still become it
select
    'last_month_leads_to_published' as check_id,
    {{ comparison_id(["'last_month_leads_to_published'", "authority_code", "measure_id", "period_month", "basis"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    figure as expected,
    abs(value - figure)
    <= case when months_to_come = 0 then allowed else months_to_come * largest_step end as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': '
    || made
    || {{ show_figure("value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for '
    || period
    || case
        when months_to_come = 0
        then '.'
        else
            '. To get there it would have to change by more each month than the most it ever did ('
            || {{ show_mean("largest_step", "unit") }}
            || ').'
    end as message,
    source_ref
from {{ ref("published_years__compared") }}
where
    statistic in ('count', 'value')
    and not is_year
    and difference is null
    and (months_to_come = 0 or (months_known >= {{ var("published_months_known") }} and largest_step is not null))

union all

-- a share of a whole year's events is the published one
select
    'year_adds_up_to_published' as check_id,
    {{ comparison_id(["'year_adds_up_to_published'", "authority_code", "measure_id", "period_month", "basis"]) }}
    as comparison_id,
    basis,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    ytd_value as observed,
    figure as expected,
    abs(ytd_value - figure) <= allowed as is_agreed,
    measure_name
    || ', '
    || period
    || ': '
    || made
    || {{ show_figure("ytd_value", "unit") }}
    || '. The DfE publishes '
    || {{ show_figure("figure", "unit") }}
    || ' for the year.' as message,
    source_ref
from {{ ref("published_years__compared") }}
where statistic = 'ytd' and months_to_come = 0 and months_supplied = 12 and difference is null
