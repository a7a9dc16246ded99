"""What `csc check` prints of a file."""

from rich.text import Text

from reporting.terminal import STYLE, Row, indented, out
from reporting.words import counted, list_name

CHANGES_SHOWN = 10  # of one file


def preview(made: Row) -> None:
    """Print what a file would be taken for, what would keep it out, what looks odd and what would change.

    Args:
        made: It has file, sheet, status, extract, month, rows, refusal, notes, odd and changes.
    """
    place = made["file"] + (f", sheet {made['sheet']}" if made["sheet"] else "")
    if made["status"] == "refused":
        out.print(Text.assemble(("would be refused ", STYLE["refused"]), place))
        indented(made["refusal"], 2)
        return
    if made["status"] != "accepted":
        out.print(Text.assemble(("left aside ", "dim"), place))
    else:
        rows = "" if made["rows"] is None else f", {counted(made['rows'], 'row')}"
        said = f": {list_name(made['extract'])}, {made['month']:%B %Y}{rows}"
        out.print(Text.assemble(("taken ", STYLE["accepted"]), place, said))
    for note in made["notes"]:
        indented(note, 2, style="dim")
    for line in made["odd"]:
        indented(f"odd: {line}", 2, style=STYLE["warning"])
    shown = made["changes"][:CHANGES_SHOWN]
    for line in shown:
        indented(f"changes: {line}", 2, style=STYLE["info"])
    if more := len(made["changes"]) - len(shown):
        indented(f"and {counted(more, 'more figure')}", 2, style=STYLE["info"])
