-- grain: one row per referral since 1 April
select
    syn('', child_no) as child_id,
    gender_on(referred_on, born_on, child_h) as gender_code,
    ethnicity_on(referred_on, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(referred_on, born_on)) as birth_date,
    age_on(referred_on, born_on) as age_years,
    shown(referred_on) as referral_date,
    case_source(case_no) as referral_source_code,
    case
        when not has_assessment and outcome = 'No Further Action' then 'a) Yes' else 'b) No'
    end as is_no_further_action,
    coalesce(is_return_in_year, false)::integer as referrals_last_12_months,
    team_of('Assessment', h) as allocated_team,
    worker_of(h) as allocated_worker,
    syn('R', case_no) as referral_id,
    case when has_assessment then 'Assessment required' else outcome end as referral_outcome_code,
    shown(so_far(closed_on)) as close_date,
    case
        when so_far(closed_on) is not null then case_closed_for(case_no, has_cpp, has_lac, has_cin, has_assessment)
    end as close_reason_code
from (select *, referral_outcome_of(h) as outcome from seen('list_3_referrals'))
where is_referred and referred_on between april() and month_last()
