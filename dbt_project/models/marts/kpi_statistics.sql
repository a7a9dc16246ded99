-- grain: one row per authority, month, measure with a value, basis and statistic
-- What a sentence may say of a measure: the month's value, the year to date, the mean and the changes.
with
    means_added as (
        select
            supplied.authority_code,
            supplied.month,
            supplied.measure_id,
            supplied.basis,
            supplied.value,
            supplied.ytd_value,
            -- a mean of some of the months would be taken for the mean of all
            case
                when count(*) over months_so_far = months.financial_month then avg(supplied.value) over months_so_far
            end as mean
        from {{ ref("int_supplied_values__gathered") }} as supplied
        inner join {{ ref("months") }} as months on supplied.month = months.month
        window
            months_so_far as (
                partition by supplied.authority_code, supplied.measure_id, supplied.basis, supplied.financial_year
                order by supplied.month asc nulls last
                rows between unbounded preceding and current row
            )
    ),

    changes_compared as (
        select
            now.authority_code,
            now.month,
            now.measure_id,
            now.basis,
            measures.unit,
            measures.decimals,
            now.value,
            now.ytd_value as ytd,
            now.mean,
            now.value - month_before.value as change,
            now.value - year_before.value as change_on_year,
            now.ytd_value - year_before.ytd_value as ytd_change_on_year,
            -- a percentage changes by percentage points only
            case
                when measures.unit = 'count'
                then {{ percentage("now.value - month_before.value", "month_before.value") }}
            end as change_pct,
            case
                when measures.unit = 'count' then {{ percentage("now.value - year_before.value", "year_before.value") }}
            end as change_on_year_pct,
            case
                when measures.unit = 'count'
                then {{ percentage("now.ytd_value - year_before.ytd_value", "year_before.ytd_value") }}
            end as ytd_change_on_year_pct
        from means_added as now
        inner join {{ ref("measures") }} as measures on now.measure_id = measures.measure_id
        left join
            means_added as month_before
            on now.authority_code = month_before.authority_code
            and now.measure_id = month_before.measure_id
            and now.basis = month_before.basis
            and month_before.month = {{ add_months_to("now.month", -1) }}
        left join
            means_added as year_before
            on now.authority_code = year_before.authority_code
            and now.measure_id = year_before.measure_id
            and now.basis = year_before.basis
            and year_before.month = {{ add_months_to("now.month", -12) }}
    ),

    statistics as (
        select 'value' as statistic
        union all
        select 'ytd' as statistic
        union all
        select 'mean' as statistic
        union all
        select 'change' as statistic
        union all
        select 'change_pct' as statistic
        union all
        select 'change_on_year' as statistic
        union all
        select 'change_on_year_pct' as statistic
        union all
        select 'ytd_change_on_year' as statistic
        union all
        select 'ytd_change_on_year_pct' as statistic
    )

select
    compared.authority_code,
    compared.month,
    compared.measure_id,
    compared.basis,
    statistics.statistic,
    case
        statistics.statistic
        when 'value'
        then compared.value
        when 'ytd'
        then compared.ytd
        when 'mean'
        then compared.mean
        when 'change'
        then compared.change
        when 'change_pct'
        then compared.change_pct
        when 'change_on_year'
        then compared.change_on_year
        when 'change_on_year_pct'
        then compared.change_on_year_pct
        when 'ytd_change_on_year'
        then compared.ytd_change_on_year
        when 'ytd_change_on_year_pct'
        then compared.ytd_change_on_year_pct
    end as figure,
    case when statistics.statistic like '%_pct' then 'percentage' else compared.unit end as unit,
    -- a mean of counts is seldom a whole number
    cast(
        case when statistics.statistic = 'mean' and compared.unit = 'count' then 1 else compared.decimals end as int
    ) as decimals
from changes_compared as compared
cross join statistics
