-- grain: one row per authority, month, measure and basis
with
    year_to_date as (
        select
            authority_code,
            month,
            measure_id,
            basis,
            ytd_rule,
            value,
            numerator,
            denominator,
            printed_value,
            printed_ytd,
            printed_mark,
            is_supplied,
            is_mature,
            reporting_month,
            source_ref,
            financial_year,
            -- a month counts towards a ratio's year to date only when both its parts are supplied
            sum(case when denominator is not null then numerator end) over months_so_far as numerator_so_far,
            sum(case when numerator is not null then denominator end) over months_so_far as denominator_so_far,
            sum(value) over months_so_far as sum_so_far,
            count(value) over months_so_far as months_supplied
        from {{ ref("int_measures__with_parts") }}
        window
            months_so_far as (
                partition by authority_code, measure_id, basis, financial_year
                order by month asc nulls last
                rows between unbounded preceding and current row
            )
    )

select
    cast(authority_code as string) as authority_code,
    cast(month as date) as month,
    cast(measure_id as string) as measure_id,
    cast(basis as string) as basis,
    cast(value as double) as value,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    cast(
        case
            ytd_rule
            when 'sum'
            then sum_so_far
            when 'latest'
            then value
            when 'ratio_of_sums'
            then {{ percentage("numerator_so_far", "denominator_so_far") }}
        end as double
    ) as ytd_value,
    cast(printed_value as double) as printed_value,
    cast(printed_ytd as double) as printed_ytd,
    cast(printed_mark as string) as printed_mark,
    cast(is_supplied as boolean) as is_supplied,
    cast(is_mature as boolean) as is_mature,
    cast(reporting_month as date) as reporting_month,
    cast(financial_year as string) as financial_year,
    cast(months_supplied as int) as months_supplied,
    cast(source_ref as string) as source_ref
from year_to_date
