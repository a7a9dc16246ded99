"""Measure the recogniser on spellings with known categories: `python -m tests.measure_spellings FILE.csv [--half 0|1] [--wrong COLUMN]`.

The file has the columns column, spelling and category. A category is that of Ofsted's Annex A, which is coarser than a code.
Columns of lists that the warehouse does not take, and spellings that the file gives no category, are counted apart.
"""

import argparse
import csv
import hashlib
import time
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from data_quality.spellings.recognise import recognise
from data_quality.spellings.review import KNOWN, folded
from data_quality.spellings.vocabulary import tokens, vocabularies

LISTS = {
    "Gender": "gender", "Ethnicity": "ethnicity", "Contact Source": "referral_source", "Referral NFA?": "no_further_action",
    "Does the Child have a Disability": "yes_no", "Child Seen During Continuous Assessment": "yes_no",
    "Was the Child Seen Alone?": "yes_no", "Primary Need Code": "need", "Reason for Closure": "closure_reason",
    "Case Status": "case_status", "Initial Category of Abuse": "abuse_category", "Child's Legal Status": "legal_status",
    "Reason Ceased to be Looked After": "lac_end_reason", "Placement Type": "placement_type",
    "Placement Provider": "placement_provider", "Placement Location": "placement_location",
}  # fmt: skip
# the codes of each category, where its first letter or its words do not say them
CODES = {
    "ethnicity": {"white": "WBRI WIRI WIRT WOTH WROM WHITE", "mixed": "MWBC MWBA MWAS MOTH MIXED", "asian": "AIND APKN ABAN AOTH ASIAN",
        "black": "BCRB BAFR BOTH BLACK", "other": "CHNE OOTH OTHER", "not stated": "REFU NOBT NOTST", "unknown": "REFU NOBT NOTST"},
    "referral_source": {"individual": "1 1A 1B 1C 1D", "schools": "2A", "education": "2B", "health": "3 3A 3B 3C 3D 3E 3F", "housing": "4",
        "la services": "5 5A 5B 5C 5D", "police": "6", "other legal": "7", "other": "8", "anonymous": "9", "unknown": "10"},
    "yes_no": {"true": "Y", "false": "N", "unknown": "U"},
    "no_further_action": {"true": "Y", "false": "N"},
    "gender": {"male": "M", "female": "F", "not stated": "U", "neither": "N"},
    "need": {"abuse": "N1", "childs": "N2", "parents": "N3", "family in": "N4", "family dys": "N5", "socially": "N6", "low": "N7",
        "absent": "N8", "not cin": "N9", "not stated": "N0"},
    "closure_reason": {"adopted": "RC1", "died": "RC2", "residence": "RC3", "special": "RC4", "transfer to another": "RC5",
        "transfer to adult": "RC6", "other": "RC7", "child not in need": "RC8 RC9"},
    "case_status": {"looked": "LAC", "child protection": "CPP", "child in need": "CIN", "open": "ASSESS", "closed": "CLOSED"},
    "abuse_category": {"neglect": "NEG", "physical": "PHY", "sexual": "SAB", "emotional": "EMO", "multiple": "MUL"},
    "legal_status": {"interim": "C1", "full": "C2", "freed": "D1", "placement": "E1", "accommodated": "V2", "detained": "L L1 L2 L3",
        "youth": "J J1 J2 J3", "j1": "J1", "j2": "J2"},
    "lac_end_reason": {"adopted": "E1 E11 E12", "died": "E2", "care taken": "E3", "returned": "E4 E4A E4B", "left care": "E13",
        "residence": "E41", "special": "EG E45 E46 E47 E48", "moved into": "E5 E6 EI", "transferred": "E7", "sentenced": "E9",
        "accommodation on": "E14", "age assess": "E15", "child moved": "E16", "care ceased": "E8 E17", "zzcodeerror": "X1"},
    "placement_type": {"foster": "U U1 U2 U3 U4 U5 U6", "placed for": "A A3 A4 A5 A6", "placed with": "P1", "independent": "P2",
        "residential emp": "P3", "residential acc": "H5 K3", "secure": "K1", "childrens": "K2", "residential care": "R1", "nhs": "R2",
        "family centre": "R3", "young": "R5", "residential school": "S1", "other": "Z1", "temporary": "T0 T1 T2 T3 T4"},
    "placement_provider": {"own": "PR0 PR1", "private": "PR4", "other": "PR0 PR2 PR3 PR5"},
    "placement_location": {"in": "IN", "out": "OUT"},
}  # fmt: skip
# where the file's category is not that of the DfE's own guide: code list, the code that a rule gives, the file's category
DISPUTED = {
    ("referral_source", "7", "g) police"): "Courts, CAFCASS and probation are the DfE's 7, other legal agency, not police.",
    ("referral_source", "7", "i) other"): "CAFCASS and probation are the DfE's 7; the file itself has them there elsewhere.",
    ("referral_source", "1D", "i) other"): "Strangers and MPs are the DfE's own examples of 1D, individual: other.",
    ("referral_source", "5D", "g) police"): "Early help is the council's own, and no police.",
    ("referral_source", "5A", "g) police"): "Leaving care teams are the council's own, and no police.",
    ("lac_end_reason", "E7", "n) care ceased"): "Transferred to adult social care is the label of E7.",
    ("lac_end_reason", "E13", "d) returned"): "With a person without parental responsibility is the label of E13.",
    ("closure_reason", "RC6", "e) transfer to another"): "Adult services are RC6, and no other authority.",
    ("closure_reason", "RC9", "g) 'other'"): "RC9 is written in the text.",
    ("referral_source", "7", "f) la services"): "A court is the DfE's 7; the file itself has courts there elsewhere.",
    ("referral_source", "5C", "i) other"): "OLA is another local authority, the DfE's 5C.",
    ("referral_source", "5A", "d) health"): "Adult services are the council's social care.",
    ("placement_type", "H5", "n) other"): "Residential accommodation outside the regulations is the DfE's H5, the file's f).",
    ("abuse_category", "MUL", "a) neglect"): "Neglect, physical and emotional are several.",
    ("lac_end_reason", "E4A", "e) left care"): "E4A is the DfE's code for those who return to somebody with parental responsibility.",
    ("gender", "N", "c) not stated"): "9 is the census's code for a child who is neither.",
    ("legal_status", "J1", "f) detained"): "On remand, committed for trial or sentence is the label of J1, youth justice.",
    ("lac_end_reason", "E17", "e) left care"): "E17, 18 or over with the same carers, has parental responsibility in no part.",
    ("ethnicity", "OOTH", "a) white"): "OKRD, Kurdish, is a part of OOTH in the DfE's extended codes.",
}  # fmt: skip
NO_CATEGORY = "zzcodeerror"  # the file's own mark for what it does not place


