-- grain: one row with the first month before an authority's latest that is not kept, or not by the rules of today
select min(delivered.reporting_month) as reporting_month
from history.delivered_months as delivered
left join
    history.reporting_months as known
    on delivered.authority_code = known.authority_code
    and delivered.reporting_month = known.reporting_month
where not delivered.is_latest and not coalesce(known.is_by_current_rules, false)
