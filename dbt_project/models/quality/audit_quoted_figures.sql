-- grain: one row per comparison of a figure that a text quotes with the marts: that it can be told, and that it is the same
with told as (
    -- what the council printed where it printed it, else what its lists give
    select
        authority_code,
        month,
        measure_id,
        statistic,
        basis,
        figure,
        unit,
        decimals
    from {{ ref('kpi_statistics') }}
    where figure is not null
    qualify row_number() over (partition by authority_code, month, measure_id, statistic order by basis desc nulls last) = 1
),

statistics as (
    select distinct statistic
    from {{ ref('kpi_statistics') }}
),

-- figures of a report's text: each says which statistic it is
quoted as (
    select
        quoted.authority_code,
        quoted.reporting_month,
        quoted.month,
        quoted.measure_id,
        quoted.statistic,
        quoted.topic,
        quoted.printed_text,
        quoted.figure,
        quoted.source_ref,
        told.basis,
        told.unit,
        told.figure as expected,
        case
            when quoted.printed_decimals = 0 then 0.5
            when quoted.printed_decimals = 1 then 0.05
            else 0.005
        end as half_a_digit,
        coalesce(measures.measure_name, quoted.measure_id) as measure_name,
        coalesce(months.month_name, quoted.period) as month_name,
        case
            when measures.measure_id is null then 'no measure ' || quoted.measure_id || ' is in the register'
            when quoted.month is null then 'the period ' || quoted.period || ' is no month written as YYYY-MM'
            when quoted.figure is null then 'its value ' || quoted.printed_text || ' is no number'
            when told.figure is null and statistics.statistic is null then 'no statistic ' || quoted.statistic || ' is in marts.kpi_statistics'
            when told.figure is null then 'nothing that was delivered gives it'
        end as obstacle,
        -- the same may be quoted twice
        row_number() over (
            partition by quoted.authority_code, quoted.reporting_month, quoted.measure_id, quoted.period, quoted.statistic, quoted.topic
            order by quoted.source_row asc nulls last
        ) as occurrence
    from {{ ref('int_quoted_figures__parsed') }} as quoted
    left join {{ ref('measures') }} as measures on quoted.measure_id = measures.measure_id
    left join {{ ref('months') }} as months on quoted.month = months.month
    left join statistics on quoted.statistic = statistics.statistic
    left join told
        on
            quoted.authority_code = told.authority_code
            and quoted.month = told.month
            and quoted.measure_id = told.measure_id
            and quoted.statistic = told.statistic
),

only_authority as (
    select max(authority_code) as authority_code
    from {{ ref('kpi_monthly') }}
    having count(distinct authority_code) = 1
),

typed as (
    select
        coalesce(typed.authority_code, only_authority.authority_code) as authority_code,
        typed.reporting_month,
        typed.file_path,
        typed.line,
        typed.place,
        typed.typed_text,
        typed.figure,
        typed.half_a_digit,
        typed.is_percentage,
        typed.statistic,
        typed.measure_id,
        typed.month,
        measures.measure_name
    from {{ source('commentary', 'typed_figures') }} as typed
    inner join {{ ref('measures') }} as measures on typed.measure_id = measures.measure_id
    left join only_authority on typed.authority_code is null
),

-- a share of contacts may be meant by "% of contacts", and the parts of a share by a count
spoken_of as (
    select
        measure_id,
        measure_id as related_id
    from {{ ref('measures') }}

    union

    select
        numerator_id as measure_id,
        measure_id as related_id
    from {{ ref('measures') }}
    where numerator_id is not null

    union

    select
        denominator_id as measure_id,
        measure_id as related_id
    from {{ ref('measures') }}
    where denominator_id is not null

    union

    select
        measure_id,
        numerator_id as related_id
    from {{ ref('measures') }}
    where numerator_id is not null

    union

    select
        measure_id,
        denominator_id as related_id
    from {{ ref('measures') }}
    where denominator_id is not null
),

