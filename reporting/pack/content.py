"""What the pack has in it and in which order. To add a topic, add a row to `TOPICS`."""

from dataclasses import dataclass

from reporting.pack.records import Measure


@dataclass(frozen=True)
class Picture:
    """One chart of a topic: line, stacked or stock_and_flow.

    Its title tells of the lead, or of the first measure; without a subtitle it has the measure's name.
    """

    kind: str
    measure_ids: tuple[str, ...]
    subtitle: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Topic:
    """One subject: its measures in the order of the table, those that its sentences are about, and its charts."""

    topic_id: str
    title: str
    measure_ids: list[str]
    leads: list[str]
    charts: list[Picture]
    tab: str = ""
    """Its name in the workbook, if the title is too long for one."""


BANDS = ("days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus")
SHARES = ("cpp_0_12_months_pct", "cpp_12_24_months_pct", "cpp_24_plus_months_pct")


TOPICS = [
    Topic(
        "contacts-to-referrals",
        "From contact to referral",
        [
            *("contacts", "contacts_not_open_cases", "referrals", "contacts_to_referral_pct"),
            *("contacts_followed_by_referral_pct", "referrals_leading_to_assessment_pct", "referrals_nfa_pct"),
        ],
        ["contacts", "contacts_to_referral_pct", "referrals_leading_to_assessment_pct"],
        [
            Picture("line", ("contacts",)),
            Picture("line", ("contacts_to_referral_pct",)),
            Picture("line", ("referrals_leading_to_assessment_pct",)),
        ],
    ),
    Topic(
        "re-referrals",
        "Re-referrals",
        ["referrals", "re_referrals", "re_referrals_pct"],
        ["re_referrals_pct"],
        [Picture("line", ("re_referrals_pct",))],
    ),
    Topic(
        "timeliness",
        "Timeliness of assessments and initial child protection conferences",
        [
            *("assessments_within_45wd_pct", "assessments_within_45wd_of_referral_pct", "conferences_within_15wd_pct"),
            *BANDS,
        ],
        ["assessments_within_45wd_pct", "conferences_within_15wd_pct"],
        [
            Picture("line", ("assessments_within_45wd_pct",)),
            Picture("stacked", BANDS, "Assessments completed, by working days taken", "days_45_plus"),
        ],
        "Timeliness",
    ),
    Topic(
        "plans",
        "Child protection plans",
        [
            *("cpp_total", "cpp_new", "cpp_ceased"),
            *("cpp_new_second_or_subsequent", "cpp_new_second_or_subsequent_pct_ni65"),
            *("cpp_ceased_2yrs_plus", "cpp_ceased_2yrs_plus_pct_ni64"),
            *SHARES,
        ],
        ["cpp_total", "cpp_new"],
        [
            Picture(
                "stock_and_flow",
                ("cpp_total", "cpp_new", "cpp_ceased"),
                "Children with a plan, new plans and plans ceased",
            ),
            Picture(
                "stacked", SHARES, "Plans open at month end, by how long they have lasted", "cpp_24_plus_months_pct"
            ),
        ],
    ),
    Topic(
        "looked-after-children",
        "Children looked after, with and without unaccompanied asylum-seeking children",
        ["lac_total", "lac_indigenous", "lac_uasc", "lac_new", "lac_ceased", "lac_also_cpp"],
        ["lac_total", "lac_indigenous", "lac_uasc"],
        [
            Picture("stacked", ("lac_indigenous", "lac_uasc"), "Children looked after at month end", "lac_uasc"),
            Picture(
                "stock_and_flow",
                ("lac_total", "lac_new", "lac_ceased"),
                "Children looked after, starting and ceasing",
            ),
        ],
        "Children looked after",
    ),
    Topic(
        "placements",
        "Stability of placements",
        ["lac_3plus_placements", "lac_3plus_placements_pct", "lac_out_of_borough_pct"],
        ["lac_3plus_placements_pct"],
        [Picture("line", ("lac_3plus_placements_pct",))],
    ),
    Topic(
        "visits",
        "Visits to children with a plan",
        ["cpp_visits_due", "cpp_visited_in_time", "cpp_visited_in_time_pct"],
        ["cpp_visited_in_time_pct"],
        [Picture("line", ("cpp_visited_in_time_pct",))],
    ),
]

HEADLINES = [
    "contacts",
    "referrals",
    "referrals_leading_to_assessment_pct",
    "assessments_completed",
    "assessments_within_45wd_pct",
    "cin_total",
    "cpp_total",
    "cpp_visited_in_time_pct",
    "lac_total",
    "lac_uasc",
    "lac_3plus_placements_pct",
]


def place(measure: Measure) -> str:
    """Return the section that says most about a measure: its topic, or the council's table that prints it.

    Without either it is the row of its definition.
    """
    topics = (topic.topic_id for topic in TOPICS if measure.measure_id in topic.measure_ids)
    printed = table_section(measure.home_extract) if measure.home_extract else f"measure-{measure.measure_id}"
    return next(topics, printed)


def table_section(extract: str) -> str:
    """Return the id of the section with a summary return."""
    return f"table-{extract.replace('_', '-')}"
