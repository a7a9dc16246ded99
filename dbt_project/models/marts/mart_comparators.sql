-- grain: one row per authority, month, measure, basis, statistic and comparator, of published ones also area and definition
with figures as (
    select
        kpi.authority_code,
        kpi.month,
        kpi.measure_id,
        kpi.basis,
        'value' as statistic,
        kpi.value
    from {{ ref('kpi_monthly') }} as kpi
    where kpi.value is not null and kpi.is_mature

    union all

    -- a year to date without all of its months is none of the year
    select
        kpi.authority_code,
        kpi.month,
        kpi.measure_id,
        kpi.basis,
        'ytd' as statistic,
        kpi.ytd_value as value
    from {{ ref('kpi_monthly') }} as kpi
    inner join {{ ref('measures') }} as measures on kpi.measure_id = measures.measure_id
    inner join {{ ref('months') }} as months on kpi.month = months.month
    where
        kpi.ytd_value is not null
        and kpi.is_mature
        and measures.ytd_rule <> 'latest'
        and kpi.months_supplied = months.financial_month

    union all

    select
        authority_code,
        month,
        measure_id,
        basis,
        'rate_per_10000' as statistic,
        rate_per_10000 as value
    from {{ ref('mart_rates') }}
    where rate_per_10000 is not null
),

-- what is done or recorded in another way since a year ago has no year ago
broken as (
    select
        figures.authority_code,
        figures.month,
        figures.measure_id,
        figures.statistic,
        max_by(breaks.reason, breaks.break_month) as reason
    from figures
    inner join {{ ref('measures') }} as measures on figures.measure_id = measures.measure_id
    inner join {{ ref('process_breaks') }} as breaks
        on
            breaks.break_month <= figures.month
            -- the first month that the figure of a year ago is of
            and breaks.break_month > case
                when figures.statistic = 'ytd' then {{ financial_year_start(add_months_to('figures.month', -12)) }}
                when figures.statistic = 'rate_per_10000' and measures.kind <> 'stock' then {{ add_months_to('figures.month', -23) }}
                else {{ add_months_to('figures.month', -12) }}
            end
            and figures.authority_code = coalesce(breaks.authority_code, figures.authority_code)
            and figures.measure_id = coalesce(breaks.measure_id, figures.measure_id)
            and measures.domain = coalesce(breaks.domain, measures.domain)
    group by figures.authority_code, figures.month, figures.measure_id, figures.statistic
),

last_year as (
    select
        figures.authority_code,
        figures.month,
        figures.measure_id,
        figures.basis,
        figures.statistic,
        figures.value,
        before.value as other_value,
        months.month_name as period,
        broken.reason
    from figures
    inner join figures as before
        on
            figures.authority_code = before.authority_code
            and {{ add_months_to('figures.month', -12) }} = before.month
            and figures.measure_id = before.measure_id
            and figures.basis = before.basis
            and figures.statistic = before.statistic
    inner join {{ ref('months') }} as months on before.month = months.month
    left join broken
        on
            figures.authority_code = broken.authority_code
            and figures.month = broken.month
            and figures.measure_id = broken.measure_id
            and figures.statistic = broken.statistic
),

-- a count depends on the size of the authority
others as (
    select
        figures.authority_code,
        figures.month,
        figures.measure_id,
        figures.basis,
        figures.statistic,
        figures.value,
        median(other.value) as other_value,
        count(*) as authorities
    from figures
    inner join {{ ref('measures') }} as measures on figures.measure_id = measures.measure_id
    inner join figures as other
        on
            figures.month = other.month
            and figures.measure_id = other.measure_id
            and figures.basis = other.basis
            and figures.statistic = other.statistic
            and figures.authority_code <> other.authority_code
    where measures.unit = 'percentage' or figures.statistic = 'rate_per_10000'
    group by
        figures.authority_code, figures.month, figures.measure_id, figures.basis, figures.statistic, figures.value
),

-- the latest period that was over by the month's end, as last published
published as (
    select
        figures.authority_code,
        figures.month,
        figures.measure_id,
        figures.basis,
        figures.statistic,
        figures.value,
        statistics.area_code,
        statistics.area_name,
        statistics.period,
        statistics.figure as other_value,
        statistics.definition,
        statistics.source,
        statistics.published_on,
        statistics.obstacle
    from figures
    inner join {{ ref('int_published_statistics__judged') }} as statistics
        on
            figures.authority_code = statistics.authority_code
            and figures.measure_id = statistics.measure_id
            and figures.statistic = statistics.statistic
            and figures.month >= statistics.period_month
    where statistics.area_code <> '' and (statistics.figure is not null or statistics.obstacle is not null)
    qualify
        row_number() over (
            partition by
                figures.authority_code, figures.month, figures.measure_id, figures.basis, figures.statistic,
                statistics.area_code, lower(statistics.definition)
            order by
                statistics.period_month desc nulls last,
                statistics.published_on desc nulls last,
                statistics.reporting_month desc nulls last,
                statistics.source_row desc nulls last
        ) = 1
),

compared as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        statistic,
        value,
        'same period last year' as comparator,
        cast(null as string) as area_code,
        cast(null as string) as area_name,
        period,
        other_value,
        cast(null as bigint) as authorities,
        cast(null as string) as definition,
        cast(null as string) as source,
        cast(null as date) as published_on,
        'done or recorded in another way since then: ' || reason as reason
    from last_year

    union all

    select
        others.authority_code,
        others.month,
        others.measure_id,
        others.basis,
        others.statistic,
        others.value,
        'median of other authorities' as comparator,
        cast(null as string) as area_code,
        cast(null as string) as area_name,
        months.month_name as period,
        others.other_value,
        others.authorities,
        cast(null as string) as definition,
        cast(null as string) as source,
        cast(null as date) as published_on,
        case
            when others.authorities < {{ var('comparator_authorities') }}
                then 'a median takes {{ var('comparator_authorities') }} other authorities with a figure'
        end as reason
    from others
    inner join {{ ref('months') }} as months on others.month = months.month

    union all

    select
        authority_code,
        month,
        measure_id,
        basis,
        statistic,
        value,
        'published' as comparator,
        area_code,
        area_name,
        period,
        other_value,
        cast(null as bigint) as authorities,
        definition,
        source,
        published_on,
        obstacle as reason
    from published
)

select
    authority_code,
    month,
    measure_id,
    basis,
    statistic,
    cast(value as double) as value,
    comparator,
    area_code,
    area_name,
    period,
    cast(case when reason is null then other_value end as double) as comparator_value,
    cast(case when reason is null then value - other_value end as double) as difference,
    cast(authorities as int) as authorities,
    definition,
    source,
    published_on,
    reason is null as is_shown,
    reason
from compared
