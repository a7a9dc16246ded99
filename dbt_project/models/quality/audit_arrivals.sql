-- grain: one row per extract that was due, and per header of an extract's latest file and of the one of the month before
{{ config(materialized="view") }}
with latest_versions as (
    select
        authority_code,
        extract,
        reporting_month,
        headers,
        file_path || coalesce(', sheet ' || sheet, '') || ', row ' || cast(header_row as string) as source_ref
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'accepted'
    qualify row_number() over (partition by authority_code, extract, reporting_month order by version desc nulls last) = 1
),

latest_two as (
    select
        authority_code,
        extract,
        reporting_month,
        headers,
        source_ref,
        row_number() over (partition by authority_code, extract order by reporting_month desc nulls last) as age,
        lag(reporting_month) over months_delivered as previous_month,
        lag(headers) over months_delivered as previous_headers
    from latest_versions
    window months_delivered as (partition by authority_code, extract order by reporting_month asc nulls last)
),

both_months as (
    select
        authority_code,
        extract,
        reporting_month,
        previous_month,
        source_ref,
        headers,
        previous_headers
    from latest_two
    where age = 1 and headers is not null and previous_headers is not null
),

items as (
    select
        authority_code,
        extract,
        {{ json_items('headers') }} as item,
        1 as is_now,
        0 as is_before
    from both_months

    union all

    select
        authority_code,
        extract,
        {{ json_items('previous_headers') }} as item,
        0 as is_now,
        1 as is_before
    from both_months
),

headers as (
    select
        authority_code,
        extract,
        lower(replace({{ json_text('item', 'header') }}, ' ', '')) as folded,
        min({{ json_text('item', 'header') }}) as header,
        min({{ json_text('item', 'column') }}) as column_name,
        max(is_now) as is_now,
        max(is_before) as is_before
    from items
    group by authority_code, extract, lower(replace({{ json_text('item', 'header') }}, ' ', ''))
),

-- what became of a header that is gone: the new one that was read as the same column, else the most alike
renamed as (
    select
        gone.authority_code,
        gone.extract,
        gone.folded,
        added.folded as new_folded,
        added.header as new_header,
        coalesce(gone.column_name = added.column_name, false) as is_same_column
    from headers as gone
    inner join headers as added
        on
            gone.authority_code = added.authority_code
            and gone.extract = added.extract
            and gone.is_now = 0
            and added.is_before = 0
    where
        coalesce(gone.column_name = added.column_name, false)
        or (
            (gone.column_name is null or added.column_name is null)
            and {{ likeness('gone.folded', 'added.folded') }} >= {{ var('headers_alike') }}
        )
    qualify
        row_number() over (
            partition by gone.authority_code, gone.extract, gone.folded
            order by
                coalesce(gone.column_name = added.column_name, false) desc nulls last,
                {{ likeness('gone.folded', 'added.folded') }} desc nulls last,
                added.folded asc nulls last
        ) = 1
)

select
    'extracts_arrive_in_time' as check_id,
    {{ comparison_id(["'extracts_arrive_in_time'", 'calendar.authority_code', 'calendar.extract', 'calendar.reporting_month']) }}
        as comparison_id,
    calendar.authority_code,
    calendar.extract,
    calendar.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    not calendar.is_overdue as is_agreed,
    'The extract ' || calendar.extract || ' (' || extracts.title || ') for ' || months.month_name || ' has not come; it was due on '
    || cast(calendar.due_on as string) || ', ' || cast(extracts.due_working_days as string) || ' working days after the month.' as message,
    cast(null as string) as source_ref
from {{ ref('delivery_calendar') }} as calendar
inner join {{ ref('extracts') }} as extracts on calendar.extract = extracts.extract
inner join {{ ref('months') }} as months on calendar.reporting_month = months.month
where calendar.due_on is not null

union all

select
    'headers_stay_the_same' as check_id,
    {{ comparison_id(["'headers_stay_the_same'", 'headers.authority_code', 'headers.extract', 'both_months.reporting_month', 'headers.folded']) }}
        as comparison_id,
    headers.authority_code,
    headers.extract,
    both_months.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    -- the new name of a header is said with the old one
    headers.is_now = headers.is_before or taken.new_folded is not null as is_agreed,
    case
        when headers.is_before = 0 then 'The header "' || headers.header || '" is new; ' || months.month_name || ' did not have it.'
        when renamed.is_same_column
            then 'The header "' || headers.header || '" of ' || months.month_name || ' is now "' || renamed.new_header
                || '", read as the same column.'
        when renamed.new_header is not null
            then 'The header "' || headers.header || '" of ' || months.month_name || ' is gone; the nearest of the new ones is "'
                || renamed.new_header || '".'
        else 'The header "' || headers.header || '" of ' || months.month_name || ' is gone.'
    end as message,
    both_months.source_ref
from headers
inner join both_months on headers.authority_code = both_months.authority_code and headers.extract = both_months.extract
inner join {{ ref('months') }} as months on both_months.previous_month = months.month
left join renamed
    on
        headers.authority_code = renamed.authority_code
        and headers.extract = renamed.extract
        and headers.folded = renamed.folded
left join (
    select distinct
        authority_code,
        extract,
        new_folded
    from renamed
) as taken
    on
        headers.authority_code = taken.authority_code
        and headers.extract = taken.extract
        and headers.folded = taken.new_folded
