-- grain: one row per month of a measure that a council printed, with how far its months move
with
    printed_months as (
        select
            kpi.authority_code,
            kpi.measure_id,
            kpi.month,
            months.month_name,
            months.financial_month,
            kpi.value,
            kpi.ytd_value,
            kpi.months_supplied,
            kpi.reporting_month,
            kpi.source_ref,
            measures.measure_name,
            measures.unit,
            measures.kind,
            measures.home_extract as extract,
            case
                when lag(kpi.month) over series = {{ add_months_to("kpi.month", -1) }}
                then abs(kpi.value - lag(kpi.value) over series)
            end as step
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        inner join {{ ref("months") }} as months on kpi.month = months.month
        where kpi.basis = 'reported' and kpi.value is not null
        window series as (partition by kpi.authority_code, kpi.measure_id order by kpi.month asc nulls last)
    )

select
    authority_code,
    measure_id,
    month,
    month_name,
    financial_month,
    value,
    ytd_value,
    months_supplied,
    reporting_month,
    source_ref,
    measure_name,
    unit,
    kind,
    extract,
    -- the same for each month of a measure: how large one ever was, and how far one ever was from the month before
    count(*) over whole_series as months_known,
    max(value) over whole_series as largest_month,
    max(step) over whole_series as largest_step
from printed_months
window whole_series as (partition by authority_code, measure_id)
