"""`csc headers`: headers that no contract knows, and the column that each stands for."""

import click

from data_quality import headers as review
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from orchestration.warehouse import connect
from reporting import terminal


@click.command(epilog=example("csc headers", 'csc headers --accept "Plan Ended" --as cpp_end_date --list annex_a_cpp'))
@click.option("--accept", "header", metavar="HEADER", help="Accept this header, as it stands in the file.")
@click.option("--as", "column", metavar="COLUMN", help="The column of the contract that it stands for.")
@click.option("--list", "extract", metavar="LIST", help="The list that has the header, such as annex_a_cpp.")
@as_json
def headers(header: str | None, column: str | None, extract: str | None, is_json: bool) -> None:
    """Show the headers that no contract knows, or accept one.

    The last file of each authority and list counts. A header that is accepted is read from the next `csc run` on, also
    in files that have come already.
    """
    asked = (header, column, extract)
    if header and column and extract:
        _accept(header, column, extract, is_json)
    elif any(asked):
        raise click.UsageError("To accept a header, give --accept, --as and --list together.")
    else:
        _show(is_json)


def _accept(header: str, column: str, extract: str, is_json: bool) -> None:
    written = review.accept(header, column, extract)
    if is_json:
        echo_json(written)
    else:
        said = f'"{header}" is now a header of {column} in {written["file"]}. `csc run` applies it.'
        terminal.out.print(said, soft_wrap=True)


def _show(is_json: bool) -> None:
    if not settings().warehouse.exists():
        raise LookupError("Nothing has been loaded yet. Run `csc run` first.")
    with connect(settings().warehouse, read_only=True) as con:
        rows = review.unknown(con)
    if is_json:
        echo_json(rows)
        return
    if not rows:
        terminal.out.print("Every header is known.")
        return
    names = ("list", "header", "cells", "authorities", "nearest known header", "as")
    shown = [
        [row["extract"], row["header"], row["cells"], len(row["authorities"]), row["nearest"], row["column"]]
        for row in rows
    ]
    terminal.out.print(terminal.table("Headers that no contract knows", list(names), shown))
    for row in rows:
        if row["column"]:
            terminal.out.print(f"\n{row['file']}\n  {row['line']}", soft_wrap=True)
    terminal.out.print(
        '\nIf a header means the column, accept it with csc headers --accept "HEADER" --as COLUMN --list LIST.',
        markup=False,
        soft_wrap=True,
    )
