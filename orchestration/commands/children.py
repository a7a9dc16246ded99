"""`csc who` and `csc due`: from a value to the children behind it, for those who may see the private warehouse."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
import duckdb

from orchestration.commands.options import as_json, echo_json, example
from orchestration.months import read_day, read_month
from orchestration.settings import settings
from orchestration.status import NOT_RUN
from orchestration.warehouse import connect
from publication.private.due import DUE_LISTS
from publication.private.due import due as find_due
from publication.private.events import as_rows
from publication.private.members import check_is_private, is_not_private
from publication.private.members import members as find_members
from reporting import terminal

ROWS_SHOWN = 50
DATES_SHOWN = 3
Command = TypeVar("Command", bound=Callable[..., Any])
Rows = list[dict[str, Any]]


@contextmanager
def private_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse that says who is behind a value. Raises `LookupError` where there is none."""
    file, published = settings().warehouse, settings().published / "csc.duckdb"
    if not file.exists():
        raise LookupError(is_not_private(published) if published.exists() else NOT_RUN)
    with connect(file, read_only=True) as con:
        check_is_private(con, file)
        yield con


def output_options(command: Command) -> Command:
    """Add --output and --json."""
    to_file = click.option(
        "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV file instead of a table."
    )
    return to_file(as_json(command))


@click.command(
    epilog=example(
        "csc who cpp_ceased_2yrs_plus_pct_ni64 --month 2013-12 --part numerator",
        "csc who re_referrals --month 2013-12 --authority croydon --output re_referrals.csv",
    )
)
@click.argument("measure")
@click.option("--month", required=True, help="The month of the value, YYYY-MM.")
@click.option("--authority", help="Code, name or folder of the authority. Without it: all of them.")
@click.option(
    "--part", type=click.Choice(["numerator", "denominator", "value"]), help="Show only this part of a percentage."
)
@output_options
def who(measure: str, month: str, authority: str | None, part: str | None, output: Path | None, is_json: bool) -> None:
    """Show the events and children behind a computed value.

    This needs the private warehouse; what is published does not say it. MEASURE is a measure of reference.measures or
    of marts.mart_child_journey. Children appear under their keys. The file and row lead to the child in the council's
    own system.
    """
    of = read_month(month)
    with private_warehouse() as con:
        rows = as_rows(find_members(con, measure, of, authority, part))
    columns = ("authority_code", "part", "child_key", "value")
    _show(f"{measure}, {of:%B %Y}", rows, columns, "part", output, is_json)


@click.command(
    epilog=example("csc due --list visits", "csc due --authority croydon --as-of 2014-01-10 --output due.csv")
)
@click.option("--list", "due_list", type=click.Choice(DUE_LISTS), help="Show only this list.")
@click.option("--authority", help="Code, name or folder of the authority. Without it: all of them.")
@click.option("--as-of", help="The day to look from, YYYY-MM-DD. Without it: the end of the latest month delivered.")
@output_options
def due(due_list: str | None, authority: str | None, as_of: str | None, output: Path | None, is_json: bool) -> None:
    """Show what is due soon or overdue.

    These are visits, assessments, reviews, and plans that come near two years. The command needs the private warehouse.
    dbt_project/dbt_project.yml says how soon is soon.
    """
    day = read_day(as_of) if as_of else None
    with private_warehouse() as con:
        found = find_due(con, due_list, authority, day)
    rows = as_rows(found)
    columns = ("due_list", "authority_code", "child_key", "since_date", "due_date", "is_overdue")
    if not output and not is_json:  # the table has no room for the other dates of an event
        others = {name for event in found for name in event.dates}
        rows = [{name: cell for name, cell in row.items() if name not in others} for row in rows]
    _show("Due soon or overdue", rows, columns, "due_list", output, is_json)


def _show(title: str, rows: Rows, columns: Iterable[str], counted: str, output: Path | None, is_json: bool) -> None:
    """Print the rows as JSON, write a CSV file, or print the first as a table of these columns and some dates.

    Keys are cut short in the table. `counted` is the column by which the rows are counted below it.
    """
    if is_json:
        echo_json(rows)
    elif output:
        import pyarrow as pa

        from publication.query import write

        write(pa.Table.from_pylist(rows), "csv", output)
        terminal.err.print(f"Wrote {len(rows)} rows to {output}. It is private: it names children by their keys.")
    elif not rows:
        terminal.out.print(f"{title}: no children.")
    else:
        _print_table(title, rows, tuple(columns), counted)


def _print_table(title: str, rows: Rows, columns: tuple[str, ...], counted: str) -> None:
    dates = [column for column in rows[0] if column.endswith("_date") and column not in columns]
    filled = [column for column in columns if any(row[column] is not None for row in rows)]
    filled += [column for column in dates if any(row[column] is not None for row in rows)][:DATES_SHOWN]
    codes = {row["authority_code"] for row in rows}
    if len(codes) == 1:
        filled.remove("authority_code")
        title += f", {codes.pop()}"
    shown = [[_cell(column, row[column]) for column in filled] + [_place(row)] for row in rows[:ROWS_SHOWN]]
    headings = [*(column.removesuffix("_date") for column in filled), "where"]
    terminal.out.print(terminal.table(title, headings, shown))
    counts = Counter(row[counted] for row in rows)
    terminal.out.print(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    if len(rows) > ROWS_SHOWN:
        more = f"These are the first {ROWS_SHOWN}. --output FILE.csv writes all, with keys in full."
        terminal.out.print(more, style="dim")


def _cell(column: str, cell: object) -> object:
    match cell:
        case str() if column == "child_key":
            return terminal.with_short_keys(cell)
        case bool():
            return "yes" if cell else ""
        case date():
            return str(cell)
    return cell


def _place(row: dict[str, Any]) -> str:
    sheet = f", {row['source_sheet']}" if row["source_sheet"] else ""
    return f"{row['source_file']}{sheet}, row {row['source_row']}"
