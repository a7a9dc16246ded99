-- grain: one row per authority, month, measure, basis, statistic and comparator
-- Published comparators: one row for each area and definition.
with
    comparators as (
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
            comparator_value,
            cast(null as int) as authorities,
            cast(null as double) as lowest,
            cast(null as double) as highest,
            cast(null as int) as model_year,
            cast(null as string) as definition,
            cast(null as string) as source,
            cast(null as date) as published_on,
            reason
        from {{ ref("int_last_year__compared") }}

        union all

        select
            authority_code,
            month,
            measure_id,
            basis,
            statistic,
            value,
            'median of other authorities' as comparator,
            cast(null as string) as area_code,
            cast(null as string) as area_name,
            period,
            comparator_value,
            authorities,
            cast(null as double) as lowest,
            cast(null as double) as highest,
            cast(null as int) as model_year,
            cast(null as string) as definition,
            cast(null as string) as source,
            cast(null as date) as published_on,
            reason
        from {{ ref("int_other_authorities__compared") }}

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
            comparator_value,
            cast(null as int) as authorities,
            cast(null as double) as lowest,
            cast(null as double) as highest,
            cast(null as int) as model_year,
            definition,
            source,
            published_on,
            reason
        from {{ ref("int_published_statistics__compared") }}

        union all

        select
            authority_code,
            month,
            measure_id,
            basis,
            statistic,
            value,
            'median of statistical neighbours' as comparator,
            cast(null as string) as area_code,
            cast(null as string) as area_name,
            period,
            comparator_value,
            authorities,
            lowest,
            highest,
            model_year,
            definition,
            source,
            published_on,
            reason
        from {{ ref("int_neighbours__compared") }}
    )

select
    authority_code,
    month,
    measure_id,
    basis,
    statistic,
    value,
    comparator,
    area_code,
    area_name,
    period,
    -- a comparator that has a reason not to be shown is not shown
    case when reason is null then comparator_value end as comparator_value,
    case when reason is null then value - comparator_value end as difference,
    authorities,
    case when reason is null then lowest end as lowest,
    case when reason is null then highest end as highest,
    model_year,
    definition,
    source,
    published_on,
    reason is null as is_shown,
    reason
from comparators
