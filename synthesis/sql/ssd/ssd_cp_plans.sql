-- grain: one row per child protection plan that is open or ended since 1 April
select
    syn('K', case_no) as cpp_id,
    syn('R', case_no) as referral_id,
    syn('I', case_no) as conference_id,
    syn('', child_no) as child_id,
    cpp_start as cpp_start_date,
    end_on as cpp_end_date,
    'N' as is_other_authority,
    abuse_code_of(h >> 8) as initial_category_code,
    abuse_code_of(latest_abuse_h(h)) as latest_category_code
from protection_plan
order by all
