-- grain: one row per authority, month, measure, basis and statistic that other authorities have a value of
-- Percentages and rates only: a count depends on the size of the authority.
with
    medians_taken as (
        select
            own.authority_code,
            own.month,
            own.measure_id,
            own.basis,
            own.statistic,
            own.value,
            median(other.value) as comparator_value,
            cast(count(*) as int) as authorities
        from {{ ref("int_comparable_values__gathered") }} as own
        inner join {{ ref("measures") }} as measures on own.measure_id = measures.measure_id
        inner join
            {{ ref("int_comparable_values__gathered") }} as other
            on own.month = other.month
            and own.measure_id = other.measure_id
            and own.basis = other.basis
            and own.statistic = other.statistic
            and own.authority_code <> other.authority_code
        where measures.unit = 'percentage' or own.statistic = 'rate_per_10000'
        group by own.authority_code, own.month, own.measure_id, own.basis, own.statistic, own.value
    )

select
    medians_taken.authority_code,
    medians_taken.month,
    medians_taken.measure_id,
    medians_taken.basis,
    medians_taken.statistic,
    medians_taken.value,
    months.month_name as period,
    medians_taken.comparator_value,
    medians_taken.authorities,
    case
        when medians_taken.authorities < {{ var("comparator_authorities") }}
        then 'a median takes {{ var("comparator_authorities") }} other authorities with a figure'
    end as reason
from medians_taken
inner join {{ ref("months") }} as months on medians_taken.month = months.month
