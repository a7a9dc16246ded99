-- grain: one row per value that a later summary return prints otherwise
select measure_id, month, period, earlier_text, printed_text, reporting_month, version
from quality.restatements
where authority_code = $authority and reporting_month <= $month and month >= $start
order by month desc, measure_id
