-- grain: one row per list delivered and check of it; where rows fail it, per column
{% set checks = {
    'rows_name_their_child_and_date': 'is blank or cannot be read, and without it a row counts nowhere',
    'list_cells_are_readable': 'cannot be read and counts as blank',
    'list_spellings_are_known': 'has spellings that no line of code_spellings.csv knows and counts as blank; quality.unknown_spellings suggests codes',
    'required_cells_are_filled': 'is blank or unknown, though the list must give it',
    'dates_are_in_order': 'lies before the day on which it began',
    'dates_end_with_the_reporting_month': 'lies after the end of the month: the list was cut late, or the date is wrong',
    'events_are_of_a_childhood': 'puts the event outside a childhood: a child over 25, or not yet on the way',
    'ages_agree_with_birth_dates': 'is not the age that the date of birth gives',
    'codes_are_in_use': 'holds a code that was not in use at the time',
    'children_keep_their_birth_date': 'has another date of birth or gender in other rows of the month: one id stands for two children, or a row is wrong',
    'plans_and_periods_do_not_overlap': 'falls within another plan or period of care of the same child that had not ended',
    'rows_appear_once': 'repeats an earlier row with the same key; the event counts once',
} %}
{# of visits, reviews, placements and episodes only the cells are judged; what a list of Annex A shows of them is judged there #}
{% set of_cells = ['rows_name_their_child_and_date', 'list_cells_are_readable', 'list_spellings_are_known'] %}
{% set rows_shown = 10 %}
with current_lists as (
    {{ lists_with_the_last_word() }}
),

failures as (
    select
        authority_code,
        list,
        extract,
        reporting_month,
        check_id,
        source_column,
        source_row,
        other_row,
        source_ref
    from {{ ref('doubtful_rows') }}

    union all

    select
        cells.authority_code,
        cells.list,
        cells.extract,
        cells.reporting_month,
        case
            when cells.is_event_lost then 'rows_name_their_child_and_date'
            when cells.code_list is not null then 'list_spellings_are_known'
            else 'list_cells_are_readable'
        end as check_id,
        cells.column_name as source_column,
        cells.source_row,
        cast(null as int) as other_row,
        cells.source_ref
    from {{ ref('int_list_cells__rejected') }} as cells
    inner join current_lists
        on
            cells.authority_code = current_lists.authority_code
            and cells.list = current_lists.extract
            and cells.reporting_month = current_lists.reporting_month
            and cells.list_version = current_lists.version
),

numbered as (
    select
        authority_code,
        list,
        extract,
        reporting_month,
        check_id,
        source_column,
        source_row,
        other_row,
        source_ref,
        row_number() over (
            partition by authority_code, list, extract, reporting_month, check_id, source_column order by source_row asc nulls last
        ) as place
    from failures
),

failed as (
    select
        authority_code,
        list,
        extract,
        reporting_month,
        check_id,
        source_column,
        count(*) as failing_rows,
        {{ join_sorted(
            "case when place <= " ~ rows_shown ~ " then cast(source_row as string) || coalesce(' (with row ' || cast(other_row as string) || ')', '') end",
            'place asc nulls last'
        ) }} as rows_shown,
        max(case when place = 1 then source_ref end) as source_ref
    from numbered
    group by authority_code, list, extract, reporting_month, check_id, source_column
),

checks as (
    {%- for check_id, wrong in checks.items() %}
    select
        '{{ check_id }}' as check_id,
        '{{ wrong }}' as wrong,
        {{ check_id in of_cells }} as is_of_cells
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

delivered as (
    {{ delivered_files() }}
),

events as (
    select
        authority_code,
        extract,
        reporting_month,
        sum(events) as events
    from {{ ref('int_lists__held') }}
    group by authority_code, extract, reporting_month
)

select
    checks.check_id,
    {{
        comparison_id([
            'checks.check_id', 'delivered.authority_code', 'delivered.extract', 'delivered.own_extract', 'failed.extract',
            'delivered.reporting_month', 'failed.source_column',
        ])
    }} as comparison_id,
    delivered.authority_code,
    coalesce(failed.extract, delivered.own_extract) as extract,
    delivered.reporting_month,
    delivered.reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(failed.failing_rows, 0) as double) as observed,
    cast(0 as double) as expected,
    failed.check_id is null as is_agreed,
    'The list ' || failed.extract || ' of ' || months.month_name || ': ' || failed.source_column || ' ' || checks.wrong || '. '
    || case when failed.failing_rows = 1 then 'Row ' else {{ show_count('failed.failing_rows') }} || ' rows: ' end
    || failed.rows_shown
    || case when failed.failing_rows > {{ rows_shown }} then ' and more' else '' end
    || '.' as message,
    failed.source_ref
from delivered
inner join {{ ref('months') }} as months on delivered.reporting_month = months.month
inner join checks on delivered.is_list_of_annex_a or (checks.is_of_cells and delivered.profile <> 'annex_a')
left join failed
    on
        delivered.authority_code = failed.authority_code
        and delivered.extract = failed.list
        and delivered.reporting_month = failed.reporting_month
        and checks.check_id = failed.check_id

union all

select
    'lists_hold_events' as check_id,
    {{ comparison_id(["'lists_hold_events'", 'delivered.authority_code', 'delivered.extract', 'delivered.reporting_month']) }} as comparison_id,
    delivered.authority_code,
    delivered.own_extract as extract,
    delivered.reporting_month,
    delivered.reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(events.events, 0) as double) as observed,
    cast(null as double) as expected,
    coalesce(events.events, 0) > 0 or delivered.row_count = 0 as is_agreed,
    delivered.file_path || ': none of its ' || {{ show_count('delivered.row_count') }}
    || ' rows has a child and a date that can be read, so the month would count nothing. quality.rejected_rows says why; correct the file and drop it again.'
        as message,
    delivered.file_path || coalesce(', sheet ' || delivered.sheet, '') as source_ref
from delivered
left join events
    on
        delivered.authority_code = events.authority_code
        and delivered.extract = events.extract
        and delivered.reporting_month = events.reporting_month
where delivered.is_list_of_annex_a
