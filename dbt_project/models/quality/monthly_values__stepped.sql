-- grain: one row per month of a measure, as printed or as computed, with how far its months move
with
    months_of_measures as (
        select
            kpi.authority_code,
            kpi.measure_id,
            kpi.basis,
            kpi.month,
            months.month_name,
            months.financial_month,
            kpi.value,
            kpi.denominator,
            kpi.ytd_value,
            kpi.months_supplied,
            kpi.reporting_month,
            kpi.source_ref,
            measures.measure_name,
            measures.unit,
            measures.kind,
            case kpi.basis when 'reported' then measures.home_extract else measures.due_with end as extract,
            case kpi.basis when 'reported' then 'printed as ' else 'computed as ' end as made,
            case
                when lag(kpi.month) over series = {{ add_months_to("kpi.month", -1) }}
                then abs(kpi.value - lag(kpi.value) over series)
            end as step
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        inner join {{ ref("months") }} as months on kpi.month = months.month
        -- a month whose events are not all known yet tells nothing
        where kpi.value is not null and kpi.is_mature
        window series as (partition by kpi.authority_code, kpi.measure_id, kpi.basis order by kpi.month asc nulls last)
    )

select
    authority_code,
    measure_id,
    basis,
    month,
    month_name,
    financial_month,
    value,
    denominator,
    ytd_value,
    months_supplied,
    reporting_month,
    source_ref,
    measure_name,
    unit,
    kind,
    extract,
    made,
    -- the same for each month of a measure: how large and how small one ever was, and how far one ever was from the
    -- month before
    count(*) over whole_series as months_known,
    max(value) over whole_series as largest_month,
    min(value) over whole_series as smallest_month,
    max(step) over whole_series as largest_step
from months_of_measures
window whole_series as (partition by authority_code, measure_id, basis)
