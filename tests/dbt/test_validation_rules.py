"""Every rule of the yearly returns, on two authorities: the lists of one keep it, those of the other break it alone."""

import re
from datetime import timedelta

import duckdb
import pytest
from deliveries import LOADED, ask, build, deliver

from data_quality.checks import audit_checks, validation_rules

pytestmark = pytest.mark.long

MARCH, JUNE = "2013-03-01", "2013-06-01"
UNKNOWN = "c) Not stated/recorded"


def row(extract, base):
    """A row of a list, with what is said otherwise of it."""
    return lambda **said: (extract, JUNE, {"child_id": "1"} | base | said)


referral = row(
    "annex_a_referrals",
    {"referral_date": "03/04/2013", "referral_source_code": "q) 6: Police", "is_no_further_action": "b) No"},
)
assessment = row(
    "annex_a_assessments",
    {"assessment_start_date": "04/04/2013", "assessment_authorisation_date": "19/04/2013"},
)
enquiry = row("annex_a_section_47", {"section_47_start_date": "10/04/2013", "conference_date": "22/04/2013"})
need = row("annex_a_cin", {"cin_start_date": "03/04/2013", "case_status_code": "d) Open assessment"})
plan = row("annex_a_cpp", {"cpp_start_date": "22/04/2013"})
care = row("annex_a_lac", {"lac_start_date": "01/05/2013"})

factored = row(
    "cin_census_assessments",
    {
        "referral_date": "2013-04-03",
        "assessment_start_date": "2013-04-04",
        "assessment_authorisation_date": "2013-04-19",
        "assessment_factors": "2B,3A",
    },
)
case = row(
    "cin_census_referrals", {"referral_date": "2013-04-03", "primary_need_code": "N1", "is_no_further_action": "0"}
)
cin_plan = row("cin_census_plans", {"referral_date": "2013-04-03", "cin_plan_start_date": "2013-05-07"})
spell = row(
    "ssda903_episodes",
    {
        "episode_start_date": "01/05/2013",
        "episode_start_reason": "S",
        "legal_status_code": "V2",
        "need_code": "N1",
        "placement_type_code": "U6",
        "placement_provider_code": "PR1",
        "placement_postcode": "ZZ99 3CZ",
        "placement_urn": "SC1",
        "home_postcode": "ZZ99 3VZ",
    },
)
uasc = row("ssda903_uasc", {"uasc_ceased_date": ""})
header = row("ssda903_header", {"birth_date": "05/06/1996"})

begun = spell(episode_end_date="20/05/2013", episode_end_reason_code="X1")
moved = {"placement_type_code": "K2", "placement_urn": "SC2"}


def following(**said):
    return spell(episode_start_date="20/05/2013", **said)


def in_march(case):
    extract, _, said = case
    return (extract, MARCH, said)


since_february = {"episode_start_date": "01/02/2013"}
cared_for_in_march = [spell(**since_february), in_march(spell(**since_february))]


def of_march(**said):
    """An episode that was open at the end of March, and what is said of it now."""
    return [spell(**since_february | said), in_march(spell(**since_february))]


def became(child, before, after):
    """An episode of another child, whose placement was of one type at the end of March and is of another now."""
    of_child = since_february | {"child_id": child}
    return [
        spell(**of_child | {"placement_type_code": after}),
        in_march(spell(**of_child | {"placement_type_code": before})),
    ]


closed = {"cin_closure_date": "10/05/2013", "closure_reason_code": "RC8"}
second = {"section_47_start_date": "24/04/2013", "conference_date": "29/04/2013"}
other = {"child_id": "2"}
unborn = {"gender_code": UNKNOWN}

