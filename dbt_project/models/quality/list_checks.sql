-- grain: one row per check of the rows and cells of child-level files: what it says of a column that fails it
with
    checks as (
        {%- for check_id, is_of_cells, wrong in [
            (
                "rows_name_their_child_and_date",
                true,
                "is blank or cannot be read, and without it a row counts nowhere",
            ),
            ("list_cells_are_readable", true, "cannot be read and counts as blank"),
            (
                "list_spellings_are_known",
                true,
                "has spellings that no line of code_spellings.csv knows and counts as blank; quality.unknown_spellings suggests codes",
            ),
            ("required_cells_are_filled", false, "is blank or unknown, though the list must give it"),
            ("dates_are_in_order", false, "lies before the day on which it began"),
            (
                "dates_end_with_the_reporting_month",
                false,
                "lies after the end of the month: the list was cut late, or the date is wrong",
            ),
            (
                "events_are_of_a_childhood",
                false,
                "puts the event outside a childhood: a child over 25, or not yet on the way",
            ),
            ("ages_agree_with_birth_dates", false, "is not the age that the date of birth gives"),
            ("codes_are_in_use", false, "holds a code that was not in use at the time"),
            (
                "children_keep_their_birth_date",
                false,
                "has another date of birth or gender in other rows of the month: one id stands for two children, or a row is wrong",
            ),
            (
                "plans_and_periods_do_not_overlap",
                false,
                "falls within another plan or period of care of the same child that had not ended",
            ),
            (
                "no_further_action_agrees_with_outcome",
                false,
                "says the opposite of the outcome of the referral",
            ),
            (
                "what_has_ended_has_an_end_date",
                false,
                "is blank, though the row says that the case or the period of care is over",
            ),
            (
                "conferences_agree_with_their_row",
                false,
                "does not fit what the row says of the conference: not necessary, or that it led to a plan",
            ),
            (
                "plans_and_periods_end_by_18",
                false,
                "does not end the plan or period of care of a child who has turned 18",
            ),
            ("rows_appear_once", false, "repeats an earlier row with the same key; the event counts once"),
        ] %}
            select '{{ check_id }}' as check_id, {{ is_of_cells }} as is_of_cells, '{{ wrong }}' as wrong
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select check_id, is_of_cells, wrong
from checks
