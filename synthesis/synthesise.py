"""Make the lists of every authority: plan, people, files, calibration and defects, into one landing folder."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NotRequired, TypedDict

import duckdb
from dateutil.relativedelta import relativedelta

from data_quality.contracts import financial_month
from synthesis import calibration, dirty, join, people, workbook, write
from synthesis.authorities import check_known, known_authorities, neighbour
from synthesis.layouts import LAYOUTS, NOTICE
from synthesis.measure import measure
from synthesis.plan import make_plan, printed_targets
from synthesis.printed import Returns, read_returns
from synthesis.shares import how_many, share
from synthesis.targets import Span, Targets, authority_contacts, modelled

__all__ = ["Report", "Request", "Span", "known_authorities", "synthesise"]

COMPANIONS = ("SYNTHETIC.txt", "CALIBRATION.json", "ANSWER_KEY.csv")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What to write, and where."""

    out: Path
    span: Span
    authorities: tuple[str, ...] = ("croydon",)
    scale: float = 1.0
    contacts: int | None = None
    seed: int = 20131201
    returns: Path | None = None
    is_dirty: bool = False
    form: str = "csv"
    dataset: str = "annex-a"
    memory_mb: int = 1_000

    def is_extract(self, month: date, returns: Returns | None) -> bool:
        """Return whether the month gets a folder; printed returns have all their months."""
        return month >= (returns.first if returns else self.span.first)


class Report(TypedDict):
    """What was written: rows by authority and list, and what calibration and defects came to."""

    out: str
    is_synthetic: bool
    authorities: dict[str, dict[str, int]]
    rows: int
    calibration: NotRequired[calibration.Summary]
    defects: NotRequired[int]


def synthesise(request: Request, say: Say = lambda _line: None) -> Report:
    """Write the lists that were asked for.

    Args:
        request: What to write, and where.
        say: Called with a line for each step, to show progress.

    Returns:
        How many rows each list has, and what calibration and defects came to.

    Raises:
        ValueError: What was asked for is not possible.
        OSError: The lists could not be written.
    """
    if request.dataset != "annex-a" and (request.returns or request.is_dirty or request.form != "csv"):
        raise ValueError("--calibrate, --dirty and --format xlsx work with the dataset annex-a only")
    returns = read_returns(request.returns) if request.returns else None
    names = (returns.authority,) if returns else request.authorities
    _clear(request.out, names)
    # first: a run cut short can be repeated into its own folder
    (request.out / "SYNTHETIC.txt").write_text(NOTICE + LAYOUTS[request.dataset].scope)
    report = Report(out=str(request.out), is_synthetic=True, authorities={}, rows=0)
    work = request.out / ".tmp"
    shutil.rmtree(work, ignore_errors=True)
    try:
        for name in names:
            work.mkdir(parents=True)
            rows, figures = _authority(request, name, returns, work, say)
            report["authorities"][name] = dict(rows)
            report["rows"] += sum(rows.values())
            if returns:
                report["calibration"] = calibration.summary(returns, figures)
                calibration.write(request.out / "CALIBRATION.json", report["calibration"])
            shutil.rmtree(work)
    except duckdb.Error as error:  # mostly a full disk
        raise OSError(f"writing the lists failed: {str(error).splitlines()[0]}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if request.is_dirty:
        say("Planting defects")
        report["defects"] = dirty.plant(request.out, names[0], request.form)
    if request.form == "xlsx":
        workbook.convert(request.out, names, say)
    return report


def _authority(
    request: Request, name: str, returns: Returns | None, work: Path, say: Say
) -> tuple[Counter[str], list[calibration.Figure]]:
    """Make an authority share by share, then put its files together month by month.

    Returns:
        Rows by list, and what the lists give for each printed figure.
    """
    span, targets, ceased = _targets(request, name, returns)
    layout = LAYOUTS[request.dataset]
    shares = 1 if returns else how_many(targets)
    contacts: Counter[int] = Counter()  # by month
    rows = Counter(dict.fromkeys(layout.files, 0))
    first_no = 1
    with write.connect(work, request.memory_mb) as con:
        for number in range(shares):
            say(f"{name}: making the people ({number + 1} of {shares})")
            plan = make_plan(name, span, share(targets, number, shares), ceased)
            people.prepare(con, plan, f"{request.seed}|{name}" + (f"|{number}" if number else ""), first_no)
            people.make_people(con)
            writer = write.Writer(con, layout, plan, work, number, neighbour(name))
            first_no = writer.next_no
            for idx in span.idxs():
                is_extract = request.is_extract(span.month(idx), returns)
                made, written = writer.write_month(idx, contacts[idx], is_extract=is_extract)
                contacts[idx] += made
                rows += written
                total = sum(rows.values()) + sum(contacts.values())
                say(f"{name}: {total:,} rows made ({number + 1} of {shares})")
        listed = {}
        for idx in (i for i in span.idxs() if request.is_extract(span.month(i), returns)):
            folder = request.out / name / f"{span.month(idx):%Y-%m}"
            month = writer.months[idx]
            join.join(con, layout, writer.columns, work, folder, span, idx, month)
            if layout.contact_list:
                since_april = range(span.index(month.april), idx + 1)
                rows[layout.contact_list] += sum(contacts[at] for at in since_april)
            say(f"{name}: {sum(rows.values()):,} rows written")
            if returns:
                listed[idx] = measure(con, folder, month.first, month.last)
    return rows, calibration.compare(returns, span, listed) if returns else []


def _targets(request: Request, name: str, returns: Returns | None) -> tuple[Span, Targets, int | None]:
    """Return the figures from 1 April on, so that the first extract already has its financial year so far."""
    if returns:
        span = Span(returns.first, returns.months)
        ceased = returns.months_of("cpp_ceased", "cpp_duration").get(1)
        return span, printed_targets(returns, span, request.seed), ceased
    earlier = financial_month(request.span.first) - 1
    span = Span(request.span.first - relativedelta(months=earlier), request.span.months + earlier)
    contacts = request.contacts or authority_contacts(request.seed, name, request.scale)
    targets = modelled(span, request.seed, name, contacts)
    if request.contacts:
        for measure_id, ratio in (("contacts", 1.0), ("contacts_not_open_cases", 0.75)):
            targets.figures[measure_id] = dict.fromkeys(span.idxs(), int(request.contacts * ratio))
    return span, targets, None


def _clear(out: Path, names: tuple[str, ...]) -> None:
    """Remove what an earlier call wrote for these authorities.

    Raises ValueError for an unknown authority, or a folder that has anything in it that this command did not write.
    """
    for name in names:
        check_known(name)
    if not out.exists() or (out / "SYNTHETIC.txt").exists():
        for name in names:
            shutil.rmtree(out / name, ignore_errors=True)
        for name in COMPANIONS:
            (out / name).unlink(missing_ok=True)
    elif any(out.iterdir()):
        raise ValueError(f"{out} has files in it that `csc synthesise` did not write. Name a new folder")
    out.mkdir(parents=True, exist_ok=True)
