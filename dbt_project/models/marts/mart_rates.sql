-- grain: one row per authority, month, measure and basis: the rate per 10,000 residents under 18
with
    values_rated as (
        -- a caseload as it stands; a flow over the twelve months to the month, where all twelve are supplied
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            case
                when measures.kind = 'stock'
                then kpi.value
                when
                    count(kpi.value) over twelve_months = 12
                    and min(kpi.month) over twelve_months = {{ add_months_to("kpi.month", -11) }}
                then sum(kpi.value) over twelve_months
            end as value
        from {{ ref("kpi_monthly") }} as kpi
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        where measures.is_rated
        window
            twelve_months as (
                partition by kpi.authority_code, kpi.measure_id, kpi.basis
                order by kpi.month asc nulls last
                rows between 11 preceding and current row
            )
    ),

    -- the latest estimate of a day before the month's end, as last published
    estimates_ranked as (
        select
            yearly.authority_code,
            yearly.month,
            yearly.measure_id,
            yearly.basis,
            population.mid_year,
            population.population,
            row_number() over (
                partition by yearly.authority_code, yearly.month, yearly.measure_id, yearly.basis
                order by population.mid_year desc nulls last, population.published_on desc nulls last
            ) as rank_of_estimate
        from values_rated as yearly
        inner join
            {{ ref("int_populations__unioned") }} as population
            on yearly.authority_code = population.area_code
            and population.mid_year * 12 + 6 <= year(yearly.month) * 12 + month(yearly.month)
    )

select
    yearly.authority_code,
    yearly.month,
    yearly.measure_id,
    yearly.basis,
    cast(yearly.value as double) as value,
    estimates.population,
    estimates.mid_year,
    100 * {{ percentage("yearly.value", "estimates.population") }} as rate_per_10000
from values_rated as yearly
left join
    estimates_ranked as estimates
    on yearly.authority_code = estimates.authority_code
    and yearly.month = estimates.month
    and yearly.measure_id = estimates.measure_id
    and yearly.basis = estimates.basis
    and estimates.rank_of_estimate = 1
