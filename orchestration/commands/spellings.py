"""`csc spellings`: review what the rules recognised and what no one knows, and accept or correct it."""

from pathlib import Path

import click

from data_quality.spellings import review
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import settings
from orchestration.warehouse import connect
from reporting import terminal

ROWS_SHOWN = 50


@click.group(
    epilog=example("csc spellings list", 'csc spellings correct need "housing" N4', "csc spellings accept need")
)
def spellings() -> None:
    """Review spellings of codes: what a rule recognised, and what is unknown.

    A line of seeds/reference/code_spellings.csv wins over every rule, with the next `csc run`.
    """


@spellings.command("list", epilog=example("csc spellings list", "csc spellings list --unknown --json"))
@click.option("--unknown", "kind", flag_value="unknown", help="Show only what no rule recognised.")
@click.option("--recognised", "kind", flag_value="recognised", help="Show only what a rule recognised.")
@as_json
def list_(kind: str | None, is_json: bool) -> None:
    """Show each spelling with its code and rule, or with the likeliest codes."""
    rows = [row for row in _reviewed() if kind is None or row["kind"] == kind]
    if is_json:
        echo_json(rows)
    elif not rows:
        terminal.out.print("Every spelling is known.")
    else:
        names = ("kind", "code_list", "spelling", "code", "suggestions", "rule", "cells")
        shown = [[row[name] for name in names] for row in rows[:ROWS_SHOWN]]
        terminal.out.print(terminal.table("Spellings that code_spellings.csv does not know", list(names), shown))
        if len(rows) > ROWS_SHOWN:
            terminal.out.print(f"These are the first {ROWS_SHOWN} of {len(rows)}. --json shows all.", style="dim")


@spellings.command(epilog=example("csc spellings accept", 'csc spellings accept referral_source "law - police"'))
@click.argument("code_list", required=False)
@click.argument("spelling", required=False)
@as_json
def accept(code_list: str | None, spelling: str | None, is_json: bool) -> None:
    """Add recognised spellings to code_spellings.csv: all, those of CODE_LIST, or one SPELLING."""
    _added(review.accept(_reviewed(), code_list, spelling), is_json)


@spellings.command(epilog=example('csc spellings correct ethnicity "kurdish" OOTH'))
@click.argument("code_list")
@click.argument("spelling")
@click.argument("code")
@as_json
def correct(code_list: str, spelling: str, code: str, is_json: bool) -> None:
    """Say which CODE a SPELLING stands for, whatever a rule says."""
    _added(review.correct(code_list, spelling, code), is_json)


@spellings.command(epilog=example("csc spellings export to_review.csv"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def export(file: Path, is_json: bool) -> None:
    """Write recognised spellings, and unknown ones with a blank code, to FILE as lines for code_spellings.csv."""
    count = review.export(_reviewed(), file)
    if is_json:
        echo_json({"file": str(file), "lines": count})
    else:
        terminal.out.print(f"Wrote {count} lines to {file}. Fill in blank codes, then copy to code_spellings.csv.")


def _reviewed() -> list[review.Row]:
    if not settings().warehouse.exists():
        raise LookupError("Nothing has been loaded yet. Run `csc run` first.")
    with connect(settings().warehouse, read_only=True) as con:
        return review.reviewed(con)


def _added(lines: list[review.Line], is_json: bool) -> None:
    if is_json:
        echo_json([line._asdict() for line in lines])
    elif lines:
        terminal.out.print(f"Wrote {len(lines)} lines to seeds/reference/code_spellings.csv. `csc run` applies them.")
    else:
        terminal.out.print("There was nothing to add.")
