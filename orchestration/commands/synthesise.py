"""`csc synthesise`: its options and what it prints. The work is done by the package `synthesis`."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from orchestration.commands.options import as_json, echo_json, example
from orchestration.months import read_month
from reporting import terminal


def parse_months(text: str) -> tuple[date, int]:
    """Return the first month and the number of months of 'YYYY-MM:YYYY-MM' or 'YYYY-MM'. Raises `ValueError`."""
    first, _, last = text.partition(":")
    start, end = read_month(first), read_month(last or first)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if months < 1:
        raise ValueError(f'"{text}" ends before it begins. Write the first month first, for example 2013-04:2013-12.')
    return start, months


@click.command(
    epilog=example(
        "csc synthesise --out data/synthetic",
        "csc synthesise --out data/synthetic --calibrate seeds/extracts/croydon/2013-12",
        "csc synthesise --out data/synthetic --authorities 33 --months 2019-04:2024-03 --dirty",
        "csc synthesise --out data/synthetic --dataset ssd",
    )
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write, laid out as a landing folder.",
)
@click.option("--authority", "authorities", multiple=True, help="Folder name, such as croydon. May be repeated.")
@click.option("--authorities", "number", type=click.IntRange(1), help="The first so many authorities of the list.")
@click.option("--months", default="2013-04:2013-12", show_default=True, help="First and last month.")
@click.option(
    "--scale",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="Size of the authorities; 1 is about 2,000 contacts a month.",
)
@click.option("--rows", type=click.IntRange(10), help="Contacts a month, exactly; everything else in proportion.")
@click.option("--seed", type=int, default=20131201, show_default=True, help="The same seed writes the same bytes.")
@click.option(
    "--calibrate",
    type=click.Path(file_okay=False, path_type=Path),
    help="Follow the summary returns in this folder, <authority>/<YYYY-MM>: their authority, their months.",
)
@click.option("--dirty", is_flag=True, help="Plant known defects, and write ANSWER_KEY.csv.")
@click.option(
    "--dataset",
    "--profile",
    "dataset",
    type=click.Choice(["annex-a", "ssd", "903", "cin"]),
    default="annex-a",
    show_default=True,
    help="Ofsted's Annex A, the Standard Safeguarding Dataset, SSDA903 or the children in need census.",
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True, help="Type of file."
)
@as_json
def synthesise(
    out: Path,
    authorities: tuple[str, ...],
    number: int | None,
    months: str,
    scale: float,
    rows: int | None,
    seed: int,
    calibrate: Path | None,
    dirty: bool,
    dataset: str,
    form: str,
    is_json: bool,
) -> None:
    """Write made-up child-level lists, one folder per authority and month. Every file is marked synthetic.

    Contacts become referrals, assessments, enquiries, plans and periods of care. The same seed makes the same children
    in every dataset. Of Annex A it writes lists 1 and 3 to 8.
    """
    from synthesis import synthesise as synthesis  # DuckDB takes a moment to import
    from synthesis.targets import Span

    first, count = parse_months(months)
    names = authorities or ("croydon",)
    if number:
        names = tuple(row["folder"] for row in synthesis.known_authorities()[:number])
    request = synthesis.Request(
        out=out.resolve(),
        span=Span(first, count),
        authorities=tuple(dict.fromkeys(names)),
        scale=scale,
        contacts=rows,
        seed=seed,
        returns=calibrate,
        is_dirty=dirty,
        form=form,
        dataset=dataset,
    )
    with terminal.err.status("Starting") as status:
        report = synthesis.synthesise(request, lambda line: status.update(line))
    if is_json:
        echo_json(report)
    else:
        show(report)


def show(report: dict[str, Any]) -> None:
    """Print the rows of each list, what calibration could not follow, and where the answer key is."""
    lists = list(dict.fromkeys(name for rows in report["authorities"].values() for name in rows))
    shown = [[name, *(rows.get(each, 0) for each in lists)] for name, rows in report["authorities"].items()]
    terminal.out.print(terminal.table("Synthetic rows made", ["authority", *lists], shown))
    if calibration := report.get("calibration"):
        total, followed = calibration["printed_figures"], calibration["followed"]
        columns = ("month", "measure_id", "printed", "listed", "reason")
        missed = [[figure[column] for column in columns] for figure in calibration["not_followed"]]
        terminal.out.print(f"\n{followed} of {total} printed values followed. {calibration['rule']}\n")
        terminal.out.print(terminal.table("Not followed", ["month", "measure", "printed", "lists give", "why"], missed))
    if "defects" in report:
        terminal.out.print(f"\n{report['defects']} defects planted; ANSWER_KEY.csv says where.")
    terminal.out.print(f"\nWritten to {report['out']}. No child in it exists.")
