-- what the build gave the latest months
insert into history.kpi_values by name
select
    found.authority_code,
    found.reporting_month,
    found.month,
    found.measure_id,
    found.basis,
    found.value,
    found.numerator,
    found.denominator,
    found.ytd_value,
    found.is_supplied,
    found.is_mature
from marts.kpi_as_at as found
inner join
    history.reporting_months as latest
    on found.authority_code = latest.authority_code
    and found.reporting_month = latest.reporting_month
    and not latest.is_kept;
update history.reporting_months set is_kept = true;