def codes_of(code_list: str, category: str) -> set[str] | None:
    """Return the codes of a category; None where the code list has none for it."""
    words = tokens(category)
    if len(words) > 1 and len(words[0]) == 1:
        words = words[1:]
    text = " ".join(words)
    starts = [start for start in CODES[code_list] if text.startswith(start)]
    return set(CODES[code_list][max(starts, key=len)].split()) if starts else None


def main() -> None:
    """Print, for each column, how many spellings were recognised, how many rightly, and how often a suggestion was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--half", type=int, choices=(0, 1), help="Only this half, drawn by a hash: develop on one, report the other."
    )
    parser.add_argument("--wrong", help="Also print what went wrong in this column, or in all.")
    asked = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    started = time.perf_counter()
    with asked.file.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            digest = hashlib.sha256(f"{row['column']}|{row['spelling']}".encode()).digest()
            if row["column"] != "column" and asked.half in (None, digest[-1] % 2):
                outcome, found = _outcome(row)
                counts[row["column"]][outcome] += 1
                if asked.wrong in (row["column"], "all") and outcome not in ("right", "no list", "no category"):
                    print(f"{outcome:10} {row['spelling'][:90]!r} is {row['category']!r}; {found}")
    seconds = time.perf_counter() - started
    print(
        f"{'column':42} {'all':>5} {'recognised':>10} {'right':>7} {'undisputed':>10} {'suggested':>10} {'person':>7} {'of the rest':>11}"
    )
    for column, count in sorted(counts.items()):
        print(
            _line(column, count) if column in LISTS else f"{column:42} {count.total():5} of a list that is left aside"
        )
    print(_line("All that have a list", sum((counts[column] for column in LISTS), Counter())))
    print(f"{sum(count['no category'] for count in counts.values())} more have no category in the file")
    print(f"{seconds / max(1, sum(c.total() for c in counts.values())) * 1000:.2f} ms per distinct spelling")


def _outcome(row: dict[str, str]) -> tuple[str, object]:
    code_list = LISTS.get(row["column"])
    if not code_list:
        return "no list", None
    if row["category"].casefold() == NO_CATEGORY and row["column"] != "Reason Ceased to be Looked After":
        return "no category", None
    known = _known().get((code_list, folded(row["spelling"])))
    right, found = codes_of(code_list, row["category"]), recognise(row["spelling"], vocabularies()[code_list])
    code = known or found.code
    if code and right and code in right:
        return "right", found
    if code:
        return "disputed" if _is_disputed(code_list, code, row["category"]) else "wrong", found
    is_near = bool(right and right & set(found.suggestions))
    if found.rule == "only a person can know":
        return "person, suggested" if is_near else "person, missed", found
    return "suggested" if is_near else "missed", found


def _is_disputed(code_list: str, code: str, category: str) -> bool:
    return any((code_list, code) == dispute[:2] and category.casefold().startswith(dispute[2]) for dispute in DISPUTED)


@cache
def _known() -> dict[tuple[str, str], str]:
    """Return what code_spellings.csv says, which the warehouse asks before any rule."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        return {(row["code_list"], row["spelling"]): row["code"] for row in csv.DictReader(file)}


def _line(column: str, count: Counter[str]) -> str:
    total = count.total() - count["no category"]
    answered = count["right"] + count["wrong"] + count["disputed"]
    person, person_near = count["person, suggested"] + count["person, missed"], count["person, suggested"]
    rest = count["suggested"] + count["missed"] + person
    near = (count["suggested"] + person_near) / rest if rest else 1
    right, undisputed = count["right"] / (answered or 1), count["right"] / (answered - count["disputed"] or 1)
    of_the_rest = answered / (total - person or 1)
    shares = f"{answered / (total or 1):10.1%} {right:7.1%} {undisputed:10.1%} {near:10.1%}"
    return f"{column:42} {total:5} {shares} {person:7} {of_the_rest:11.1%}"


if __name__ == "__main__":
    main()
