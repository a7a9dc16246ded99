"""The whole of it: plan, people, lists, calibration and defects of every authority, into one landing folder."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion.landing import AUTHORITIES, authorities
from synthesis import calibration, dirty, join, people, workbook, write
from synthesis.layout import NOTICE
from synthesis.layouts import LAYOUTS
from synthesis.measure import measure
from synthesis.plan import make_plan, printed_targets
from synthesis.printed import Returns, read_returns
from synthesis.shares import how_many, share
from synthesis.targets import Span, Targets, authority_contacts, modelled

COMPANIONS = ("SYNTHETIC.txt", "CALIBRATION.json", "ANSWER_KEY.csv")


@dataclass(frozen=True)
class Request:
    """What was asked for."""

    out: Path
    span: Span
    authorities: tuple[str, ...] = ("croydon",)
    scale: float = 1.0
    contacts: int | None = None
    seed: int = 20131201
    returns: Path | None = None
    is_dirty: bool = False
    form: str = "csv"
    profile: str = "annex-a"
    memory_mb: int = 1_000

    def first(self, returns: Returns | None) -> date:
        """The first month that is to be an extract; printed returns have all their months."""
        return returns.first if returns else self.span.first


def synthesise(request: Request, say: Callable[[str], None] = lambda line: None) -> dict:
    """Write what was asked for; says how many rows of each list, and what calibration and defects came to."""
    if request.profile != "annex-a" and (request.returns or request.is_dirty or request.form != "csv"):
        raise ValueError(
            "printed returns are followed, defects planted and workbooks written in the profile annex-a only"
        )
    returns = read_returns(request.returns) if request.returns else None
    names = (returns.authority,) if returns else request.authorities
    _refuse_to_mix(request.out, names)
    # first: a run cut short can be repeated into its own folder
    (request.out / "SYNTHETIC.txt").write_text(NOTICE + LAYOUTS[request.profile].scope)
    report = {"out": str(request.out), "is_synthetic": True, "authorities": {}, "rows": 0}
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
    except duckdb.Error as error:  # no room on the disk, mostly
        raise OSError(f"writing the lists failed: {str(error).splitlines()[0]}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if request.is_dirty:
        say("Planting defects")
        report["defects"] = dirty.plant(request.out, names[0], request.form)
    if request.form == "xlsx":
        workbook.convert(request.out, names, say)
    return report


def _authority(request: Request, name: str, returns: Returns | None, work: Path, say) -> tuple[Counter, list]:
    """Make an authority share by share, then its files month by month; rows by list, and calibration's figures."""
    span, targets, ceased = _targets(request, name, returns)
    layout = LAYOUTS[request.profile]
    shares = 1 if returns else how_many(targets)
    contacts: Counter = Counter()  # by month
    rows = Counter(dict.fromkeys(layout.files, 0))
    first_no = 1
    with write.connect(work, request.memory_mb) as con:
        for number in range(shares):
            say(f"{name}: making the people ({number + 1} of {shares})")
            plan = make_plan(name, span, share(targets, number, shares), ceased)
            people.prepare(con, plan, f"{request.seed}|{name}" + (f"|{number}" if number else ""), first_no)
            people.make_people(con)
            writer = write.Writer(con, layout, plan, work, number, _neighbour(name))
            first_no = writer.next_no
            for idx in span.idxs():
                contacts[idx] += writer.write_contacts(idx, contacts[idx])
                for name_of_file in layout.queries if span.month(idx) >= request.first(returns) else ():
                    rows[name_of_file] += writer.write_file(name_of_file, idx)
                made = sum(rows.values()) + sum(contacts.values())
                say(f"{name}: {made:,} rows made ({number + 1} of {shares})")
        listed = {}
        for idx in (i for i in span.idxs() if span.month(i) >= request.first(returns)):
            folder = request.out / name / f"{span.month(idx):%Y-%m}"
            join.join(con, layout, work, folder, span, idx)
            for name_of_file in list(layout.contacts)[:1]:
                rows[name_of_file] += sum(
                    n for at, n in contacts.items() if 0 <= idx - at <= (span.month(idx).month - 4) % 12
                )
            say(f"{name}: {sum(rows.values()):,} rows written")
            if returns:
                listed[idx] = measure(con, folder, *writer.months[idx][:2])
    return rows, calibration.compare(returns, span, listed) if returns else []


def _targets(request: Request, name: str, returns: Returns | None) -> tuple[Span, Targets, int | None]:
    """Figures from 1 April on, so that the first extract already has its financial year so far."""
    if returns:
        span = Span(returns.first, returns.months)
        ceased = returns.months_of("cpp_ceased", "cpp_duration").get(1)
        return span, printed_targets(returns, span, request.seed), ceased
    first = request.span.first
    april = date(first.year - (first.month < 4), 4, 1)
    span = Span(april, request.span.months + (first.month - 4) % 12)
    contacts = request.contacts or authority_contacts(request.seed, name, request.scale)
    targets = modelled(span, request.seed, name, contacts)
    if request.contacts:
        for measure_id, ratio in (("contacts", 1.0), ("contacts_not_open_cases", 0.75)):
            targets.figures[measure_id] = dict.fromkeys(span.idxs(), int(request.contacts * ratio))
    return span, targets, None


def _refuse_to_mix(out: Path, names: tuple[str, ...]) -> None:
    """Raises ValueError for an unknown authority, or a folder that holds anything this command did not write."""
    if unknown := [name for name in names if name not in authorities()]:
        raise ValueError(
            f"{', '.join(unknown)}: no authority of seeds/reference/authorities.csv; use the folder's name"
        )
    if not out.exists() or (out / "SYNTHETIC.txt").exists():
        for name in names:
            shutil.rmtree(out / name, ignore_errors=True)
        for name in COMPANIONS:
            (out / name).unlink(missing_ok=True)
    elif any(out.iterdir()):
        raise ValueError(f"{out} is not empty and was not written by this command; name a new folder")
    out.mkdir(parents=True, exist_ok=True)


def known_authorities() -> list[dict[str, str]]:
    with AUTHORITIES.open(newline="") as file:
        return list(csv.DictReader(file))


def _neighbour(name: str) -> str:
    """Where children placed outside the authority live: the next of the list."""
    rows = known_authorities()
    place = next(i for i, row in enumerate(rows) if row["folder"] == name)
    return rows[(place + 1) % len(rows)]["authority_name"]
