-- grain: one row per authority, month and basis
-- The overview of the monthly return, each measure with its year to date, and rates per 10,000 residents aged 0 to 17.
with
    values_rated as (
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.basis,
            kpi.value,
            kpi.ytd_value,
            kpi.reporting_month,
            rates.rate_per_10000,
            rates.population,
            rates.mid_year
        from {{ ref("kpi_monthly") }} as kpi
        left join
            {{ ref("mart_rates") }} as rates
            on kpi.authority_code = rates.authority_code
            and kpi.month = rates.month
            and kpi.measure_id = rates.measure_id
            and kpi.basis = rates.basis
    )

select
    authority_code,
    month,
    basis,
    max(case when measure_id = 'contacts' then value end) as contacts,
    max(case when measure_id = 'contacts' then ytd_value end) as contacts_ytd,
    max(case when measure_id = 'contacts_not_open_cases' then value end) as contacts_not_open_cases,
    max(case when measure_id = 'contacts_not_open_cases' then ytd_value end) as contacts_not_open_cases_ytd,
    max(case when measure_id = 'referrals' then value end) as referrals,
    max(case when measure_id = 'referrals' then ytd_value end) as referrals_ytd,
    max(case when measure_id = 'assessments_completed' then value end) as assessments_completed,
    max(case when measure_id = 'assessments_completed' then ytd_value end) as assessments_completed_ytd,
    max(case when measure_id = 'cin_total' then value end) as cin_total,
    max(case when measure_id = 'cin_total' then ytd_value end) as cin_total_ytd,
    max(case when measure_id = 'cin_new' then value end) as cin_new,
    max(case when measure_id = 'cin_new' then ytd_value end) as cin_new_ytd,
    max(case when measure_id = 'cpp_total' then value end) as cpp_total,
    max(case when measure_id = 'cpp_total' then ytd_value end) as cpp_total_ytd,
    max(case when measure_id = 'cpp_new' then value end) as cpp_new,
    max(case when measure_id = 'cpp_new' then ytd_value end) as cpp_new_ytd,
    max(case when measure_id = 'lac_total' then value end) as lac_total,
    max(case when measure_id = 'lac_total' then ytd_value end) as lac_total_ytd,
    max(case when measure_id = 'lac_new' then value end) as lac_new,
    max(case when measure_id = 'lac_new' then ytd_value end) as lac_new_ytd,
    max(case when measure_id = 'lac_also_cpp' then value end) as lac_also_cpp,
    max(case when measure_id = 'lac_also_cpp' then ytd_value end) as lac_also_cpp_ytd,
    max(reporting_month) as reporting_month,
    max(case when measure_id = 'referrals' then rate_per_10000 end) as referrals_rate_per_10000,
    max(case when measure_id = 'cin_total' then rate_per_10000 end) as cin_total_rate_per_10000,
    max(case when measure_id = 'cpp_total' then rate_per_10000 end) as cpp_total_rate_per_10000,
    max(case when measure_id = 'cpp_new' then rate_per_10000 end) as cpp_new_rate_per_10000,
    max(case when measure_id = 'lac_total' then rate_per_10000 end) as lac_total_rate_per_10000,
    max(case when measure_id = 'lac_new' then rate_per_10000 end) as lac_new_rate_per_10000,
    max(population) as population,
    max(mid_year) as mid_year
from values_rated
where
    measure_id in (
        'contacts',
        'contacts_not_open_cases',
        'referrals',
        'assessments_completed',
        'cin_total',
        'cin_new',
        'cpp_total',
        'cpp_new',
        'lac_total',
        'lac_new',
        'lac_also_cpp'
    )
group by authority_code, month, basis
