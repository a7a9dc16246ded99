-- grain: one row per authority, month, measure and basis; a ratio with its parts
with
    figures_of_both as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            printed_value,
            printed_ytd,
            printed_mark,
            is_supplied,
            true as is_mature,
            reporting_month,
            source_ref
        from {{ ref("int_measures__reported") }}

        union all

        select
            authority_code,
            month,
            measure_id,
            basis,
            value,
            printed_value,
            printed_ytd,
            cast(null as string) as printed_mark,
            is_supplied,
            is_mature,
            reporting_month,
            source_ref
        from {{ ref("int_measures__computed") }}
    )

select
    figures.authority_code,
    figures.month,
    figures.measure_id,
    figures.basis,
    measures.kind,
    measures.ytd_rule,
    months.financial_year,
    months.financial_month,
    case
        when measures.kind <> 'ratio'
        then figures.value
        -- a share printed without its numerator has no parts to compute it from: the printed figure is all there is
        when numerators.measure_id is null
        then figures.value
        else {{ percentage("numerators.value", "denominators.value") }}
    end as value,
    numerators.value as numerator,
    denominators.value as denominator,
    figures.printed_value,
    figures.printed_ytd,
    figures.printed_mark,
    case
        when figures.basis = 'computed' and measures.kind = 'ratio'
        then numerators.value is not null and denominators.value is not null
        else figures.is_supplied
    end as is_supplied,
    figures.is_mature,
    figures.reporting_month,
    figures.source_ref
from figures_of_both as figures
inner join {{ ref("measures") }} as measures on figures.measure_id = measures.measure_id
inner join {{ ref("months") }} as months on figures.month = months.month
left join
    figures_of_both as numerators
    on figures.authority_code = numerators.authority_code
    and figures.month = numerators.month
    and figures.basis = numerators.basis
    and measures.numerator_id = numerators.measure_id
left join
    figures_of_both as denominators
    on figures.authority_code = denominators.authority_code
    and figures.month = denominators.month
    and figures.basis = denominators.basis
    and measures.denominator_id = denominators.measure_id
