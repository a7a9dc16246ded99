-- grain: one row per published figure of a year or its end, with the latest of its months that the council printed
with
    years_of_months as (
        select
            printed.authority_code,
            printed.measure_id,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference,
            count(*) as months_printed,
            sum(printed.value) as printed_total,
            max(printed.month) as latest_month
        from {{ ref("printed_months__stepped") }} as printed
        inner join
            {{ ref("int_published_figures__known") }} as published
            on printed.authority_code = published.area_code
            and printed.measure_id = published.measure_id
            and printed.month <= published.period_month
            and printed.month >= {{ add_months_to("published.period_month", -11) }}
        -- a rate made here from the count would say again what the count says
        where not published.is_made
        group by
            printed.authority_code,
            printed.measure_id,
            published.statistic,
            published.is_year,
            published.period,
            published.period_month,
            published.figure,
            published.difference
    )

select
    latest.authority_code,
    latest.measure_id,
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
    years.months_printed,
    years.printed_total,
    (year(years.period_month) - year(latest.month)) * 12
    + month(years.period_month)
    - month(latest.month) as months_to_come,
    latest.months_known,
    latest.largest_month,
    -- what the months without a value would have to be, and at least
    0.01 * {{ percentage("years.figure - years.printed_total", "12 - years.months_printed") }} as left_a_month,
    0.01
    * {{
        percentage(
            "years.figure * (1 - 0.01 * " ~ var("published_within_percent") ~ ") - years.printed_total",
            "12 - years.months_printed",
        )
    }} as least_left_a_month,
    latest.largest_step,
    -- how far the two may be apart when they are of the same day or year
    case
        when latest.unit = 'percentage'
        then cast({{ var("published_within_points") }} as double)
        else 0.01 * {{ var("published_within_percent") }} * years.figure
    end as allowed
from years_of_months as years
inner join
    {{ ref("printed_months__stepped") }} as latest
    on years.authority_code = latest.authority_code
    and years.measure_id = latest.measure_id
    and years.latest_month = latest.month
