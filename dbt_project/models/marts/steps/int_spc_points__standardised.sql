-- grain: one row per authority, month, measure and basis that has a value: its distance from the mean of its baseline
-- A chart is of one authority, measure and basis. It begins again at each break in how something is done or recorded.
with
    points as (
        -- a month whose events are not all known yet is left out; a month without a value is a gap
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            kpi.value,
            measures.unit,
            measures.ytd_rule = 'latest' as is_at_month_end,
            case when measures.kind = 'ratio' and kpi.denominator > 0 then kpi.denominator end as denominator,
            max(breaks.break_month) as break_month
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        left join
            {{ ref("process_breaks") }} as breaks
            on kpi.month >= breaks.break_month
            and kpi.authority_code = coalesce(breaks.authority_code, kpi.authority_code)
            and kpi.measure_id = coalesce(breaks.measure_id, kpi.measure_id)
            and measures.domain = coalesce(breaks.domain, measures.domain)
        where kpi.value is not null and kpi.is_mature
        group by
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            kpi.value,
            measures.unit,
            measures.ytd_rule,
            measures.kind,
            kpi.denominator
    ),

    points_numbered as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            unit,
            is_at_month_end,
            denominator,
            break_month,
            row_number() over chart as point,
            row_number() over chart <= {{ var("spc_baseline_months") }} as is_in_baseline,
            -- a gap ends every run of months
            coalesce(lag(month) over chart = {{ add_months_to("month", -1) }}, false) as follows_last_month,
            value - lag(value) over chart as step,
            count(denominator) over whole_chart = count(*) over whole_chart as has_denominators
        from points
        window
            chart as (partition by authority_code, measure_id, basis, break_month order by month asc nulls last),
            whole_chart as (partition by authority_code, measure_id, basis, break_month)
    ),

    means_taken as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            unit,
            is_at_month_end,
            has_denominators,
            denominator,
            break_month,
            point,
            is_in_baseline,
            follows_last_month,
            step,
            min(month) over chart as baseline_from,
            cast(sum(case when is_in_baseline then 1 else 0 end) over chart as int) as baseline_months,
            -- months with more in the denominator say more about the percentage
            case
                when has_denominators
                then
                    sum(case when is_in_baseline then value * denominator end) over chart
                    / nullif(sum(case when is_in_baseline then denominator end) over chart, 0)
                else avg(case when is_in_baseline then value end) over chart
            end as mean
        from points_numbered
        window chart as (partition by authority_code, measure_id, basis, break_month)
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    value,
    is_at_month_end,
    break_month,
    cast(point as bigint) as point,
    is_in_baseline,
    follows_last_month,
    step,
    baseline_from,
    baseline_months,
    mean,
    -- the standard deviation that chance alone gives a count, or a percentage of so many
    case
        when unit = 'count'
        then sqrt(mean)
        when has_denominators
        then sqrt(greatest(mean * (100 - mean), 0) / denominator)
        else 0
    end as chance,
    cast(
        case when unit = 'count' then 1 when has_denominators then 100.0 / denominator else 0 end as double
    ) as one_child
from means_taken
