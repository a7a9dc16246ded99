"""What the rules make of spellings, on a table of our own; and what a person's decision does to code_spellings.csv."""

import csv
import re
import shutil
from collections import Counter

import duckdb
import pytest
from conftest import ROOT

from data_quality.spellings import judge, review
from data_quality.spellings.evidence import slips_between
from data_quality.spellings.recognise import recognise
from data_quality.spellings.vocabulary import REFERENCE, vocabularies

RECOGNISED = [
    ("lac_end_reason", "Code E4A (home again, planned)", "E4A"),
    ("lac_end_reason", "[E48]", "E48"),
    ("lac_end_reason", "Adopted in March", "E1"),
    ("placement_type", "k2 : Childrens Home, Hillside", "K2"),
    ("placement_type", "Fostre placement", "U"),
    ("placement_type", "S1: school, unless registered as a children's home too", "S1"),  # what it says it is not
    ("referral_source", "KAFCASS", "7"),  # another first letter
    ("placement_type", "Foster placemnet", "U"),
    ("referral_source", "(AB) Education - Primary School", "2A"),
    ("referral_source", "14) Police - front desk", "6"),
    ("referral_source", "3B/ Health visitor", "3B"),
    ("referral_source", "Our Health Vistor", "3B"),
    ("referral_source", "10) Police", "6"),
    ("legal_status", "c2, full care order 2011", "C2"),
    ("legal_status", "Emergancy protection order", "L2"),
    ("ethnicity", "MWBa", "MWBA"),
    ("ethnicity", "Black - Caribbean", "BCRB"),
    ("ethnicity", "Mixed: white & asian", "MWAS"),
    ("ethnicity", "??", "NOTST"),
    ("ethnicity", "OARA", "OOTH"),
    ("gender", "01", "M"),
    ("gender", "02", "F"),
    ("gender", "00", "U"),
    ("gender", "09", "U"),
    ("abuse_category", "Neglect with physical", "MUL"),
    ("need", "N5SX : of our own", "N5"),
    ("need", "C/F low incme", "N7"),
    ("need", "CIN / Low income", "N7"),
    ("need", "N5.07", "N5"),
    ("referral_source", "NEIGHB", "1B"),  # the beginning of neighbour
    ("referral_source", "Camden housing team", "4"),  # an authority's name says nothing
    ("referral_source", "Our School Nurses", "3C"),
    ("need", "Family dysfunction: domestic violence", "N5"),  # the heading is a category
    ("abuse_category", "Neglect; emotional neglect; physical", "MUL"),
    ("ethnicity", "Any other ethnic group (Iraqi)", "OOTH"),
    ("ethnicity", "(Z.A5) White, British", "WBRI"),  # a code of an older list gives way to words
    ("referral_source", "Council department (not housing)", "5B"),
    ("lac_end_reason", "Home, planned return home (not under a residence order)", "E4A"),
]
SUGGESTED = [
    ("ethnicity", "CNHE", "CHNE", "no known words"),
    ("ethnicity", "Kurdish", "OOTH WOTH", "only a person can know"),
    ("need", "QRX_DVA", "", "only a person can know"),  # a council's own abbreviation
    ("ethnicity", "White, not yet obtained", "NOBT", "words disagree"),
    ("legal_status", "C1 - full care order", "C1", "code and words disagree"),
    ("referral_source", "SEN team", "5B", "only a person can know"),
    ("placement_provider", "somebody", "", "no known words"),
    ("referral_source", "Family bicycle club", "1A", "only a person can know"),  # a broad word in a name
    ("referral_source", "Individuals - anonymous", "9", "only a person can know"),
    ("closure_reason", "No further action", "RC8", "only a person can know"),
    ("ethnicity", "Asian - Afghan", "ASIAN", "only a person can know"),
    ("need", "PDI_X", "N3", "no known words"),  # the letters of Parental disability or illness
    ("ethnicity", "Cuba", "OOTH", "only a person can know"),
    ("need", "Cognition", "", "no known words"),  # two letters from cognitive, and another word
    ("referral_source", "QZX", "5B", "only a person can know"),  # what councils have no code for
]


@pytest.mark.parametrize(("code_list", "text", "code"), RECOGNISED)
def test_a_spelling_is_recognised_where_its_evidence_agrees(code_list, text, code):
    assert recognise(text, vocabularies()[code_list]).code == code


@pytest.mark.parametrize(("code_list", "text", "likely", "rule"), SUGGESTED)
def test_what_evidence_does_not_settle_is_suggested(code_list, text, likely, rule):
    found = recognise(text, vocabularies()[code_list])
    assert (found.code, found.rule) == (None, rule)
    assert not likely or found.suggestions[0] in likely.split()


def test_evidence_is_never_the_text_of_the_cell():
    found = recognise("Police, about Jane Roe of Hill Street", vocabularies()["referral_source"])
    assert (found.code, found.rule, found.evidence) == ("6", "words of a label", "police")


def test_swapped_letters_are_one_slip():
    assert [slips_between("cnhe", "chne", 1), slips_between("polce", "police", 1), slips_between("cat", "dogs", 1)] == [
        1,
        1,
        2,
    ]


def test_every_term_stands_for_one_code_of_its_list_or_for_several_that_are_suggested():
    with (REFERENCE / "spelling_terms.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if row["code"] not in vocabularies()[row["code_list"]].labels] == []
    terms = Counter((row["code_list"], row["term"], row["code"] if row["kind"] == "suggest" else "") for row in rows)
    assert [term for term, count in terms.items() if count > 1] == []
    answered = {(row["code_list"], row["term"]) for row in rows if row["kind"] != "suggest"}
    assert answered & {(row["code_list"], row["term"]) for row in rows if row["kind"] == "suggest"} == set()


def test_spellings_are_folded_as_the_models_fold_them():
    macro = (ROOT / "dbt_project" / "macros" / "parse.sql").read_text()
    written = re.search(r"macro folded\(text\) -%}\n(.*)\n", macro)[1]
    assert written.replace("{{ text }}", "{}") == judge.FOLDED
    text = " D)\xa0 Health\tServices "
    folded = duckdb.execute(f"select {judge.FOLDED.format('?')}", [text]).fetchone()[0]
    assert folded == review.folded(text) == "d) health services"


def test_a_decision_becomes_a_line_that_replaces_an_earlier_one(tmp_path, monkeypatch):
    known = tmp_path / "code_spellings.csv"
    shutil.copy(REFERENCE / known.name, known)
    monkeypatch.setattr(review, "KNOWN", known)
    rows = [
        {"code_list": "need", "spelling": "cin / low income", "code": "N7"},
        {"code_list": "need", "spelling": "no idea", "code": None},
        {"code_list": "gender", "spelling": "(withheld)", "code": "M"},
    ]
    assert review.accept(rows, None, None) == [("need", "cin / low income", "N7")]
    assert review.correct("need", "CIN /  Low Income", "N4") == [("need", "cin / low income", "N4")]
    assert [line for line in known.read_text().splitlines() if "low income," in line and "/" in line] == [
        "need,cin / low income,N4"
    ]
    with pytest.raises(LookupError, match="not a code of need"):
        review.correct("need", "x", "ZZ")
    assert review.export(rows, tmp_path / "out.csv") == 2
