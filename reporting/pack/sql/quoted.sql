-- grain: one row per value that a printed text quotes, with what the tables or the lists give, if anything
select
    measure_id,
    month,
    observed,
    max(expected) as expected,
    bool_and(is_agreed) as is_agreed,
    bool_or(check_id = 'quoted_figures_agree_with_lists') as is_of_lists
from quality.audit_quoted_figures
where extract = 'quoted_figures' and authority_code = $authority and reporting_month = $month
group by measure_id, month, observed, source_ref
order by length(source_ref), source_ref
