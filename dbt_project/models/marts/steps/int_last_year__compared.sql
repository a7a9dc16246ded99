-- grain: one row per authority, month, measure, basis and statistic that also has a value a year before
with
    months_of_year_ago as (
        select
            own.authority_code,
            own.month,
            own.measure_id,
            own.basis,
            own.statistic,
            own.value,
            measures.domain,
            -- the first month that the value of a year before is made of
            case
                when own.statistic = 'ytd'
                then {{ financial_year_start(add_months_to("own.month", -12)) }}
                when own.statistic = 'rate_per_10000' and measures.kind <> 'stock'
                then {{ add_months_to("own.month", -23) }}
                else {{ add_months_to("own.month", -12) }}
            end as first_month_of_year_ago
        from {{ ref("int_comparable_values__gathered") }} as own
        inner join {{ ref("measures") }} as measures on own.measure_id = measures.measure_id
    ),

    -- what has been done or recorded in another way since then
    breaks_found as (
        select
            own.authority_code,
            own.month,
            own.measure_id,
            own.statistic,
            max_by(breaks.reason, breaks.break_month) as reason
        from months_of_year_ago as own
        inner join
            {{ ref("process_breaks") }} as breaks
            on breaks.break_month <= own.month
            and breaks.break_month > own.first_month_of_year_ago
            and own.authority_code = coalesce(breaks.authority_code, own.authority_code)
            and own.measure_id = coalesce(breaks.measure_id, own.measure_id)
            and own.domain = coalesce(breaks.domain, own.domain)
        group by own.authority_code, own.month, own.measure_id, own.statistic
    )

select
    own.authority_code,
    own.month,
    own.measure_id,
    own.basis,
    own.statistic,
    own.value,
    months.month_name as period,
    year_ago.value as comparator_value,
    'done or recorded in another way since then: ' || breaks_found.reason as reason
from months_of_year_ago as own
inner join
    {{ ref("int_comparable_values__gathered") }} as year_ago
    on own.authority_code = year_ago.authority_code
    and {{ add_months_to("own.month", -12) }} = year_ago.month
    and own.measure_id = year_ago.measure_id
    and own.basis = year_ago.basis
    and own.statistic = year_ago.statistic
inner join {{ ref("months") }} as months on year_ago.month = months.month
left join
    breaks_found
    on own.authority_code = breaks_found.authority_code
    and own.month = breaks_found.month
    and own.measure_id = breaks_found.measure_id
    and own.statistic = breaks_found.statistic