# Rows that keep the rule, and rows that break it. Month end is Sunday 30 June; 45 working days before it is 24 April,
# 15 are 7 June. Each child is referred, and each plan begins with a conference, but where the rule is about that.
CASES = {
    "1103": (
        [referral(), assessment(assessment_start_date="03/04/2013")],
        [referral(), assessment(assessment_start_date="02/04/2013")],
    ),
    "8608": (
        [referral(), assessment(assessment_authorisation_date="04/04/2013")],
        [referral(), assessment(assessment_authorisation_date="03/04/2013")],
    ),
    "8670Q": (
        [referral(), assessment(assessment_start_date="24/04/2013", assessment_authorisation_date="")],
        [referral(), assessment(assessment_start_date="23/04/2013", assessment_authorisation_date="")],
    ),
    "8614": (
        [factored(assessment_start_date="2013-06-03", assessment_authorisation_date="", assessment_factors="")],
        [factored(assessment_start_date="2013-06-03", assessment_authorisation_date="")],
    ),
    "8869": ([factored(assessment_factors="21")], [factored(assessment_factors="21,3A")]),
    "8897Q": (
        # a list of Annex A does not say
        [factored(), assessment(assessment_start_date="03/04/2013")],
        [factored(assessment_factors="")],
    ),
    "8898": ([factored(assessment_factors="2A,2B")], [factored(assessment_factors="2B,3A,2B")]),
    "2889": (
        [referral(), enquiry(section_47_start_date="03/04/2013")],
        [referral(), enquiry(section_47_start_date="02/04/2013")],
    ),
    "1104": (
        [referral(), enquiry(conference_date="03/04/2013")],
        [referral(), enquiry(conference_date="02/04/2013")],
    ),
    "8875": (
        [referral(), enquiry(conference_date="19/04/2013")],
        [referral(), enquiry(conference_date="20/04/2013")],
    ),
    "8675Q": (
        [
            referral(),
            enquiry(section_47_start_date="07/06/2013", conference_date=""),
            enquiry(section_47_start_date="10/04/2013", conference_date="", is_conference_unnecessary="a) Yes"),
        ],
        [referral(), enquiry(section_47_start_date="06/06/2013", conference_date="")],
    ),
    "8805": (
        [case(), factored(), cin_plan()],  # the case is open: only the assessment has ended
        [need(**closed | {"closure_reason_code": ""})],
    ),
    "8810": ([need(**closed)], [need(**closed | {"cin_closure_date": ""})]),
    "8815": (
        # an assessment and a plan of one referral
        [
            case(),
            factored(assessment_start_date="2013-06-03", assessment_authorisation_date="", assessment_factors=""),
            cin_plan(),
        ],
        [need(), need(cin_start_date="10/05/2013")],
    ),
    "8820": (
        [need(**closed), need(cin_start_date="10/05/2013")],
        [need(**closed), need(cin_start_date="09/05/2013")],
    ),
    "8867": (
        [need(**closed), assessment(assessment_start_date="10/05/2013", assessment_authorisation_date="")],
        [need(**closed), assessment(assessment_start_date="09/05/2013", assessment_authorisation_date="")],
    ),
    "8868": (
        [
            need(**closed | {"cin_closure_date": "14/06/2013"}),
            enquiry(section_47_start_date="14/06/2013", conference_date=""),
            enquiry(section_47_start_date="12/06/2013", conference_date="", is_conference_unnecessary="a) Yes"),
        ],
        [
            need(**closed | {"cin_closure_date": "14/06/2013"}),
            enquiry(section_47_start_date="13/06/2013", conference_date=""),
        ],
    ),
    "8606": ([need(birth_date="08/01/2014", **unborn)], [need(birth_date="09/01/2014", **unborn)]),
    "8790": (
        [case(disability="HAND,HEAR"), factored()],
        [case(disability="NONE,HEAR"), factored()],
    ),
    "8750": ([need(birth_date="01/09/2013", **unborn)], [need(birth_date="01/09/2013")]),
    "8775Q": ([need(birth_date="01/07/1987")], [need(birth_date="30/06/1987")]),
    "2886Q": (
        [need(child_id=str(n), gender_code=UNKNOWN if n == 0 else "b) Female") for n in range(50)],
        [need(child_id=str(n), gender_code=UNKNOWN if n == 0 else "b) Female") for n in range(49)],
    ),
    "4001": (
        [need(case_status_code="c) Child in need plan"), enquiry(), plan(cpp_end_date="28/06/2013")],
        [need(case_status_code="c) Child in need plan"), enquiry(), plan()],
    ),
    "4016": (
        [
            referral(),
            need(cin_start_date="10/05/2013", case_status_code="c) Child in need plan"),
            enquiry(),
            plan(cpp_end_date="10/05/2013"),
        ],
        [
            referral(),
            need(cin_start_date="09/05/2013", case_status_code="c) Child in need plan"),
            enquiry(),
            plan(cpp_end_date="10/05/2013"),
        ],
    ),
    "1105": (
        [referral(), plan(cpp_start_date="03/04/2013"), referral(**other), enquiry(**other)],
        [referral(), plan(cpp_start_date="02/04/2013"), referral(**other), enquiry(**other)],
    ),
    "2883": (
        [referral(), plan(), referral(**other), enquiry(**other)],
        [referral(), plan(), referral(**other), enquiry(conference_date="", is_conference_unnecessary="Y", **other)],
    ),
    "2885": ([referral(), enquiry(), plan()], [referral(), enquiry(), plan(cpp_start_date="23/04/2013")]),
    "8832": (
        [referral(is_no_further_action="a) Yes"), referral(referral_date="08/04/2013"), enquiry(), plan()],
        [referral(), referral(referral_date="08/04/2013", is_no_further_action="a) Yes"), enquiry(), plan()],
    ),
    "8840": (
        [referral(), enquiry(), plan(cpp_end_date="23/04/2013")],
        [referral(), enquiry(), plan(cpp_end_date="22/04/2013")],
    ),
    "8841": (
        [referral(), enquiry(), plan(last_review_date="23/04/2013")],
        [referral(), enquiry(), plan(last_review_date="22/04/2013")],
    ),
    "8925": (
        [referral(), enquiry(), plan(cpp_end_date="23/04/2013")],
        [referral(), enquiry(), plan(cpp_end_date="21/04/2013")],
    ),
    "8935": (
        [referral(), enquiry(), enquiry(**second), plan(cpp_end_date="29/04/2013"), plan(cpp_start_date="29/04/2013")],
        [referral(), enquiry(), enquiry(**second), plan(), plan(cpp_start_date="29/04/2013")],
    ),
    "8940": (
        [referral(), enquiry(), enquiry(**second), plan(cpp_end_date="29/04/2013"), plan(cpp_start_date="29/04/2013")],
        [referral(), enquiry(), enquiry(**second), plan(cpp_end_date="30/04/2013"), plan(cpp_start_date="29/04/2013")],
    ),
    "302": ([care(birth_date="01/05/2013")], [care(birth_date="02/05/2013")]),
    "304": (
        [spell(), header(), uasc(uasc_ceased_date="05/06/2014")],
        [spell(), header(), uasc(uasc_ceased_date="06/06/2014")],
    ),
    "205A": (
        [*cared_for_in_march, in_march(uasc()), uasc(uasc_ceased_date="01/04/2013")],
        [*cared_for_in_march, in_march(uasc()), uasc(**other)],
    ),
    "205B": (
        [*cared_for_in_march, in_march(uasc(uasc_ceased_date="01/12/2012")), uasc(uasc_ceased_date="01/12/2012")],
        [*cared_for_in_march, in_march(uasc(uasc_ceased_date="01/12/2012")), uasc()],
    ),
    "205C": (
        [*cared_for_in_march, in_march(uasc(**other)), uasc(**other)],
        [*cared_for_in_march, in_march(uasc(**other)), uasc(uasc_ceased_date="01/03/2012")],
    ),
    "205D": (
        [*cared_for_in_march, in_march(uasc()), uasc()],
        [*cared_for_in_march, in_march(uasc(**other)), uasc()],
    ),
    "361": (
        [care(legal_status_code="L1", legal_status_start_date="27/06/2013")],
        [care(legal_status_code="L1", legal_status_start_date="26/06/2013")],
    ),
    "376": (
        [care(placement_type_code="T3", placement_start_date="09/06/2013")],
        [care(placement_type_code="T3", placement_start_date="08/06/2013")],
    ),
    "379": (
        [care(placement_type_code="T4", placement_start_date="23/06/2013")],
        [care(placement_type_code="T4", placement_start_date="22/06/2013")],
    ),
    "502": (
        [care(lac_start_date="01/02/2013"), ("annex_a_lac", MARCH, {"lac_start_date": "01/02/2013"})],
        [care(lac_start_date="02/04/2013"), ("annex_a_lac", MARCH, {"lac_start_date": "01/02/2013"})],
    ),
    "357": (
        [spell(episode_start_reason="L", episode_start_date="31/03/2013"), spell(**other)],
        [spell(episode_start_reason="L", episode_start_date="01/04/2013"), spell(**other)],
    ),
    "388": (
        [begun, following(episode_start_reason="L", legal_status_code="C2")],
        [spell(episode_end_date="20/05/2013", episode_end_reason_code="X1")],
    ),
    "433": (
        [begun, following(episode_start_reason="P", **moved)],
        [
            spell(episode_end_date="19/05/2013", episode_end_reason_code="E4A"),
            following(episode_start_reason="P", **moved),
        ],
    ),
    "434": (
        [begun, following(episode_start_reason="L", legal_status_code="C2")],
        [begun, following(episode_start_reason="L", legal_status_code="C2", placement_urn="SC2")],
    ),
    "435": (
        [begun, following(episode_start_reason="T", placement_urn="SC2")],
        [begun, following(episode_start_reason="T")],
    ),
    "436": (
        [begun, following(episode_start_reason="B", legal_status_code="C2", **moved)],
        [begun, following(episode_start_reason="B", **moved)],
    ),
    "392d": (
        [spell(home_postcode="zz993cz", placement_type_code="P1"), spell(home_postcode="", **other)],
        [spell(home_postcode="zz993cz")],
    ),
    "503A": (of_march(), of_march(episode_start_reason="P")),
    "503B": (of_march(), of_march(legal_status_code="C2")),
    "503C": (of_march(), of_march(need_code="N4")),
    "503D": (  # K3 and Z12 took the place of H5 and Z1
        [*of_march(), *became("2", "H5", "K3"), *became("3", "Z1", "Z12")],
        of_march(placement_type_code="K2"),
    ),
    "503E": (of_march(), of_march(placement_provider_code="PR4")),
    "503F": (of_march(placement_urn="sc1 "), of_march(placement_urn="SC2")),
    "503J": (of_march(placement_postcode="zz993cz"), of_march(placement_postcode="ZZ99 3VZ", home_postcode="")),
}


