"""The Standard Safeguarding Dataset: one CSV for each of its tables, headed by its field names."""

from synthesis import care
from synthesis.lists import CLOSED_FOR

HEADERS = {
    "ssd_person": ("pers_person_id", "pers_sex", "pers_gender", "pers_ethnicity", "pers_dob", "pers_expected_dob"),
    "ssd_disability": ("disa_table_id", "disa_person_id", "disa_disability_code"),
    "ssd_contacts": (
        "cont_contact_id",
        "cont_person_id",
        "cont_contact_date",
        "cont_contact_source_code",
        "cont_contact_source_desc",
        "cont_contact_outcome_json",
    ),
    "ssd_cin_episodes": (
        "cine_referral_id",
        "cine_person_id",
        "cine_referral_date",
        "cine_cin_primary_need_code",
        "cine_referral_source_code",
        "cine_referral_source_desc",
        "cine_referral_outcome_json",
        "cine_referral_nfa",
        "cine_close_reason",
        "cine_close_date",
        "cine_referral_team",
        "cine_referral_worker_id",
    ),
    "ssd_cin_assessments": (
        "cina_assessment_id",
        "cina_person_id",
        "cina_referral_id",
        "cina_assessment_start_date",
        "cina_assessment_child_seen",
        "cina_assessment_auth_date",
        "cina_assessment_outcome_json",
        "cina_assessment_outcome_nfa",
        "cina_assessment_team",
        "cina_assessment_worker_id",
    ),
    "ssd_assessment_factors": ("cinf_table_id", "cinf_assessment_id", "cinf_assessment_factors_json"),
    "ssd_cin_plans": (
        "cinp_cin_plan_id",
        "cinp_referral_id",
        "cinp_person_id",
        "cinp_cin_plan_start_date",
        "cinp_cin_plan_end_date",
        "cinp_cin_plan_team",
        "cinp_cin_plan_worker_id",
    ),
    "ssd_s47_enquiry": (
        "s47e_s47_enquiry_id",
        "s47e_referral_id",
        "s47e_person_id",
        "s47e_s47_start_date",
        "s47e_s47_end_date",
        "s47e_s47_nfa",
        "s47e_s47_outcome_json",
        "s47e_s47_completed_by_team",
        "s47e_s47_completed_by_worker_id",
    ),
    "ssd_initial_cp_conference": (
        "icpc_icpc_id",
        "icpc_icpc_meeting_id",
        "icpc_s47_enquiry_id",
        "icpc_person_id",
        "icpc_cp_plan_id",
        "icpc_referral_id",
        "icpc_icpc_transfer_in",
        "icpc_icpc_target_date",
        "icpc_icpc_date",
        "icpc_icpc_outcome_cp_flag",
        "icpc_icpc_outcome_json",
        "icpc_icpc_team",
        "icpc_icpc_worker_id",
    ),
    "ssd_cp_plans": (
        "cppl_cp_plan_id",
        "cppl_referral_id",
        "cppl_icpc_id",
        "cppl_person_id",
        "cppl_cp_plan_start_date",
        "cppl_cp_plan_end_date",
        "cppl_cp_plan_ola",
        "cppl_cp_plan_initial_category",
        "cppl_cp_plan_latest_category",
    ),
    "ssd_cp_visits": (
        "cppv_cp_visit_id",
        "cppv_person_id",
        "cppv_cp_plan_id",
        "cppv_cp_visit_date",
        "cppv_cp_visit_seen",
        "cppv_cp_visit_seen_alone",
        "cppv_cp_visit_bedroom",
    ),
    "ssd_cp_reviews": (
        "cppr_cp_review_id",
        "cppr_person_id",
        "cppr_cp_plan_id",
        "cppr_cp_review_due",
        "cppr_cp_review_date",
        "cppr_cp_review_meeting_id",
        "cppr_cp_review_outcome_continue_cp",
        "cppr_cp_review_quorate",
        "cppr_cp_review_participation",
    ),
    "ssd_cla_episodes": (
        "clae_cla_episode_id",
        "clae_person_id",
        "clae_cla_placement_id",
        "clae_cla_episode_start_date",
        "clae_cla_episode_start_reason",
        "clae_cla_primary_need_code",
        "clae_cla_episode_ceased",
        "clae_cla_episode_ceased_reason",
        "clae_cla_id",
        "clae_referral_id",
        "clae_cla_last_iro_contact_date",
        "clae_entered_care_date",
    ),
    "ssd_cla_placement": (
        "clap_cla_placement_id",
        "clap_cla_id",
        "clap_person_id",
        "clap_cla_placement_start_date",
        "clap_cla_placement_type",
        "clap_cla_placement_urn",
        "clap_cla_placement_distance",
        "clap_cla_placement_provider",
        "clap_cla_placement_postcode",
        "clap_cla_placement_end_date",
        "clap_cla_placement_change_reason",
    ),
    "ssd_legal_status": (
        "lega_legal_status_id",
        "lega_person_id",
        "lega_legal_status",
        "lega_legal_status_start_date",
        "lega_legal_status_end_date",
    ),
    "ssd_cla_reviews": (
        "clar_cla_review_id",
        "clar_cla_id",
        "clar_cla_review_due_date",
        "clar_cla_review_date",
        "clar_cla_review_cancelled",
        "clar_cla_review_participation",
    ),
    "ssd_missing": (
        "miss_table_id",
        "miss_person_id",
        "miss_missing_episode_start_date",
        "miss_missing_episode_type",
        "miss_missing_episode_end_date",
        "miss_missing_rhi_offered",
        "miss_missing_rhi_accepted",
    ),
    "ssd_immigration_status": (
        "immi_immigration_status_id",
        "immi_person_id",
        "immi_immigration_status_start_date",
        "immi_immigration_status_end_date",
        "immi_immigration_status",
    ),
}

