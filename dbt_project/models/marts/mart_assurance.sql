-- grain: one row per authority, month, measure and basis that has a target: whether the target can be relied on
with
    -- the council's own target, the latest that began by the month; without one that of the register
    targets_known as (
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            kpi.value,
            measures.polarity,
            coalesce(own.target, measures.target) as target
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        left join
            {{ ref("targets") }} as own
            on kpi.authority_code = own.authority_code
            and kpi.measure_id = own.measure_id
            and kpi.month >= own.from_month
        where coalesce(own.target, measures.target) is not null
        qualify
            row_number() over (
                partition by kpi.authority_code, kpi.month, kpi.measure_id, kpi.basis
                order by own.from_month desc nulls last
            )
            = 1
    ),

    values_judged as (
        select
            known.authority_code,
            known.month,
            known.measure_id,
            known.basis,
            known.value,
            known.target,
            known.polarity,
            charts.baseline_from,
            charts.baseline_months,
            charts.lower_limit,
            charts.upper_limit,
            case
                when known.polarity = 'higher'
                then known.value >= known.target
                when known.polarity = 'lower'
                then known.value <= known.target
            end as is_target_reached
        from targets_known as known
        left join
            {{ ref("kpi_spc") }} as charts
            on known.authority_code = charts.authority_code
            and known.month = charts.month
            and known.measure_id = charts.measure_id
            and known.basis = charts.basis
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    value,
    target,
    polarity,
    is_target_reached,
    baseline_from,
    baseline_months,
    lower_limit,
    upper_limit,
    -- of the months that chance could bring, all, none or some reach the target
    case
        when polarity = 'neutral'
        then 'no better direction'
        when coalesce(baseline_months, 0) < {{ var("assurance_minimum_months") }} or upper_limit is null
        then 'too few months'
        when case when polarity = 'higher' then lower_limit >= target else upper_limit <= target end
        then 'hit'
        when case when polarity = 'higher' then upper_limit < target else lower_limit > target end
        then 'miss'
        else 'cannot be relied on'
    end as assurance
from values_judged
