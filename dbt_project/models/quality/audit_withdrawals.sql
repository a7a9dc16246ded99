-- grain: one row per check and list of a month that is compared with the next: how many events the next one left out
with
    expected as (
        select
            authority_code,
            extract,
            reporting_month,
            sum(case when is_expected_next or is_ended_unless_next then events else 0 end) as events,
            min(next_reaches_from) as reaches_from
        from {{ ref("int_lists__held") }}
        group by authority_code, extract, reporting_month
    ),

    left_out as (
        select authority_code, list, last_reporting_month, count(*) as events
        from {{ ref("withdrawals") }}
        where reason <> 'not in the correction'
        group by authority_code, list, last_reporting_month
    ),

    compared as (
        select
            expected.authority_code,
            expected.extract,
            expected.reporting_month as earlier_month,
            delivered.next_reporting_month as reporting_month,
            expected.events,
            coalesce(left_out.events, 0) as events_left_out,
            files.file_path,
            coalesce(files.own_extract, expected.extract) as own_extract
        from expected
        inner join
            {{ ref("int_lists__delivered") }} as delivered
            on expected.authority_code = delivered.authority_code
            and expected.extract = delivered.extract
            and expected.reporting_month = delivered.reporting_month
        left join
            left_out
            on expected.authority_code = left_out.authority_code
            and expected.extract = left_out.list
            and expected.reporting_month = left_out.last_reporting_month
        left join
            {{ ref("int_lists__files") }} as files
            on expected.authority_code = files.authority_code
            and expected.extract = files.extract
            and delivered.next_reporting_month = files.reporting_month
        where delivered.next_reporting_month is not null and expected.events > 0
    ),

    worded as (
        select
            compared.authority_code,
            compared.extract,
            compared.earlier_month,
            compared.reporting_month,
            compared.events,
            compared.events_left_out,
            compared.file_path,
            compared.own_extract,
            compared.events_left_out <= {{ var("withdrawals_never_asked") }}
            or compared.events_left_out * 100 <= compared.events * {{ var("withdrawals_asked_percent") }} as is_few,
            {{ show_count("compared.events_left_out") }}
            || ' of '
            || {{ show_count("compared.events") }}
            || ' rows of '
            || extracts.title
            || ', '
            || earlier.month_name
            || ', should be in the list of '
            || months.month_name
            || ' and are not.' as said
        from compared
        inner join {{ ref("months") }} as months on compared.reporting_month = months.month
        inner join {{ ref("months") }} as earlier on compared.earlier_month = earlier.month
        inner join {{ ref("extracts") }} as extracts on compared.own_extract = extracts.extract
    ),

    checked as (
        select
            'listed_events_stay_listed' as check_id,
            worded.authority_code,
            worded.extract,
            worded.earlier_month,
            worded.reporting_month,
            worded.events_left_out,
            worded.events_left_out = 0 or not worded.is_few as is_agreed,
            worded.said
            || ' They no longer count, not even in the months before. If they should, send the list again with them.'
            as message,
            worded.file_path,
            worded.own_extract
        from worded

        union all

        select
            'withdrawals_are_few_or_accepted' as check_id,
            worded.authority_code,
            worded.extract,
            worded.earlier_month,
            worded.reporting_month,
            worded.events_left_out,
            worded.is_few as is_agreed,
            worded.said
            || ' So many are seldom deleted. If rows are missing, export the list again. If they are to go, run csc accept.'
            || ' If the list does not go back so far, say in list_reaches.csv how far it goes.' as message,
            worded.file_path,
            worded.own_extract
        from worded
    ),

    identified as (
        select
            check_id,
            {{ comparison_id(["check_id", "authority_code", "extract", "earlier_month", "reporting_month"]) }}
            as comparison_id,
            authority_code,
            own_extract as extract,
            reporting_month,
            events_left_out,
            is_agreed,
            message,
            file_path
        from checked
    )

select
    identified.check_id,
    identified.comparison_id,
    identified.authority_code,
    identified.extract,
    identified.reporting_month,
    identified.reporting_month as month,
    cast(null as string) as measure_id,
    cast(identified.events_left_out as double) as observed,
    cast(0 as double) as expected,
    identified.is_agreed or accepted.finding_id is not null as is_agreed,
    identified.message,
    identified.file_path as source_ref
from identified
left join
    {{ source("decisions", "accepted") }} as accepted
    on identified.comparison_id = accepted.finding_id
    and identified.events_left_out = accepted.observed
