"""The layout of Ofsted's Annex A, lists 1 and 3 to 8: file names and headers, in the order councils write them."""

HEAD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
STAFF = ("Allocated Team", "Allocated Worker")
DISABILITY = "Does the Child have a Disability"

HEADERS = {
    "list_1_contacts": (
        *HEAD,
        "Date of Contact",
        "Contact Source",
        "Contact ID",
        "Contact Outcome",
        "Open Case At Contact (Y/N)",
    ),
    "list_3_referrals": (
        *HEAD,
        "Date of referral",
        "Referral Source",
        "Referral NFA?",
        "Number of Referrals in Last 12 Months",
        *STAFF,
        "Referral ID",
        "Referral Outcome",
        "Close Date",
        "Close Reason",
    ),
    "list_4_assessments": (
        *HEAD,
        DISABILITY,
        "Continuous Assessment Start Date",
        "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children's social care support?",
        *STAFF,
    ),
    "list_5_section_47": (
        *HEAD,
        DISABILITY,
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months",
        "Number of ICPCs in the last 12 months",
        *STAFF,
    ),
    "list_6_cin": (
        *HEAD,
        DISABILITY,
        "CIN Start Date",
        "Primary Need Code",
        "Date Child Was Last Seen",
        "CIN Closure Date",
        "Reason for Closure",
        "Case Status",
        *STAFF,
    ),
    "list_7_cpp": (
        *HEAD,
        DISABILITY,
        "Child Protection Plan Start Date",
        "Initial Category of Abuse",
        "Latest Category of Abuse",
        "Date of the Last Statutory Visit",
        "Was the Child Seen Alone?",
        "Date of latest review conference",
        "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
        "Number of Previous Child Protection Plans",
        *STAFF,
    ),
    "list_8_lac": (
        *HEAD,
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
        DISABILITY,
        "Date Started to be Looked After",
        "Child's Category of Need",
        "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
        "Start date of current legal status",
        "Child's Legal Status",
        "Date of Latest Statutory Review",
        "Date of Last Social Work Visit",
        "What is the permanence plan for this child?",
        "Date of Last IRO Visit / Contact to the Child",
        "Date of Last Health Assessment",
        "Date of Last Dental Check",
        "Number of Placements in the Last 12 months",
        "Date Ceased to be Looked After",
        "Reason Ceased to be Looked After",
        "Start Date of Most Recent Placement",
        "Placement Type",
        "Placement Provider",
        "Placement postcode",
        "URN of Placement",
        "Placement Location",
        "LA of Placement",
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
        "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
        "Was the child offered a Return Interview after their last missing episode (Y/N)?",
        "Did the child accept a Return Interview after their last missing episode (Y/N)?",
        *STAFF,
    ),
}
LISTS = tuple(HEADERS)
# pseudo-postcodes that statistics use where there is none: nobody lives there
POSTCODE, HOME_POSTCODE = "ZZ99 3CZ", "ZZ99 3VZ"

NOTICE = """SYNTHETIC DATA. No child in these files exists.

Written by `csc synthesise`. Every id begins with SYN-, there are no names, every worker is 'Synthetic Worker N' and
every postcode is ZZ99 3CZ or ZZ99 3VZ. Dates, needs and histories are drawn from a seed; what matches a real child does
by chance.
"""
SCOPE = """
Lists 1, 3, 4 and 5 hold events from 1 April to the month's end; lists 6, 7 and 8 what is open then or closed since
1 April. An age is the age at the event (lists 1, 3, 4, 5) or at the month's end or closure (6, 7, 8). A blank date of
birth is a child not yet born. Counts of earlier events in 12 months leave the present one out.
"""


def sheet_title(name: str) -> str:
    """'List 1', as the inspectors' workbook calls its sheets."""
    return f"List {name.split('_')[1]}"
