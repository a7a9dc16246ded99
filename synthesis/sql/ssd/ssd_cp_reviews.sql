-- grain: one row per review of a child protection plan
with
    numbered as (select *, unnest(range(0, 1 + plan_reviews_by(as_of, cpp_start))) as n from protection_plan),
    reviewed as (select *, plan_review(cpp_start, n) as review_on from numbered)
select
    syn('W', case_no) || '-' || n as review_id,
    syn('', child_no) as child_id,
    syn('K', case_no) as cpp_id,
    review_on as due_date,
    review_on as review_date,
    null as meeting_id,
    'Y' as is_plan_continued,
    'Y' as is_quorate,
    null as participation
from reviewed
where review_on <= as_of
order by all
