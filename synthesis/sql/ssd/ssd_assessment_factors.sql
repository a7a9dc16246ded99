-- grain: one row per assessment authorised since 1 April
select
    syn('F', case_no) as factors_id,
    syn('A', case_no) as assessment_id,
    '["' || array_to_string(factors_of(draw('factors', case_no)), '", "') || '"]' as assessment_factors
from case_row
where authorised_on between april() and month_last()
order by all
