"""The children in need census: one XML file, a line for each child, put together from what SQL makes of each case."""

from synthesis.lists import CLOSED_FOR

HEADERS = {"cin_census": ()}
WRAPS = {
    "cin_census": (
        """<?xml version="1.0" encoding="utf-8"?>
<Message>
<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>
<ReferenceDate>{last}</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>000</LEA>
<SoftwareCode>csc synthesise: SYNTHETIC</SoftwareCode></Source></Header>
<Children>
""",
        "</Children>\n</Message>\n",
    )
}


def _tag(name: str, value: str) -> str:
    """SQL of an element, or of nothing where the value is null."""
    return f"coalesce('<{name}>' || ({value}) || '</{name}>', '')"


def _element(name: str, condition: str, *parts: str) -> str:
    """SQL of an element around others, where the condition holds."""
    return f"case when {condition} then '<{name}>' || {' || '.join(parts)} || '</{name}>' else '' end"


ASSESSED = "started_on <= {last} and (authorised_on is null or authorised_on >= {fy})"
ENQUIRED = "s47_on <= {last} and greatest(s47_on, icpc_on) >= {fy}"
PLANNED = "has_cin and cin_start <= {last} and (cin_end is null or cin_end >= {fy})"
PROTECTED = "has_cpp and cpp_start <= {last} and (cpp_end is null or cpp_end >= {fy})"
CONFERENCE = "closed_by(icpc_on, {last})"
PREVIOUS = (
    "had_cpp::integer + case when (plan_h >> 40) % 100 < 11 then 1 + ((plan_h >> 48) % 5 = 0)::integer else 0 end"
)
FACTORS = """'<AssessmentFactors>' || array_to_string(
    factors_of(draw('factors', case_no)), '</AssessmentFactors><AssessmentFactors>'
) || '</AssessmentFactors>'"""
LATEST = "case when (plan_h >> 16) % 12 = 0 then plan_h >> 20 else plan_h >> 8 end"
REVIEWS = """(
    select
        coalesce(
            string_agg('<Reviews><CPPreviewDate>' || on_day || '</CPPreviewDate></Reviews>', '' order by on_day), ''
        )
    from (
        select (cpp_start + to_months((3 + 6 * n)::integer))::date as on_day
        from (select unnest(range(0, 1 + (date_sub('month', cpp_start, least(cpp_end, {last})) + 3) // 6)) as n)
    ) where on_day <= least(cpp_end, {last})
)"""

DETAILS = " || ".join(
    (
        _tag("CINreferralDate", "opened_on"),
        _tag("ReferralSource", "code_in(source_of(draw('source', case_no))[4:])"),
        _tag("PrimaryNeedCode", "case when is_uasc then 'N8' else need_of(draw('list_6_cin', case_no) >> 8)[:2] end"),
        _tag("CINclosureDate", "closed_by(closed_on, {last})"),
        _tag(
            "ReasonForClosure", f"case when closed_by(closed_on, {{last}}) is not null then code_in({CLOSED_FOR}) end"
        ),
        _tag("DateOfInitialCPC", CONFERENCE),
        _element(
            "Assessments",
            ASSESSED,
            _tag("AssessmentActualStartDate", "started_on"),
            _tag("AssessmentAuthorisationDate", "closed_by(authorised_on, {last})"),
            _element("FactorsIdentifiedAtAssessment", "closed_by(authorised_on, {last}) is not null", FACTORS),
        ),
        _element(
            "CINPlanDates",
            PLANNED,
            _tag("CINPlanStartDate", "cin_start"),
            _tag("CINPlanEndDate", "closed_by(cin_end, {last})"),
        ),
        _element(
            "Section47",
            ENQUIRED,
            _tag("S47ActualStartDate", "s47_on"),
            _tag("InitialCPCtarget", "add_workdays(s47_on, 15)"),
            _tag("DateOfInitialCPC", CONFERENCE),
            _tag(
                "ICPCnotRequired",
                "case when icpc_on is null and least(s47_on + 15, closed_on) <= {last} then 'true' else 'false' end",
            ),
        ),
        _tag(
            "ReferralNFA",
            "case when is_referred and not has_assessment and referral_outcome_of(h) = 'No Further Action' then 'true'"
            " else 'false' end",
        ),
        _element(
            "ChildProtectionPlans",
            PROTECTED,
            _tag("CPPstartDate", "cpp_start"),
            _tag("CPPendDate", "closed_by(cpp_end, {last})"),
            _tag("InitialCategoryOfAbuse", "abuse_code_of(plan_h >> 8)"),
            _tag("LatestCategoryOfAbuse", f"abuse_code_of({LATEST})"),
            _tag("NumberOfPreviousCPP", PREVIOUS),
            REVIEWS,
        ),
    )
)
CHILD = " || ".join(
    (
        "'<Child><ChildIdentifiers>'",
        _tag("LAchildID", "syn('', child_no)"),
        _tag("PersonBirthDate", "closed_by(any_value(born_on), {last})"),
        _tag("ExpectedPersonBirthDate", "case when any_value(born_on) > {last} then any_value(born_on) end"),
        _tag("Sex", "case when any_value(born_on) > {last} then 'U' else any_value(sex) end"),
        "'</ChildIdentifiers><ChildCharacteristics>'",
        _tag("Ethnicity", "case when any_value(born_on) > {last} then 'NOBT' else any_value(ethnicity) end"),
        _element("Disabilities", "any_value(disability) is not null", _tag("Disability", "any_value(disability)")),
        "'</ChildCharacteristics>'",
        "string_agg('<CINdetails>' || details || '</CINdetails>', '' order by case_no)",
        "'</Child>'",
    )
)

QUERIES = {
    "cin_census": f"""
        select {CHILD}
        from (
            select
                child_no, case_no, born_on,
                case sex_in(gender_of(child_h)) when 'M' then 'M' when 'F' then 'F' else 'U' end as sex,
                code_in(case when is_uasc then uasc_ethnicity_of(child_h >> 24) else ethnicity_of(child_h >> 24) end)
                    as ethnicity,
                case disability_of(child_h >> 32)[:1] when 'a' then 'LD' when 'b' then 'NONE' end as disability,
                {DETAILS} as details
            from (select *, draw('list_7_cpp', case_no) as plan_h from seen)
            where opened_on <= {{last}} and (closed_on is null or closed_on >= {{fy}})
        ) group by child_no order by child_no"""
}
