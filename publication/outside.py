"""Text that came from outside: what of it leaves the private warehouse. This is the one place that decides it.

Anything may stand anywhere: a row that is a cell short moves a child's name into any column, and people name files and
sheets as they like. So only text that a contract, the register or a code list has is published (data_quality.our_words
knows it). A file or sheet of another name is told by its number, a quoted text is withheld, and its place stays. The
commands that read the private warehouse, such as `csc findings` and `csc status`, show all of it.
"""

import json

import duckdb

from data_quality.contracts import load_contracts
from data_quality.our_words import FIGURE, MARKS, WITHHELD, is_known, measure_ids
from publication.file_names import Names
from publication.tables import Table, literal, one_of

DATE = "[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}"
CODES = "(?i)(none|[0-9]{1,2}[a-z]?|[a-z]{1,2}[0-9]{0,2})(,([0-9]{1,2}[a-z]?|[a-z]{1,2}[0-9]{0,2}))*"
TEXTS = {"message", "source_ref", "earlier_source_ref", "found", "expected", "action", "notes"}
"""Columns, in any table, of sentences and places that may repeat what a file has."""
CELLS = {
    "quality.rejected_rows": {"raw_text"},
    "quality.unknown_spellings": {"spelling"},
    "quality.recognised_spellings": {"spelling"},
    "quality.restatements": {"printed_text", "earlier_text"},
}
CODES_AS_TYPED = {"assessment_factors", "participation", "start_reason"}
"""Columns of `core` whose codes are those of the file, because no list of ours has them."""
LEDGER = {
    "file_path": "shown(file_path)",
    "file_name": "split_part(shown(file_path), '/', -1)",
    "sheet": "shown_sheet(file_path, sheet)",
    "headers": "shown_headers(headers)",
}


def prepare(con: duckdb.DuckDBPyConnection, names: Names) -> None:
    """Give a connection the functions that `columns` uses."""
    con.create_function("shown", names.shown, ["varchar"], "varchar")
    con.create_function("shown_sheet", names.shown_sheet, ["varchar", "varchar"], "varchar")
    con.create_function("shown_headers", _shown_headers, ["varchar"], "varchar")


def columns(table: Table) -> str:
    """Return the columns of a table for a `select`, with text from outside as readers see it."""
    return ", ".join(_shown(table, name) for name in table.columns)


def _shown(table: Table, name: str) -> str:
    if table.types[name].upper() != "VARCHAR":
        return f'"{name}"'
    if str(table) == "quality.ingest_ledger" and name in LEDGER:
        return f"{LEDGER[name]} as {name}"
    if name in TEXTS:
        return f"shown({name}) as {name}"
    if table.schema == "quality" and name == "measure_id":  # what a text quotes may name one that is none
        return _withheld_unless(f"measure_id in {one_of(sorted(measure_ids()))}", name)
    if name in CELLS.get(str(table), ()):
        return _cell(str(table), name)
    if table.schema == "core" and name in CODES_AS_TYPED:
        return _withheld_unless(f"regexp_full_match({name}, {literal(CODES)})", name)
    return f'"{name}"'


def _cell(table: str, name: str) -> str:
    figure = f"regexp_full_match(trim({name}), {literal(FIGURE)})"
    known = [f"upper(trim({name})) in {one_of([*MARKS, WITHHELD.upper()])}"]
    if table == "quality.restatements":
        known.append(figure)
    if table == "quality.rejected_rows":
        returns = [extract for extract, contract in load_contracts().items() if contract.kind == "return"]
        known.append(f"extract in {one_of(returns)} and {figure}")
        date = f"reason = 'not a date' and regexp_full_match(trim({name}), {literal(DATE)})"
        form = f"regexp_replace({name}, '[0-9]', '9', 'g')"
        return f"case when {date} then {form} else {_either(known, name)} end as {name}"
    return f"{_either(known, name)} as {name}"


def _either(known: list[str], name: str) -> str:
    is_known = " or ".join(f"({condition})" for condition in known)
    return f"case when {name} is null or {is_known} then {name} else {literal(WITHHELD)} end"


def _withheld_unless(condition: str, name: str) -> str:
    return f"{_either([condition], name)} as {name}"


def _shown_headers(headers: str) -> str:
    items = [
        item | {"header": item["header"] if is_known(item["header"]) else WITHHELD} for item in json.loads(headers)
    ]
    return json.dumps(items, ensure_ascii=False)
