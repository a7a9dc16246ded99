"""Text that came in cells from outside: what of it readers see. The private warehouse has all of it.

A row that is a cell short, or a name typed into the wrong column, puts anything into any column. So a cell that nobody
could read is shown only if it cannot be about a person: a figure in a return of figures, a date that is none in a
column of dates, or one of the marks that spreadsheets and databases write.
"""

from data_quality.contracts import load_contracts
from publication.tables import Table, literal, one_of

WITHHELD = "(withheld)"
MARKS = ["", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "NULL", "NONE", "NAN", "N/A", "NA", "TBC", "-", ".", ".."]
# of a return: the letters are those that people type for digits
FIGURE = "[0-9OolI.,%<>*()+ -]{1,12}"
DATE = "[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}"
CELLS = {
    "quality.rejected_rows": "raw_text",
    "quality.unknown_spellings": "spelling",
    "quality.recognised_spellings": "spelling",
}


def columns(table: Table) -> str:
    """Return the columns of a table for a `select`, with text from outside as readers see it."""
    cell = CELLS.get(str(table))
    return ", ".join(_shown(table, name) if name == cell else f'"{name}"' for name in table.columns)


def _shown(table: Table, name: str) -> str:
    known = [f"upper(trim({name})) in {one_of(MARKS)}"]
    if str(table) == "quality.rejected_rows":
        returns = [name for name, contract in load_contracts().items() if contract.kind == "return"]
        known.append(f"extract in {one_of(returns)} and regexp_full_match(trim({name}), {literal(FIGURE)})")
        known.append(f"reason = 'not a date' and regexp_full_match(trim({name}), {literal(DATE)})")
    is_known = " or ".join(f"({condition})" for condition in known)
    return f"case when {is_known} then {name} else {literal(WITHHELD)} end as {name}"
