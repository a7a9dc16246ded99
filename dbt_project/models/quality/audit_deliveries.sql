-- grain: one row per file delivered, per row of it that no contract knows or that is a published figure, and per extract due for a month
with ledger as (
    select
        delivery_id,
        file_path,
        file_name,
        sheet,
        authority_code,
        extract,
        reporting_month,
        status,
        found,
        expected,
        action,
        received_at,
        is_present,
        version,
        notes
    from {{ source('quality', 'ingest_ledger') }}
),

accepted as (
    select
        authority_code,
        reporting_month,
        extract,
        max(received_at) as received_at,
        max(version) as version
    from ledger
    where status = 'accepted'
    group by authority_code, reporting_month, extract
),

-- returns are due beside returns, lists beside the others of their profile
months_begun as (
    select distinct
        accepted.authority_code,
        accepted.reporting_month,
        extracts.profile
    from accepted
    inner join {{ ref('extracts') }} as extracts on accepted.extract = extracts.extract
)

select
    'files_are_accepted' as check_id,
    {{ comparison_id(["'files_are_accepted'", 'ledger.delivery_id']) }} as comparison_id,
    ledger.authority_code,
    ledger.extract,
    ledger.reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    -- a refused file is settled by a good one of the same extract and month that came after it
    ledger.status <> 'refused' or not ledger.is_present or coalesce(accepted.received_at > ledger.received_at, false) as is_agreed,
    ledger.file_path || ' was refused: ' || ledger.found || '. Expected ' || ledger.expected || '. ' || ledger.action || '.' as message,
    ledger.file_path || coalesce(', sheet ' || ledger.sheet, '') as source_ref
from ledger
left join accepted
    on
        ledger.authority_code = accepted.authority_code
        and ledger.reporting_month = accepted.reporting_month
        and ledger.extract = accepted.extract

union all

select
    'rows_are_recognised' as check_id,
    {{ comparison_id(["'rows_are_recognised'", 'authority_code', 'extract', 'reporting_month', 'label']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    cast(null as date) as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    max(measure_id) is not null as is_agreed,
    'The row "' || label || '" is in no contract; its figures were kept but reach no measure. Correct the label, or add it to the contract.'
        as message,
    min(source_ref) as source_ref
from {{ ref('int_printed_figures__cells') }}
where is_current_version
group by authority_code, extract, reporting_month, label

union all

select
    'extracts_are_delivered' as check_id,
    {{ comparison_id(["'extracts_are_delivered'", 'months_begun.authority_code', 'extracts.extract', 'months_begun.reporting_month']) }}
        as comparison_id,
    months_begun.authority_code,
    extracts.extract,
    months_begun.reporting_month,
    months_begun.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    accepted.extract is not null as is_agreed,
    'The extract ' || extracts.extract || ' has not been delivered for ' || months.month_name || ', though other ' || extracts.kind || 's have.' as message,
    cast(null as string) as source_ref
from months_begun
inner join {{ ref('extracts') }} as extracts on months_begun.profile = extracts.profile
inner join {{ ref('months') }} as months on months_begun.reporting_month = months.month
left join accepted
    on
        months_begun.authority_code = accepted.authority_code
        and months_begun.reporting_month = accepted.reporting_month
        and extracts.extract = accepted.extract

union all

select
    'columns_are_supplied' as check_id,
    {{ comparison_id(["'columns_are_supplied'", 'ledger.authority_code', 'ledger.extract', 'ledger.reporting_month']) }} as comparison_id,
    ledger.authority_code,
    ledger.extract,
    ledger.reporting_month,
    ledger.reporting_month as month,
    cast(null as string) as measure_id,
    cast(null as double) as observed,
    cast(null as double) as expected,
    coalesce(ledger.notes, '') not like 'Not supplied: %' as is_agreed,
    ledger.file_path || ': ' || split_part(ledger.notes, ' Not in the contract', 1) || ' What would be counted by them stays empty for the month.' as message,
    ledger.file_path || coalesce(', sheet ' || ledger.sheet, '') as source_ref
from ledger
inner join accepted
    on
        ledger.status = 'accepted'
        and ledger.authority_code = accepted.authority_code
        and ledger.extract = accepted.extract
        and ledger.reporting_month = accepted.reporting_month
        and ledger.version = accepted.version
inner join {{ ref('extracts') }} as extracts on ledger.extract = extracts.extract
where extracts.kind = 'list'

union all

select
    'figures_end_with_the_reporting_month' as check_id,
    {{ comparison_id(["'figures_end_with_the_reporting_month'", 'authority_code', 'extract', 'reporting_month', 'measure_id', 'month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    cast(null as double) as expected,
    not is_supplied and is_readable as is_agreed,
    '"' || label || '": ' || printed_text || ' is printed for ' || source_column
    || ', a month after the reporting month; it was kept but reaches no measure.' as message,
    source_ref
from {{ ref('int_printed_figures__cells') }}
where is_current_version and measure_id is not null and not is_in_period

union all

select
    'returns_hold_figures' as check_id,
    {{ comparison_id(["'returns_hold_figures'", 'authority_code', 'extract', 'reporting_month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(count(figure) as double) as observed,
    cast(null as double) as expected,
    count(figure) > 0 as is_agreed,
    'The return ' || extract || ' holds no figure at all; it was delivered blank.' as message,
    min(split_part(source_ref, ', ', 1)) as source_ref
from {{ ref('int_printed_figures__cells') }}
where is_current_version
group by authority_code, extract, reporting_month

union all

select
    'published_statistics_can_be_compared' as check_id,
    {{ comparison_id([
        "'published_statistics_can_be_compared'", 'authority_code', 'reporting_month', 'measure_id', 'area_code', 'period', 'definition',
        'row_number() over (partition by authority_code, reporting_month, measure_id, area_code, period, definition order by source_row asc nulls last)',
    ]) }} as comparison_id,
    authority_code,
    'published_statistics' as extract,
    reporting_month,
    cast(null as date) as month,
    measure_id,
    figure as observed,
    cast(null as double) as expected,
    obstacle is null as is_agreed,
    'The published figure of ' || area_name || ' for ' || measure_id || ', ' || period || ', is not shown, for ' || obstacle || '.' as message,
    source_ref
from {{ ref('int_published_statistics__judged') }}
