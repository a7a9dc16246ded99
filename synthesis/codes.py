"""The code lists as Annex A writes them, with weights that add up to 128.

The shares are plausible; they are not those of any authority.
"""

WEIGHTS = 128
SOURCES = {
    "a) 1A: Individual": 9,
    "b) 1B: Individual": 3,
    "c) 1C: Individual": 2,
    "d) 1D: Individual": 2,
    "e) 2A: Schools": 22,
    "f) 2B: Education services": 3,
    "g) 3A: Health services": 4,
    "h) 3B: Health services": 4,
    "i) 3C: Health services": 2,
    "j) 3D: Health services": 3,
    "k) 3E: Health services": 6,
    "l) 3F: Health services": 4,
    "m) 4: Housing": 3,
    "n) 5A: LA services": 6,
    "o) 5B: LA services": 5,
    "p) 5C: LA services": 5,
    "q) 6: Police": 34,
    "r) 7: Other legal agency": 4,
    "s) 8: Other": 4,
    "t) 9: Anonymous": 2,
    "u) 10: Unknown": 1,
}
ETHNICITIES = {
    "a) WBRI": 40,
    "b) WIRI": 1,
    "c) WIRT": 1,
    "d) WOTH": 9,
    "e) WROM": 1,
    "f) MWBC": 9,
    "g) MWBA": 4,
    "h) MWAS": 3,
    "i) MOTH": 6,
    "j) AIND": 4,
    "k) APKN": 5,
    "l) ABAN": 2,
    "m) AOTH": 6,
    "n) BCRB": 10,
    "o) BAFR": 11,
    "p) BOTH": 5,
    "q) CHNE": 1,
    "r) OOTH": 4,
    "s) REFU": 2,
    "t) NOBT": 4,
}
GENDERS = {"a) Male": 66, "b) Female": 61, "d) Neither": 1}
DISABILITIES = {"a) Yes": 14, "b) No": 111, "c) Unknown": 3}
CLOSED_CONTACTS = {"No Further Action": 58, "Information and Advice": 45, "EH Referral": 25}
CLOSED_REFERRALS = {
    "No Further Action": 58,
    "Advice and Information or signpost": 32,
    "Step-down to Early Help": 32,
    "Other": 6,
}
NEEDS = {
    "N1 - Abuse or neglect": 76,
    "N2 - Child's disability": 12,
    "N3 - Parental disability or illness": 5,
    "N4 - Family in acute stress": 12,
    "N5 - Family dysfunction": 17,
    "N6 - Socially unacceptable behaviour": 3,
    "N7 - Low income": 1,
    "N8 - Absent parenting": 2,
}
RC7 = "RC7 - Services ceased for any other reason, including child no longer in need"
RC8 = "RC8 - Case closed after assessment, no further action"
RC9 = "RC9 - Case closed after assessment, referred to early help"
PLAN_CLOSURES = {
    RC7: 110,
    "RC5 - Transferred to services of another local authority": 14,
    "RC2 - Died": 1,
    "RC6 - Transferred to adult social care services": 3,
}
ASSESSMENT_CLOSURES = {RC8: 90, RC9: 38}
ABUSE = {
    "a) Neglect": 55,
    "b) Physical abuse": 11,
    "c) Sexual abuse": 6,
    "d) Emotional abuse": 46,
    "e) Multiple/not recommended": 10,
}
LEGAL = {
    "C1: ICO": 28,
    "C2: FCO": 50,
    "E1: Placement order": 6,
    "V2: Single period under S20": 42,
    "J1: Remanded to LA or youth detention": 2,
}
PERMANENCE = {
    "a) Return to family": 30,
    "b) Adoption": 12,
    "c) SGO/CAO": 14,
    "d) Supported living in the community": 16,
    "e) Long-term residential placement": 10,
    "f) Long-term fostering": 42,
    "g) other": 4,
}
CEASED = {
    "a) E11: Adopted - application unopposed": 6,
    "b) E12: Adopted - consent dispensed": 8,
    "d) E3: Care taken by another LA": 3,
    "e) E4A: Returned home to live with parents or relatives - part of planning": 42,
    "f) E4B: Returned home to live with parents or relatives - not part of planning": 12,
    "g) E13: Parents, relatives or other with no parental responsibility": 8,
    "h) E41: Residence order granted": 6,
    "i) E45: Special Guardianship Orders - former carer relative/friend": 14,
    "j) E46: Special Guardianship Orders - former carer other": 6,
    "t) E8: Care ceased for any other reason": 23,
}
CEASED_AT_18 = {
    "m) E5: Moved into independent living - supported": 74,
    "n) E6: Moved into independent living - no support": 30,
    "v) E17: Aged 18+ and remained with current carers": 24,
}
PLACEMENTS = {
    "c) U3: Foster placement - relative - not FFA": 16,
    "d) U4: Foster placement - long term": 30,
    "f) U6: Foster placement - not FFA": 44,
    "j) A6: Placed for adoption - order - not foster": 5,
    "k) P1: Placed with parents": 7,
    "n) H5: Residential accommodation": 10,
    "p) K2: Children's Homes": 13,
    "u) S1: Residential school": 2,
    "s) R3: Family Centre or Mother and Baby Unit": 1,
}
PROVIDERS = {
    "b) PR1: Own provision": 62,
    "c) PR2: Other LA provision": 3,
    "e) PR4: Private provision": 52,
    "f) PR5: Voluntary/third sector": 11,
}

MACROS = {
    "source_of": SOURCES,
    "ethnicity_of": ETHNICITIES,
    "gender_of": GENDERS,
    "disability_of": DISABILITIES,
    "contact_outcome_of": CLOSED_CONTACTS,
    "referral_outcome_of": CLOSED_REFERRALS,
    "need_of": NEEDS,
    "plan_closure_of": PLAN_CLOSURES,
    "assessment_closure_of": ASSESSMENT_CLOSURES,
    "abuse_of": ABUSE,
    "legal_of": LEGAL,
    "permanence_of": PERMANENCE,
    "ceased_of": CEASED,
    "ceased_at_18_of": CEASED_AT_18,
    "placement_of": PLACEMENTS,
    "provider_of": PROVIDERS,
}


def statements() -> list[str]:
    """Return SQL that creates a macro `<list>_of(h)` for each list: the code for a drawn number, by weight.

    The codes are in a variable, since that binds faster than a list. Raises ValueError for weights that do not add up.
    """
    made = []
    for name, weights in MACROS.items():
        if sum(weights.values()) != WEIGHTS:
            raise ValueError(f"the weights of {name} add up to {sum(weights.values())}, not {WEIGHTS}")
        slots = [code.replace("'", "''") for code, weight in weights.items() for _ in range(weight)]
        listed = ", ".join(f"'{code}'" for code in slots)
        made.append(f"set variable {name} = [{listed}]")
        made.append(f"create or replace macro {name}(h) as getvariable('{name}')[(h % {WEIGHTS})::integer + 1]")
    return made
