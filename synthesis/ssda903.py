"""SSDA903, the return on children looked after: one CSV for each of its files, headed as the collection names them."""

from synthesis import care
from synthesis.layout import HOME_POSTCODE, POSTCODE

HEADERS = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": (
        "CHILD",
        "DECOM",
        "RNE",
        "LS",
        "CIN",
        "PLACE",
        "PLACE_PROVIDER",
        "DEC",
        "REC",
        "REASON_PLACE_CHANGE",
        "HOME_POST",
        "PL_POST",
        "URN",
    ),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
}
SEX = "case sex_in(gender_of(child_h)) when 'M' then 'M' when 'F' then 'F' else 'U' end"

QUERIES = {
    "header": f"""
        , care as ({care.CARE})
        select distinct syn('', child_no), {SEX}, shown(born_on),
            code_in(case when is_uasc then uasc_ethnicity_of(child_h >> 24) else ethnicity_of(child_h >> 24) end),
            'UN1', 0, null
        from care""",
    "episodes": f"""
        , {care.EPISODES.lstrip()}
        select syn('', child_no), shown(on_day), rne, legal_code, {care.NEED}, type, provider,
            shown(coalesce(next_on, end_on)),
            case when next_on is not null then 'X1' when end_on is not null then code_in({care.ENDED_FOR}) end,
            case when lead(rne) over (partition by case_no order by on_day) in ('P', 'B') then 'PLACE' end,
            case when type = 'P1' then '{POSTCODE}' else '{HOME_POSTCODE}' end, '{POSTCODE}', urn
        from episode""",
    "uasc": f"""
        , care as ({care.CARE})
        select syn('', child_no), {SEX}, shown(born_on), shown(end_on) from care where is_uasc""",
    "reviews": f"""
        , {care.REVIEWS.lstrip()}
        select syn('', child_no), shown(born_on), shown(review_on), 'PN1' from review""",
    "missing": f"""
        , {care.MISSING.lstrip()}
        select syn('', child_no), shown(born_on), 'M', shown(gone_on), shown(closed_by(back_on, {{last}}))
        from missing""",
}
QUERIES = {name: f"{sql} order by all" for name, sql in QUERIES.items()}  # threads change nothing
