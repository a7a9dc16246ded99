-- grain: one row per published figure of a year or its end and basis, with the latest of its months that is known
with
    years_of_months as (
        select
            known.authority_code,
            known.measure_id,
            known.basis,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference,
            count(*) as months_of_year,
            sum(known.value) as total_of_year,
            sum(known.denominator) as denominator_of_year,
            max(known.month) as latest_month
        from {{ ref("monthly_values__stepped") }} as known
        inner join
            {{ ref("int_published_figures__known") }} as published
            on known.authority_code = published.area_code
            and known.measure_id = published.measure_id
            and known.month <= published.period_month
            and known.month >= {{ add_months_to("published.period_month", -11) }}
        -- a rate made here from the count would say again what the count says
        where not published.is_made
        group by
            known.authority_code,
            known.measure_id,
            known.basis,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference
    ),

    -- each with its latest month, and how far the two may be apart when they are of the same day or year
    latest_months as (
        select
            latest.authority_code,
            latest.measure_id,
            latest.basis,
            latest.made,
            latest.month,
            latest.month_name,
            latest.value,
            latest.ytd_value,
            latest.months_supplied,
            latest.reporting_month,
            latest.source_ref,
            latest.measure_name,
            latest.unit,
            latest.kind,
            latest.extract,
            years.statistic,
            years.is_year,
            years.period,
            years.period_month,
            years.figure,
            years.difference,
            years.months_of_year,
            years.total_of_year,
            12 - years.months_of_year as months_unknown,
            (year(years.period_month) - year(latest.month)) * 12
            + month(years.period_month)
            - month(latest.month) as months_to_come,
            latest.months_known,
            latest.largest_month,
            latest.smallest_month,
            latest.largest_step,
            -- a record that is entered late moves a count by one child, and a share by one of its denominator
            case
                when latest.unit <> 'percentage'
                then
                    greatest(
                        cast({{ var("published_within_children") }} as double),
                        0.01 * {{ var("published_within_percent") }} * years.figure
                    )
                when years.statistic = 'ytd'
                then
                    greatest(
                        cast({{ var("published_within_points") }} as double),
                        coalesce({{ percentage(var("published_within_children"), "years.denominator_of_year") }}, 0)
                    )
                else
                    greatest(
                        cast({{ var("published_within_points") }} as double),
                        coalesce({{ percentage(var("published_within_children"), "latest.denominator") }}, 0)
                    )
            end as allowed
        from years_of_months as years
        inner join
            {{ ref("monthly_values__stepped") }} as latest
            on years.authority_code = latest.authority_code
            and years.measure_id = latest.measure_id
            and years.basis = latest.basis
            and years.latest_month = latest.month
    )

select
    authority_code,
    measure_id,
    basis,
    made,
    month,
    month_name,
    value,
    ytd_value,
    months_supplied,
    reporting_month,
    source_ref,
    measure_name,
    unit,
    kind,
    extract,
    statistic,
    is_year,
    period,
    period_month,
    figure,
    difference,
    months_of_year,
    total_of_year,
    months_to_come,
    months_known,
    largest_month,
    smallest_month,
    largest_step,
    allowed,
    -- what the months without a value would have to be, at least and at most
    0.01 * {{ percentage("figure - total_of_year", "months_unknown") }} as left_a_month,
    0.01 * {{ percentage("figure - allowed - total_of_year", "months_unknown") }} as least_left_a_month,
    0.01 * {{ percentage("figure + allowed - total_of_year", "months_unknown") }} as most_left_a_month
from latest_months
