-- grain: one row per comparison of a printed year to date with its months: does it agree, and up to which month
select
    'ytd_agrees_with_months' as check_id,
    {{ comparison_id(["'ytd_agrees_with_months'", "authority_code", "extract", "measure_id", "reporting_month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    measure_id,
    figure as observed,
    expected,
    is_stale
    or figure = expected
    or (ytd_rule = 'sum' and months_supplied < months_due and figure > expected)  -- the blank months may hold the rest
    as is_agreed,
    '"'
    || label
    || '": the year to date is printed as '
    || {{ show_figure("figure", "unit") }}
    || case
        when ytd_rule = 'sum' and months_supplied < months_due
        then
            ', but the '
            || cast(months_supplied as string)
            || case months_supplied when 1 then ' month supplied adds up to ' else ' months supplied add up to ' end
            || {{ show_figure("expected", "unit") }}
        when ytd_rule = 'sum'
        then ', but the months from April to ' || month_name || ' add up to ' || {{ show_figure("expected", "unit") }}
        else
            ', but the year to date of a caseload is its latest month, '
            || {{ show_figure("expected", "unit") }}
            || ' in '
            || month_name
    end
    || case
        when ytd_rule = 'sum' and figure = own_figure
        then ' (it repeats the figure for ' || month_name || ' alone)'
        else ''
    end
    || '.' as message,
    source_ref
from {{ ref("ytd_figures__compared") }}
where
    -- without any month supplied there is nothing to compare with
    (ytd_rule = 'sum' and expected is not null) or (ytd_rule = 'latest' and is_reporting_month_supplied)

union all

select
    'ytd_stands_for_reporting_month' as check_id,
    {{
        comparison_id(
            ["'ytd_stands_for_reporting_month'", "authority_code", "extract", "measure_id", "reporting_month"]
        )
    }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    measure_id,
    figure as observed,
    case when is_reporting_month_supplied then expected end as expected,
    not is_stale as is_agreed,
    '"'
    || label
    || '": the year to date of '
    || {{ show_figure("figure", "unit") }}
    || ' covers April to '
    || stands_for_name
    || ', not April to '
    || month_name
    || case
        when is_reporting_month_supplied
        then '. It should be ' || {{ show_figure("expected", "unit") }}
        else '. No figure was supplied for that month'
    end
    || '.' as message,
    source_ref
from {{ ref("ytd_figures__compared") }}
