"""What the pack holds and in which order. A new topic is one more row of `TOPICS`."""

from dataclasses import dataclass

from reporting.pack.published import Measure


@dataclass(frozen=True)
class Topic:
    """One subject: its measures in the order of the table, those that its sentences are about, and its charts.

    A chart is its kind, its title (empty: the measure's name) and its measures.
    """

    topic_id: str
    title: str
    measure_ids: list[str]
    leads: list[str]
    charts: list[tuple[str, ...]]


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
            ("line", "", "contacts"),
            ("line", "", "contacts_to_referral_pct"),
            ("line", "", "referrals_leading_to_assessment_pct"),
        ],
    ),
    Topic(
        "re-referrals",
        "Re-referrals",
        ["referrals", "re_referrals", "re_referrals_pct"],
        ["re_referrals_pct"],
        [("line", "", "re_referrals_pct")],
    ),
    Topic(
        "timeliness",
        "Timeliness of assessments and conferences",
        [
            *("assessments_within_45wd_pct", "assessments_within_45wd_of_referral_pct", "conferences_within_15wd_pct"),
            *("days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus"),
        ],
        ["assessments_within_45wd_pct", "conferences_within_15wd_pct"],
        [
            ("line", "", "assessments_within_45wd_pct"),
            (
                *("stacked", "Assessments completed, by working days taken"),
                *("days_1_15", "days_16_25", "days_26_35", "days_36_45", "days_45_plus"),
            ),
        ],
    ),
    Topic(
        "plans",
        "Child protection plans",
        [
            *("cpp_total", "cpp_new", "cpp_ceased"),
            *("cpp_new_second_or_subsequent", "cpp_new_second_or_subsequent_pct_ni65"),
            *("cpp_ceased_2yrs_plus", "cpp_ceased_2yrs_plus_pct_ni64"),
            *("cpp_0_12_months_pct", "cpp_12_24_months_pct", "cpp_24_plus_months_pct"),
        ],
        ["cpp_total", "cpp_new"],
        [
            (
                "stock_and_flow",
                "Children with a plan, new plans and plans ceased",
                "cpp_total",
                "cpp_new",
                "cpp_ceased",
            ),
            (
                *("stacked", "Plans open at month end, by how long"),
                *("cpp_0_12_months_pct", "cpp_12_24_months_pct", "cpp_24_plus_months_pct"),
            ),
        ],
    ),
    Topic(
        "looked-after-children",
        "Looked-after children, with and without unaccompanied asylum-seeking children",
        ["lac_total", "lac_indigenous", "lac_uasc", "lac_new", "lac_ceased", "lac_also_cpp"],
        ["lac_total", "lac_indigenous", "lac_uasc"],
        [
            ("stacked", "Children looked after at month end", "lac_indigenous", "lac_uasc"),
            ("stock_and_flow", "Children looked after, starting and ceasing", "lac_total", "lac_new", "lac_ceased"),
        ],
    ),
    Topic(
        "placements",
        "Stability of placements",
        ["lac_3plus_placements", "lac_3plus_placements_pct", "lac_out_of_borough_pct"],
        ["lac_3plus_placements_pct"],
        [("line", "", "lac_3plus_placements_pct")],
    ),
    Topic(
        "visits",
        "Visits to children with a plan",
        ["cpp_visits_due", "cpp_visited_in_time", "cpp_visited_in_time_pct"],
        ["cpp_visited_in_time_pct"],
        [("line", "", "cpp_visited_in_time_pct")],
    ),
]

HEADLINES = [
    *(
        "contacts",
        "referrals",
        "referrals_leading_to_assessment_pct",
        "assessments_completed",
        "assessments_within_45wd_pct",
    ),
    *("cin_total", "cpp_total", "cpp_visited_in_time_pct", "lac_total", "lac_uasc", "lac_3plus_placements_pct"),
]


def place(measure: Measure) -> str:
    """The section that tells most of a measure: its topic, else the council's table that prints it."""
    topics = (topic.topic_id for topic in TOPICS if measure.measure_id in topic.measure_ids)
    return next(topics, None) or table_section(measure.home_extract)


def table_section(extract: str) -> str:
    return f"table-{extract.replace('_', '-')}"
