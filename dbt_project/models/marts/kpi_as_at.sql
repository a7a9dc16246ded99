-- grain: one row per authority, month, measure, basis and reporting month that first gave the figure, or changed it
with
    latest as (
        select authority_code, reporting_month from {{ source("history", "reporting_months") }} where not is_kept
    ),

    -- where a month between is not known, nobody can tell in which of the two a figure changed
    known_since as (
        select authority_code, max(reporting_month) as reporting_month
        from {{ source("history", "reporting_months") }}
        where is_start
        group by authority_code
    ),

    kept as (
        select
            known.authority_code,
            known.month,
            known.measure_id,
            known.basis,
            known.reporting_month,
            known.value,
            known.numerator,
            known.denominator,
            known.ytd_value,
            known.is_supplied,
            known.is_mature
        from {{ source("history", "kpi_values") }} as known
        inner join known_since on known.authority_code = known_since.authority_code
        inner join {{ ref("measures") }} as measures on known.measure_id = measures.measure_id
        where known.reporting_month >= known_since.reporting_month
    ),

    last_kept as (
        select
            authority_code, month, measure_id, basis, value, numerator, denominator, ytd_value, is_supplied, is_mature
        from kept
        qualify
            row_number() over (
                partition by authority_code, month, measure_id, basis order by reporting_month desc nulls last
            )
            = 1
    ),

    told_now as (
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            latest.reporting_month,
            kpi.value,
            kpi.numerator,
            kpi.denominator,
            kpi.ytd_value,
            kpi.is_supplied,
            kpi.is_mature
        from {{ ref("kpi_monthly") }} as kpi
        inner join latest on kpi.authority_code = latest.authority_code
        left join
            last_kept
            on kpi.authority_code = last_kept.authority_code
            and kpi.month = last_kept.month
            and kpi.measure_id = last_kept.measure_id
            and kpi.basis = last_kept.basis
        where
            last_kept.measure_id is null
            or kpi.value is distinct from last_kept.value
            or kpi.numerator is distinct from last_kept.numerator
            or kpi.denominator is distinct from last_kept.denominator
            or kpi.ytd_value is distinct from last_kept.ytd_value
            or kpi.is_supplied is distinct from last_kept.is_supplied
            or kpi.is_mature is distinct from last_kept.is_mature
    ),

    gathered as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            reporting_month,
            value,
            numerator,
            denominator,
            ytd_value,
            is_supplied,
            is_mature
        from kept
        union all
        select
            authority_code,
            month,
            measure_id,
            basis,
            reporting_month,
            value,
            numerator,
            denominator,
            ytd_value,
            is_supplied,
            is_mature
        from told_now
    )

select
    cast(gathered.authority_code as string) as authority_code,
    cast(gathered.month as date) as month,
    cast(gathered.measure_id as string) as measure_id,
    cast(gathered.basis as string) as basis,
    cast(gathered.reporting_month as date) as reporting_month,
    cast(lead(gathered.reporting_month) over versions as date) as changed_in,
    cast(gathered.value as double) as value,
    cast(gathered.numerator as double) as numerator,
    cast(gathered.denominator as double) as denominator,
    cast(gathered.ytd_value as double) as ytd_value,
    cast(gathered.is_supplied as boolean) as is_supplied,
    cast(gathered.is_mature as boolean) as is_mature,
    cast(gathered.value - lag(gathered.value) over versions as double) as difference,
    cast(known.is_by_current_rules as boolean) as is_by_current_rules
from gathered
inner join
    {{ source("history", "reporting_months") }} as known
    on gathered.authority_code = known.authority_code
    and gathered.reporting_month = known.reporting_month
window
    versions as (
        partition by gathered.authority_code, gathered.month, gathered.measure_id, gathered.basis
        order by gathered.reporting_month asc nulls last
    )
