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
    ),

    -- how far a count, a share or a rate varies by chance, taken as events that do not depend on one another
    variances_known as (
        select
            comparators.*,
            case
                when own.statistic = 'rate_per_10000'
                then 10000 * greatest(own.value, comparators.comparator_value) / nullif(own.of_how_many, 0)
                when measures.unit = 'percentage'
                then
                    greatest(
                        own.value * (100 - own.value),
                        comparators.comparator_value * (100 - comparators.comparator_value)
                    )
                    / nullif(own.of_how_many, 0)
                else greatest(own.value, comparators.comparator_value)
            end
            -- last year's varied as much, what is published of many is taken as it stands
            * case when comparators.comparator = 'same period last year' then 2 else 1 end as variance
        from comparators
        left join {{ ref("measures") }} as measures on comparators.measure_id = measures.measure_id
        left join
            {{ ref("int_comparable_values__gathered") }} as own
            on comparators.authority_code = own.authority_code
            and comparators.month = own.month
            and comparators.measure_id = own.measure_id
            and comparators.basis = own.basis
            and comparators.statistic = own.statistic
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
    case when reason is null then {{ var("chance_standard_errors") }} * sqrt(variance) end as chance_margin,
    case
        when reason is null then abs(value - comparator_value) > {{ var("chance_standard_errors") }} * sqrt(variance)
    end as is_beyond_chance,
    authorities,
    case when reason is null then lowest end as lowest,
    case when reason is null then highest end as highest,
    model_year,
    definition,
    source,
    published_on,
    reason is null as is_shown,
    reason
from variances_known
