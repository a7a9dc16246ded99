-- the latest month of each authority, whose values the next build gives
insert into history.reporting_months
select
    delivered.authority_code,
    delivered.reporting_month,
    delivered.deliveries,
    $code_version as code_version,
    true as is_by_current_rules,
    earlier.reporting_month is null as is_start,
    false as is_kept
from history.delivered_months as delivered
left join
    history.reporting_months as earlier
    on delivered.authority_code = earlier.authority_code
    and delivered.month_before = earlier.reporting_month
where delivered.is_latest
