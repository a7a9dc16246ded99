-- grain: one row per authority, month, measure with a figure, basis and statistic: what sentences say of a figure
with unprinted_ratios as (
    -- a ratio that no return prints, from the two counts that returns do print
    select
        numerators.authority_code,
        numerators.month,
        ratios.measure_id,
        numerators.basis,
        numerators.financial_year,
        {{ percentage('numerators.value', 'denominators.value') }} as value,
        case
            when ratios.ytd_rule = 'latest' then {{ percentage('numerators.value', 'denominators.value') }}
            when numerators.months_supplied = denominators.months_supplied
                then {{ percentage('numerators.ytd_value', 'denominators.ytd_value') }}
        end as ytd_value
    from {{ ref('measures') }} as ratios
    inner join {{ ref('kpi_monthly') }} as numerators on ratios.numerator_id = numerators.measure_id
    inner join {{ ref('kpi_monthly') }} as denominators
        on
            ratios.denominator_id = denominators.measure_id
            and numerators.authority_code = denominators.authority_code
            and numerators.month = denominators.month
            and numerators.basis = denominators.basis
    where ratios.kind = 'ratio' and ratios.home_extract is null and numerators.basis = 'reported'
),

supplied as (
    select
        authority_code,
        month,
        measure_id,
        basis,
        financial_year,
        value,
        ytd_value
    from {{ ref('kpi_monthly') }}
    where value is not null

    union all

    select
        authority_code,
        month,
        measure_id,
        basis,
        financial_year,
        value,
        ytd_value
    from unprinted_ratios
    where value is not null
),

figures as (
    select
        supplied.authority_code,
        supplied.month,
        supplied.measure_id,
        supplied.basis,
        supplied.value,
        supplied.ytd_value,
        -- a mean of some of the months would be taken for the mean of all
        case when count(*) over months_so_far = months.financial_month then avg(supplied.value) over months_so_far end as mean
    from supplied
    inner join {{ ref('months') }} as months on supplied.month = months.month
    window
        months_so_far as (
            partition by supplied.authority_code, supplied.measure_id, supplied.basis, supplied.financial_year
            order by supplied.month asc nulls last
            rows between unbounded preceding and current row
        )
),

compared as (
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
        -- of a percentage only the percentage points are told
        case when measures.unit = 'count' then {{ percentage('now.value - month_before.value', 'month_before.value') }} end as change_pct,
        case when measures.unit = 'count' then {{ percentage('now.value - year_before.value', 'year_before.value') }} end as change_on_year_pct,
        case when measures.unit = 'count' then {{ percentage('now.ytd_value - year_before.ytd_value', 'year_before.ytd_value') }} end
            as ytd_change_on_year_pct
    from figures as now
    inner join {{ ref('measures') }} as measures on now.measure_id = measures.measure_id
    left join figures as month_before
        on
            now.authority_code = month_before.authority_code
            and now.measure_id = month_before.measure_id
            and now.basis = month_before.basis
            and month_before.month = {{ add_months_to('now.month', -1) }}
    left join figures as year_before
        on
            now.authority_code = year_before.authority_code
            and now.measure_id = year_before.measure_id
            and now.basis = year_before.basis
            and year_before.month = {{ add_months_to('now.month', -12) }}
)

{% for statistic in [
    'value', 'ytd', 'mean', 'change', 'change_pct', 'change_on_year', 'change_on_year_pct', 'ytd_change_on_year', 'ytd_change_on_year_pct'
] %}
select
    authority_code,
    month,
    measure_id,
    basis,
    '{{ statistic }}' as statistic,
    cast({{ statistic }} as double) as figure,
    {{ "'percentage'" if statistic.endswith('_pct') else 'unit' }} as unit,
    -- to show: a mean of counts is seldom a whole number
    cast({{ "case when unit = 'count' then 1 else decimals end" if statistic == 'mean' else 'decimals' }} as int) as decimals
from compared
{{ 'union all' if not loop.last }}
{% endfor %}