# list 1's columns in their order
CONTACT = "contact (child, gender, ethnicity, born, age, on_day, source, id, outcome, is_open)"
CONTACTS = {
    "ssd_contacts": f"""
        select id, child, on_date(on_day), code_in(source[4:]), source, outcome from ({{contacts}}) as {CONTACT}""",
    # of children no case was ever opened for; the others are in the query below
    "ssd_person": f"""
        select distinct child, sex_in(gender), sex_in(gender), code_in(ethnicity), on_date(born), null::date
        from ({{contacts}}) as {CONTACT} where id like 'SYN-C____-3%'""",
}

STAFF = "'{team} Team ' || (1 + (h >> 34) % 6), 'W' || (1 + (h >> 36) % 90)"
KNOWN = "least(opened_on, contact_on) <= {last}"
OPEN_SINCE_APRIL = "opened_on <= {last} and (closed_on is null or closed_on >= {fy})"
PLAN = """
    select seen.*, closed_by(cpp_end, {last}) as end_on, least(cpp_end, {last}) as as_of
    from seen where has_cpp and cpp_start <= {last} and (cpp_end is null or cpp_end >= {fy})
"""

QUERIES = {
    "ssd_person": f"""
        select
            distinct syn('', child_no), case when born_on <= {{last}} then sex_in(gender_of(child_h)) else 'U' end,
            case when born_on <= {{last}} then sex_in(gender_of(child_h)) else 'U' end,
            case when born_on > {{last}} then 'NOBT' when is_uasc then code_in(uasc_ethnicity_of(child_h >> 24))
                else code_in(ethnicity_of(child_h >> 24)) end,
            closed_by(born_on, {{last}}), case when born_on > {{last}} then born_on end
        from seen where {KNOWN}""",
    "ssd_disability": f"""
        select distinct syn('D', child_no), syn('', child_no),
            case disability_of(child_h >> 32)[:1] when 'a' then 'LD' else 'NONE' end
        from seen where {KNOWN} and disability_of(child_h >> 32) not like 'c)%'""",
    "ssd_cin_episodes": f"""
        select syn('R', case_no), syn('', child_no), opened_on,
            case when is_uasc then 'N8' else need_of(draw('list_6_cin', case_no) >> 8)[:2] end,
            code_in(source_of(draw('source', case_no))[4:]), source_of(draw('source', case_no)),
            case when has_assessment or not is_referred then 'Assessment required' else outcome end,
            case when is_referred and not has_assessment and outcome = 'No Further Action' then 'Y' else 'N' end,
            case when closed_by(closed_on, {{last}}) is not null then code_in({CLOSED_FOR}) end,
            closed_by(closed_on, {{last}}), {STAFF.format(team="Assessment")}
        from (select *, referral_outcome_of(h) as outcome from seen) where {OPEN_SINCE_APRIL}""",
    "ssd_cin_assessments": f"""
        select syn('A', case_no), syn('', child_no), syn('R', case_no), started_on,
            case when h % 20 = 0 then 'N' else 'Y' end,
            closed_by(authorised_on, {{last}}), null,
            case when closed_by(authorised_on, {{last}}) is null then null
                when has_cpp or has_lac or has_cin or (h >> 8) % 5 = 0 then 'N' else 'Y' end,
            {STAFF.format(team="Assessment")}
        from seen where started_on <= {{last}} and (authorised_on is null or authorised_on >= {{fy}})""",
    "ssd_assessment_factors": """
        select syn('F', case_no), syn('A', case_no),
            '["' || array_to_string(factors_of(draw('factors', case_no)), '", "') || '"]'
        from seen where authorised_on between {fy} and {last}""",
    "ssd_cin_plans": f"""
        select syn('P', case_no), syn('R', case_no), syn('', child_no), cin_start, closed_by(cin_end, {{last}}),
            {STAFF.format(team="Children in Need")}
        from seen where has_cin and cin_start <= {{last}} and (cin_end is null or cin_end >= {{fy}})""",
    "ssd_s47_enquiry": f"""
        select syn('S', case_no), syn('R', case_no), syn('', child_no), s47_on,
            coalesce(
                closed_by(icpc_on, {{last}}),
                case when icpc_on is null then closed_by(least(s47_on + 15, closed_on), {{last}}) end
            ),
            case when closed_by(icpc_on, {{last}}) is not null then 'N'
                when icpc_on is null and least(s47_on + 15, closed_on) <= {{last}} then 'Y' end,
            null, {STAFF.format(team="Assessment")}
        from seen where s47_on <= {{last}} and greatest(s47_on, icpc_on) >= {{fy}}""",
    "ssd_initial_cp_conference": f"""
        select syn('I', case_no), syn('M', case_no), syn('S', case_no), syn('', child_no),
            case when has_cpp then syn('K', case_no) end, syn('R', case_no), 'N', add_workdays(s47_on, 15), icpc_on,
            case when has_cpp then 'Y' else 'N' end, null, {STAFF.format(team="Assessment")}
        from seen where s47_on <= {{last}} and icpc_on <= {{last}} and icpc_on >= {{fy}}""",
    "ssd_cp_plans": f"""
        select syn('K', case_no), syn('R', case_no), syn('I', case_no), syn('', child_no), cpp_start, end_on, 'N',
            abuse_code_of(h >> 8), abuse_code_of(case when (h >> 16) % 12 = 0 then h >> 20 else h >> 8 end)
        from ({PLAN})""",
    "ssd_cp_visits": f"""
        select syn('V', case_no) || '-' || month_idx(month_end), syn('', child_no), syn('K', case_no), visited_on,
            'Y', case when (h >> 28) % 4 = 0 then 'N' else 'Y' end, null
        from (
            select *, visited(month_end, case_no) as visited_on
            from (
                select *, least(as_of, last_day(as_of - to_months(n::integer))::date) as month_end
                from (
                    select *, unnest(range(0, least(12, 1 + date_diff('month', cpp_start, as_of)))) as n from ({PLAN})
                )
            )
        ) where visited_on >= cpp_start""",
    "ssd_cp_reviews": f"""
        select syn('W', case_no) || '-' || n, syn('', child_no), syn('K', case_no), review_on, review_on, null,
            'Y', 'Y', null
        from (
            select *, (cpp_start + to_months((3 + 6 * n)::integer))::date as review_on
            from (select *, unnest(range(0, 1 + (date_sub('month', cpp_start, as_of) + 3) // 6)) as n from ({PLAN}))
        ) where review_on <= as_of""",
    "ssd_cla_episodes": f"""
        , {care.EPISODES.lstrip()}
        select syn('E', case_no) || '-' || on_day, syn('', child_no),
            syn('H', case_no) || '-'
                || max(case when rne <> 'L' then on_day end) over (partition by case_no order by on_day),
            on_day, rne, {care.NEED},
            coalesce(next_on, end_on),
            case when next_on is not null then 'X1' when end_on is not null then code_in({care.ENDED_FOR}) end,
            syn('L', case_no), syn('R', case_no), null, lac_start
        from episode""",
    "ssd_cla_placement": f"""
        , {care.PLACEMENTS.lstrip()}
        select syn('H', case_no) || '-' || start_on, syn('L', case_no), syn('', child_no), start_on, type, urn, null,
            provider, 'ZZ99 3CZ', until_on, case when has_left then 'PLACE' end
        from placement""",
    "ssd_legal_status": f"""
        , {care.EPISODES.lstrip()}
        select syn('G', case_no) || '-' || on_day, syn('', child_no), legal_code, on_day,
            coalesce(lead(on_day) over (partition by case_no order by on_day), end_on)
        from episode where rne in ('S', 'L', 'B')""",
    "ssd_cla_reviews": f"""
        , {care.REVIEWS.lstrip()}
        select syn('Q', case_no) || '-' || days, syn('L', case_no), review_on, review_on, 'N', 'PN1' from review""",
    "ssd_missing": f"""
        , {care.MISSING.lstrip()}
        select syn('N', case_no) || '-' || year_no || '-' || n, syn('', child_no), gone_on, 'M',
            closed_by(back_on, {{last}}), 'Y', case when n = 0 then 'Y' else 'N' end
        from missing""",
    "ssd_immigration_status": f"""
        , care as ({care.CARE})
        select syn('U', case_no), syn('', child_no), lac_start, end_on, 'UASC' from care where is_uasc""",
}
QUERIES = {name: f"{sql} order by all" for name, sql in QUERIES.items()}  # threads change nothing

DRAWN_AS = (
    dict.fromkeys(QUERIES, "list_8_lac")
    | {
        "ssd_cin_episodes": "list_3_referrals",
        "ssd_cin_assessments": "list_4_assessments",
        "ssd_cin_plans": "list_6_cin",
    }
    | dict.fromkeys(("ssd_s47_enquiry", "ssd_initial_cp_conference"), "list_5_section_47")
    | dict.fromkeys(("ssd_cp_plans", "ssd_cp_visits", "ssd_cp_reviews"), "list_7_cpp")
)
