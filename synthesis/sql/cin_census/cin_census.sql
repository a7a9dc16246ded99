-- grain: one row per child in need since 1 April: its XML
with
    cases as (
        select
            *,
            draw('list_7_cpp', case_no) as plan_h,
            so_far(closed_on) as ended_on,
            sex_m_f_u(gender_of(child_h)) as sex,
            code_in(child_ethnicity_of(child_h, is_uasc)) as ethnicity,
            case disability_of(child_h >> 32)[:1] when 'a' then 'LD' when 'b' then 'NONE' end as disability
        from seen('list_3_referrals')
        where is_listed(opened_on, closed_on)
    ),
    detailed as (
        select
            *,
            element(
                'Assessments',
                is_listed(started_on, authorised_on),
                tag('AssessmentActualStartDate', started_on)
                || tag('AssessmentAuthorisationDate', so_far(authorised_on))
                || element(
                    'FactorsIdentifiedAtAssessment',
                    so_far(authorised_on) is not null,
                    tag(
                        'AssessmentFactors',
                        array_to_string(factors_of(draw('factors', case_no)), '</AssessmentFactors><AssessmentFactors>')
                    )
                )
            ) as assessment,
            element(
                'CINPlanDates',
                has_cin and is_listed(cin_start, cin_end),
                tag('CINPlanStartDate', cin_start) || tag('CINPlanEndDate', so_far(cin_end))
            ) as plan,
            element(
                'Section47',
                s47_on <= month_last() and greatest(s47_on, icpc_on) >= april(),
                tag('S47ActualStartDate', s47_on)
                || tag('InitialCPCtarget', add_workdays(s47_on, 15))
                || tag('DateOfInitialCPC', so_far(icpc_on))
                || tag(
                    'ICPCnotRequired',
                    case
                        when icpc_on is null and least(s47_on + 15, closed_on) <= month_last() then 'true' else 'false'
                    end
                )
            ) as enquiry,
            element(
                'ChildProtectionPlans',
                has_cpp and is_listed(cpp_start, cpp_end),
                tag('CPPstartDate', cpp_start)
                || tag('CPPendDate', so_far(cpp_end))
                || tag('InitialCategoryOfAbuse', abuse_code_of(plan_h >> 8))
                || tag('LatestCategoryOfAbuse', abuse_code_of(latest_abuse_h(plan_h)))
                || tag('NumberOfPreviousCPP', earlier_plans(plan_h, had_cpp))
                || (
                    select
                        coalesce(
                            string_agg('<Reviews>' || tag('CPPreviewDate', on_day) || '</Reviews>', '' order by on_day),
                            ''
                        )
                    from
                        (
                            select plan_review(cpp_start, n) as on_day
                            from
                                (
                                    select
                                        unnest(
                                            range(0, 1 + plan_reviews_by(least(cpp_end, month_last()), cpp_start))
                                        ) as n
                                )
                        )
                    where on_day <= least(cpp_end, month_last())
                )
            ) as protection
        from cases
    ),
    described as (
        select
            *,
            tag('CINreferralDate', opened_on)
            || tag('ReferralSource', code_in(case_source(case_no)[4:]))
            || tag('PrimaryNeedCode', case_need_code(case_no, is_uasc))
            || tag('CINclosureDate', ended_on)
            || tag(
                'ReasonForClosure',
                case
                    when ended_on is not null
                    then code_in(case_closed_for(case_no, has_cpp, has_lac, has_cin, has_assessment))
                end
            )
            || tag('DateOfInitialCPC', so_far(icpc_on))
            || assessment
            || plan
            || enquiry
            || tag(
                'ReferralNFA',
                case
                    when is_referred and not has_assessment and referral_outcome_of(h) = 'No Further Action'
                    then 'true'
                    else 'false'
                end
            )
            || protection as details
        from detailed
    )
select
    '<Child><ChildIdentifiers>'
    || tag('LAchildID', syn('', child_no))
    || tag('PersonBirthDate', so_far(any_value(born_on)))
    || tag('ExpectedPersonBirthDate', case when any_value(born_on) > month_last() then any_value(born_on) end)
    || tag('Sex', case when any_value(born_on) > month_last() then 'U' else any_value(sex) end)
    || '</ChildIdentifiers><ChildCharacteristics>'
    || tag('Ethnicity', case when any_value(born_on) > month_last() then 'NOBT' else any_value(ethnicity) end)
    || element('Disabilities', any_value(disability) is not null, tag('Disability', any_value(disability)))
    || '</ChildCharacteristics>'
    || string_agg('<CINdetails>' || details || '</CINdetails>', '' order by case_no)
    || '</Child>' as child
from described
group by child_no
order by child_no