-- a number typed in a commentary does not say which statistic it is: it stands if it is any that its words allow
compared as (
    select
        typed.authority_code,
        typed.reporting_month,
        typed.file_path,
        typed.line,
        typed.place,
        typed.typed_text,
        typed.figure,
        typed.measure_id,
        typed.measure_name,
        max(typed.month) as month,
        max(
            case
                when statistics.measure_id = typed.measure_id and statistics.statistic = coalesce(typed.statistic, 'value')
                    then statistics.figure
            end
        ) as expected,
        max(
            case
                when statistics.measure_id = typed.measure_id and statistics.statistic = coalesce(typed.statistic, 'value')
                    then statistics.unit
            end
        ) as unit,
        max(
            case
                when
                    (typed.statistic is null or statistics.statistic = typed.statistic or statistics.statistic like typed.statistic || '!_%' escape '!')
                    and (statistics.unit = 'percentage') = typed.is_percentage
                    and abs(statistics.figure) >= abs(typed.figure) - typed.half_a_digit
                    and abs(statistics.figure) < abs(typed.figure) + typed.half_a_digit
                    then 1
                else 0
            end
        ) = 1 as is_agreed
    from typed
    inner join spoken_of on typed.measure_id = spoken_of.measure_id
    inner join {{ ref('kpi_statistics') }} as statistics
        on
            typed.authority_code = statistics.authority_code
            and typed.month = statistics.month
            and spoken_of.related_id = statistics.measure_id
    group by
        typed.authority_code,
        typed.reporting_month,
        typed.file_path,
        typed.line,
        typed.place,
        typed.typed_text,
        typed.figure,
        typed.measure_id,
        typed.measure_name
)

select
    'quoted_figures_can_be_computed' as check_id,
    {{ comparison_id(["'quoted_figures_can_be_computed'", 'authority_code', 'reporting_month', 'measure_id', 'month', 'statistic', 'topic', 'occurrence']) }}
        as comparison_id,
    authority_code,
    'quoted_figures' as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    obstacle is null as is_agreed,
    topic || ': quoted as ' || printed_text || ' (' || measure_name || ', ' || statistic || ', ' || month_name
    || '); it cannot be computed, for ' || obstacle || '.' as message,
    source_ref
from quoted

union all

select
    case basis when 'reported' then 'quoted_figures_agree' else 'quoted_figures_agree_with_lists' end as check_id,
    {{ comparison_id(["'quoted_figures_agree'", 'basis', 'authority_code', 'reporting_month', 'measure_id', 'month', 'statistic', 'topic', 'occurrence']) }}
        as comparison_id,
    authority_code,
    'quoted_figures' as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    -- half up: 12.5 is quoted as 13
    expected >= figure - half_a_digit and expected < figure + half_a_digit as is_agreed,
    topic || ': quoted as ' || printed_text || ' (' || measure_name || ', ' || statistic || ', ' || month_name || '); '
    || case basis when 'reported' then 'the printed tables give ' else 'the child-level lists give ' end
    || {{ show_figure('expected', 'unit') }} || '.' as message,
    source_ref
from quoted
where obstacle is null

union all

select
    'commentary_agrees_with_figures' as check_id,
    {{ comparison_id(["'commentary_agrees_with_figures'", 'authority_code', 'reporting_month', 'file_path', 'measure_id', 'typed_text', 'place']) }}
        as comparison_id,
    authority_code,
    cast(null as string) as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    is_agreed,
    '"' || typed_text || '" is typed by hand for ' || measure_name || ', which no figure of it bears out'
    || coalesce('; it is ' || {{ show_figure('expected', 'unit') }}, '')
    || '. Write a placeholder, such as {% raw %}{{ ' || measure_id || ' }}{% endraw %}, and the pack fills it.' as message,
    file_path || ', line ' || cast(line as string) as source_ref
from compared
