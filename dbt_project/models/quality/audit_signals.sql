-- grain: one row per measure and rule of its XmR chart at the latest month of the series, and one per figure that was restated
with measured_months as (
    select
        authority_code,
        measure_id,
        basis,
        month,
        reporting_month,
        source_ref,
        max(month) over (partition by authority_code) as authority_month
    from {{ ref('kpi_monthly') }}
    where is_mature
),

-- of a measure that is both printed and computed one is enough: the later one, of two of one month the printed
latest_months as (
    select
        authority_code,
        measure_id,
        basis,
        month,
        reporting_month,
        source_ref
    from measured_months
    where month >= {{ add_months_to('authority_month', -var('spc_finding_months')) }}
    qualify
        row_number() over (partition by authority_code, measure_id order by month desc nulls last, basis desc nulls last) = 1
),

judged as (
    select
        spc.authority_code,
        case when spc.basis = 'reported' then measures.home_extract end as extract,
        latest_months.reporting_month,
        spc.month,
        spc.measure_id,
        measures.unit,
        spc.value,
        spc.mean,
        spc.lower_limit,
        spc.upper_limit,
        spc.months_on_side,
        spc.months_in_trend,
        spc.is_outside_limits,
        spc.is_on_one_side,
        spc.is_trend,
        {{ add_months_to('spc.month', '1 - greatest(abs(spc.months_on_side), 1)') }} as side_from,
        {{ add_months_to('spc.month', '1 - greatest(abs(spc.months_in_trend), 1)') }} as trend_from,
        measures.measure_name || ', ' || months.month_name || ': ' as about,
        baseline_months.month_name as baseline_month_name,
        latest_months.source_ref
    from {{ ref('kpi_spc') }} as spc
    inner join latest_months
        on
            spc.authority_code = latest_months.authority_code
            and spc.measure_id = latest_months.measure_id
            and spc.basis = latest_months.basis
            and spc.month = latest_months.month
    inner join {{ ref('measures') }} as measures on spc.measure_id = measures.measure_id
    inner join {{ ref('months') }} as months on spc.month = months.month
    inner join {{ ref('months') }} as baseline_months on spc.baseline_from = baseline_months.month
    where spc.mean is not null
),

-- a restatement is news until the extract's next month has come
first_of_latest_month as (
    select
        authority_code,
        extract,
        min(received_at) as received_at
    from (
        select
            authority_code,
            extract,
            reporting_month,
            received_at,
            max(reporting_month) over (partition by authority_code, extract) as latest_month
        from {{ source('quality', 'ingest_ledger') }}
        where status = 'accepted'
    ) as accepted
    where reporting_month = latest_month
    group by authority_code, extract
),

restated as (
    select
        restatements.authority_code,
        restatements.extract,
        restatements.reporting_month,
        restatements.version,
        restatements.period,
        restatements.month,
        restatements.measure_id,
        restatements.figure,
        restatements.printed_text,
        restatements.earlier_figure,
        restatements.earlier_text,
        restatements.earlier_source_ref,
        restatements.source_ref,
        -- of a year to date that only follows its months nothing is said
        sum(case when restatements.period = 'month' then 1 else 0 end) over (
            partition by
                restatements.authority_code,
                restatements.extract,
                restatements.measure_id,
                restatements.reporting_month,
                restatements.version
        ) as months_restated,
        ledger.received_at >= first_of_latest_month.received_at as is_news
    from {{ ref('restatements') }} as restatements
    inner join {{ source('quality', 'ingest_ledger') }} as ledger
        on
            restatements.authority_code = ledger.authority_code
            and restatements.extract = ledger.extract
            and restatements.reporting_month = ledger.reporting_month
            and restatements.version = ledger.version
            and ledger.status = 'accepted'
    inner join first_of_latest_month
        on restatements.authority_code = first_of_latest_month.authority_code and restatements.extract = first_of_latest_month.extract
)

select
    'figures_lie_within_process_limits' as check_id,
    {{ comparison_id(["'figures_lie_within_process_limits'", 'authority_code', 'measure_id', 'month']) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    value as observed,
    case when value > mean then upper_limit else lower_limit end as expected,
    not is_outside_limits as is_agreed,
    about || {{ show_figure('value', 'unit') }}
    || case
        when value > mean then ' is above the upper limit of ' || {{ show_bound('upper_limit', 'floor', 'unit') }}
        else ' is below the lower limit of ' || {{ show_bound('lower_limit', 'ceil', 'unit') }}
    end
    || ' of the months since ' || baseline_month_name || ' (mean ' || {{ show_mean('mean', 'unit') }} || ').' as message,
    source_ref
from judged

union all

select
    'figures_fall_on_both_sides_of_the_mean' as check_id,
    {{ comparison_id(["'figures_fall_on_both_sides_of_the_mean'", 'judged.authority_code', 'judged.measure_id', 'judged.side_from']) }}
        as comparison_id,
    judged.authority_code,
    judged.extract,
    judged.reporting_month,
    judged.month,
    judged.measure_id,
    judged.value as observed,
    judged.mean as expected,
    not judged.is_on_one_side as is_agreed,
    judged.about || {{ show_figure('judged.value', 'judged.unit') }} || '; '
    || cast(abs(judged.months_on_side) as string) || ' months in a row, since ' || started.month_name || ', lie '
    || case when judged.months_on_side > 0 then 'above' else 'below' end
    || ' the mean of ' || {{ show_mean('judged.mean', 'judged.unit') }} || ' of the months since ' || judged.baseline_month_name || '.' as message,
    judged.source_ref
from judged
inner join {{ ref('months') }} as started on judged.side_from = started.month

union all

select
    'figures_neither_keep_rising_nor_falling' as check_id,
    {{ comparison_id(["'figures_neither_keep_rising_nor_falling'", 'judged.authority_code', 'judged.measure_id', 'judged.trend_from']) }}
        as comparison_id,
    judged.authority_code,
    judged.extract,
    judged.reporting_month,
    judged.month,
    judged.measure_id,
    judged.value as observed,
    cast(null as double) as expected,
    not judged.is_trend as is_agreed,
    judged.about || {{ show_figure('judged.value', 'judged.unit') }} || '; '
    || case when judged.months_in_trend > 0 then 'rising' else 'falling' end || ' for '
    || cast(abs(judged.months_in_trend) as string) || ' months in a row, since ' || started.month_name || '.' as message,
    judged.source_ref
from judged
inner join {{ ref('months') }} as started on judged.trend_from = started.month

union all

select
    'figures_are_not_restated' as check_id,
    {{ comparison_id([
        "'figures_are_not_restated'", 'restated.authority_code', 'restated.extract', 'restated.measure_id', 'restated.period',
        'restated.month', 'restated.reporting_month', 'restated.version'
    ]) }} as comparison_id,
    restated.authority_code,
    restated.extract,
    restated.reporting_month,
    restated.month,
    restated.measure_id,
    restated.figure as observed,
    restated.earlier_figure as expected,
    not restated.is_news as is_agreed,
    measures.measure_name || ', '
    || case restated.period when 'ytd' then 'year to date to ' else '' end || months.month_name || ': '
    || case when restated.figure is null then 'left blank' else 'restated as ' || restated.printed_text end
    || case
        when restated.earlier_figure is null then '; it was left blank before ('
        else '; it was printed as ' || restated.earlier_text || ' before ('
    end
    || restated.earlier_source_ref || ').' as message,
    restated.source_ref
from restated
inner join {{ ref('measures') }} as measures on restated.measure_id = measures.measure_id
inner join {{ ref('months') }} as months on restated.month = months.month
where restated.period = 'month' or restated.months_restated = 0