BUILT = ("+audit_comparisons", "+mart_validation_rules", "+validation_breaches")


@pytest.fixture(scope="module")
def judged(tmp_path_factory, home_of):
    """Every case delivered, and what the lists of each authority break."""
    with home_of(tmp_path_factory.mktemp("validation_rules")) as path:
        with duckdb.connect(str(path)):  # the file stays open between the deliveries
            for rule, cases in CASES.items():
                for outcome, rows in zip(("keeps", "breaks"), cases, strict=True):
                    for extract, month in {(extract, month) for extract, month, _ in rows}:
                        listed = [said for *place, said in rows if place == [extract, month]]
                        deliver(path, extract, month, listed, authority=f"{outcome} {rule}")
            many = [assessment(child_id=str(n), assessment_authorisation_date="03/04/2013")[2] for n in range(7)]
            deliver(path, "annex_a_assessments", JUNE, many, authority="many")
        assert build("--select", *BUILT) == []
        yield path


def test_every_rule_has_a_case():
    assert [rule.rule for rule in validation_rules()] == list(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_what_breaks_it_and_nothing_else(judged, rule):
    broken = ask(
        judged,
        f"""
        select authority_code, rule, count(*) from quality.validation_breaches
        where authority_code in ('keeps {rule}', 'breaks {rule}') and month = '{JUNE}' group by all order by all
        """,
    )
    pair = rule in ("8815", "8820", "8935", "8940")  # both of two that cannot be
    assert broken == [(f"breaks {rule}", rule, 2 if pair else 1)]


def test_great_expectations_names_each_breach_with_number_severity_and_rows(judged):
    from data_quality.expectations import judge  # takes seconds to import

    rules = {rule.check.check_id: rule for rule in validation_rules()}
    assert rules.keys() <= audit_checks().keys()
    verdicts = judge(judged, [rule.check for rule in rules.values()])
    assert {v.check.check_id: v.breaches for v in verdicts} == dict.fromkeys(rules, 1) | {"census_8608": 2}
    found = ask(
        judged,
        """
        select check_id, message, observed from quality.audit_comparisons
        where audit = 'validation_rules' and not is_agreed and authority_code <> 'many'
        """,
    )
    assert len(found) == len(rules)
    for check_id, message, observed in found:
        assert message.startswith(f"Rule {rules[check_id].rule}: {rules[check_id].message} {observed:.0f} of ")
        rows = f": row{'s' if observed > 1 else ''} "
        assert rows in message or rules[check_id].rule == "502"  # what it misses has no row


def test_a_finding_names_a_bounded_number_of_rows(judged):
    sql = (
        "select message from quality.audit_validation_rules where authority_code = 'many' and check_id = 'census_8608'"
    )
    [(message,)] = ask(judged, sql)
    assert re.search(r" 7 of \d+ assessments: rows \d+, \d+, \d+ and 4 more[.] Correct them", message), message


def test_what_is_missing_from_a_list_counts_with_what_is_in_it(judged):
    of = f"rule = '502' and authority_code = 'breaks 502' and month = '{JUNE}'"
    assert ask(judged, f"select events, breaches, share from marts.mart_validation_rules where {of}") == [(2, 1, 50.0)]


def test_a_correction_judges_its_month_anew_and_the_others_stay_as_they_were(judged, home_of):
    def history():
        return dict(
            ask(
                judged,
                """
                select authority_code || ' ' || month, sum(breaches) from marts.mart_validation_rules
                where authority_code like '%502' group by all
                """,
            )
        )

    assert history() == {
        f"keeps 502 {MARCH}": 0,
        f"keeps 502 {JUNE}": 0,
        f"breaks 502 {MARCH}": 0,
        f"breaks 502 {JUNE}": 1,
    }
    deliver(
        judged,
        "annex_a_lac",
        JUNE,
        [care(lac_start_date="01/02/2013")[2]],
        version=2,
        authority="breaks 502",
        loaded_at=LOADED + timedelta(days=30),
    )
    with home_of(judged.parent):
        assert build("--select", "+mart_validation_rules") == []
    assert set(history().values()) == {0}
    assert len(history()) == 4
