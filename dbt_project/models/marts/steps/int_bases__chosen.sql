-- grain: one row per authority, measure and financial year: the basis that it is shown on
-- What the council prints it answers for: a measure that it prints in a financial year, or prints blank after a year
-- with values, is shown as printed. A series is never patched together, so all months of the year have one basis.
with
    years as (
        select
            authority_code,
            measure_id,
            financial_year,
            cast(substr(financial_year, 1, 4) as int) as begins_in,
            bool_or(basis = 'reported') as is_printed,
            bool_or(basis = 'reported' and value is not null) as has_printed_values
        from {{ ref("kpi_monthly") }}
        group by authority_code, measure_id, financial_year
    )

select
    years.authority_code,
    years.measure_id,
    years.financial_year,
    case
        when years.has_printed_values or (years.is_printed and coalesce(before.has_printed_values, false))
        then 'reported'
        else 'computed'
    end as basis
from years
left join
    years as before
    on years.authority_code = before.authority_code
    and years.measure_id = before.measure_id
    and years.begins_in = before.begins_in + 1
