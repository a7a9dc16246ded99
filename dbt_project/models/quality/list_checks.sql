-- grain: one row per check of the rows and cells of child-level files: what it says of a column that fails it
with
    checks as (
        {%- for check_id, is_of_cells, wrong, to_do in [
            (
                "rows_name_their_child_and_date",
                true,
                "is blank or cannot be read",
                "A row without it is not counted. Correct the cells and send the file again, or delete rows that are totals or notes.",
            ),
            (
                "list_cells_are_readable",
                true,
                "cannot be read",
                "These cells are treated as blank. Correct them and send the file again.",
            ),
            (
                "list_spellings_are_known",
                true,
                "has spellings that we do not know",
                "They are treated as not supplied. Run csc spellings to accept or correct them.",
            ),
            (
                "required_cells_are_filled",
                false,
                "is blank or unknown",
                "Breakdowns leave these rows out. Fill in the cells and send the file again.",
            ),
            (
                "children_are_described",
                false,
                "has a child who is in no row of the table of children",
                "The child counts, but age, gender and ethnicity are not known. Add the child to that table and send it again.",
            ),
            (
                "dates_are_in_order",
                false,
                "has a date before the start",
                "Nothing ends before it starts. Correct one of the dates.",
            ),
            (
                "dates_end_with_the_reporting_month",
                false,
                "has a date after the end of the month",
                "Either the list was cut late, or the date is wrong. Check the date.",
            ),
            (
                "events_are_of_a_childhood",
                false,
                "gives an impossible age, over 25 or long before birth,",
                "Check the date of birth and the date of the event.",
            ),
            (
                "ages_agree_with_birth_dates",
                false,
                "differs from the age that the date of birth gives",
                "Correct the one that is wrong.",
            ),
            (
                "codes_are_in_use",
                false,
                "has a code that was not in use at the time",
                "Use a code of that year.",
            ),
            (
                "children_keep_their_birth_date",
                false,
                "has an id with another date of birth or gender elsewhere,",
                "Either one id stands for two children, or a row is wrong. Correct it.",
            ),
            (
                "plans_and_periods_do_not_overlap",
                false,
                "falls within another plan or period of care of the same child",
                "Give the earlier one its end date, or correct the start.",
            ),
            (
                "no_further_action_agrees_with_outcome",
                false,
                "says the opposite of the outcome of the referral",
                "Correct the one that is wrong.",
            ),
            (
                "what_has_ended_has_an_end_date",
                false,
                "is blank, though the row says that the case or the period of care is over,",
                "Enter the end date.",
            ),
            (
                "conferences_agree_with_their_row",
                false,
                "does not fit what the row says of the conference, not necessary or that it led to a plan,",
                "Correct the one that is wrong.",
            ),
            (
                "plans_and_periods_end_by_18",
                false,
                "does not end the plan or period of care of a child who has turned 18",
                "Enter the end date, or correct the date of birth.",
            ),
            (
                "rows_appear_once",
                false,
                "has an event that an earlier row has too,",
                "It counts once. If there were two, give each an id of its own.",
            ),
        ] %}
            select
                '{{ check_id }}' as check_id,
                {{ is_of_cells }} as is_of_cells,
                '{{ wrong }}' as wrong,
                '{{ to_do }}' as to_do
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select check_id, is_of_cells, wrong, to_do
from checks
