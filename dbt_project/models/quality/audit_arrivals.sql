-- grain: one row per extract that was due, per header of an extract's latest file and of the month
-- before, and per header of a list's latest file that its contract does not know
{{ config(materialized="view") }}
with
    -- files_are_accepted says so of a file that came and was refused: one problem is told once
    refused as (
        select distinct authority_code, reporting_month, extract
        from {{ source("quality", "ingest_ledger") }}
        where status = 'refused' and is_present
    )

select
    'extracts_arrive_in_time' as check_id,
    {{
        comparison_id(
            ["'extracts_arrive_in_time'", "calendar.authority_code", "calendar.extract", "calendar.reporting_month"]
        )
    }} as comparison_id,
    calendar.authority_code,
    calendar.extract,
    calendar.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    not calendar.is_overdue or refused.extract is not null as is_agreed,
    extracts.title
    || ': the file for '
    || months.month_name
    || ' has not arrived. It was due on '
    || cast(calendar.due_on as string)
    || ', '
    || cast(extracts.due_working_days as string)
    || ' working days after the end of the month.' as message,
    cast(null as string) as source_ref
from {{ ref("delivery_calendar") }} as calendar
inner join {{ ref("extracts") }} as extracts on calendar.extract = extracts.extract
inner join {{ ref("months") }} as months on calendar.reporting_month = months.month
left join
    refused
    on calendar.authority_code = refused.authority_code
    and calendar.reporting_month = refused.reporting_month
    and calendar.extract = refused.extract
where calendar.due_on is not null

union all

select
    'headers_stay_the_same' as check_id,
    {{
        comparison_id(
            [
                "'headers_stay_the_same'",
                "headers.authority_code",
                "headers.extract",
                "headers.reporting_month",
                "headers.folded_header",
            ]
        )
    }} as comparison_id,
    headers.authority_code,
    headers.extract,
    headers.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    -- the new name of a header is said with the old one
    headers.is_now = headers.is_before or headers.is_new_name_of_another as is_agreed,
    case
        when headers.is_before = 0
        then
            'The header '
            || {{ quoted("headers.header") }}
            || ' is new. The file for '
            || months.month_name
            || ' did not have it.'
        when headers.is_same_column
        then
            'The header '
            || {{ quoted("headers.header") }}
            || ' of '
            || months.month_name
            || ' is now '
            || {{ quoted("headers.new_header") }}
            || '. It is read as the same column.'
        when headers.new_header is not null
        then
            'The header '
            || {{ quoted("headers.header") }}
            || ' of '
            || months.month_name
            || ' is gone. The most similar new header is '
            || {{ quoted("headers.new_header") }}
            || '.'
        else 'The header ' || {{ quoted("headers.header") }} || ' of ' || months.month_name || ' is gone.'
    end as message,
    headers.source_ref
from {{ ref("headers__changed") }} as headers
inner join {{ ref("months") }} as months on headers.previous_month = months.month

union all

select
    'headers_are_known' as check_id,
    {{
        comparison_id(
            [
                "'headers_are_known'",
                "unknown.authority_code",
                "unknown.extract",
                "unknown.reporting_month",
                "unknown.folded_header",
            ]
        )
    }} as comparison_id,
    unknown.authority_code,
    unknown.extract,
    unknown.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    not unknown.is_near as is_agreed,
    unknown.message,
    unknown.source_ref
from {{ ref("headers__unknown") }} as unknown
