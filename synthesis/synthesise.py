"""The whole of it: plan, people, lists, calibration and defects of every authority, into one landing folder."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.landing import AUTHORITIES, authorities
from synthesis import calibration, dirty, people, workbook, write
from synthesis.layout import NOTICE
from synthesis.measure import measure
from synthesis.plan import Plan, make_plan, printed_targets
from synthesis.printed import Returns, read_returns
from synthesis.targets import Span, authority_contacts, modelled

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
    memory_mb: int = 1_000


def synthesise(request: Request, say: Callable[[str], None] = lambda line: None) -> dict:
    """Write what was asked for; says how many rows of each list, and what calibration and defects came to."""
    returns = read_returns(request.returns) if request.returns else None
    names = (returns.authority,) if returns else request.authorities
    _refuse_to_mix(request.out, names)
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
    finally:
        shutil.rmtree(work, ignore_errors=True)
    (request.out / "SYNTHETIC.txt").write_text(NOTICE)
    if request.is_dirty:
        say("Planting defects")
        report["defects"] = dirty.plant(request.out, names[0], request.form)
    if request.form == "xlsx":
        workbook.convert(request.out, names, say)
    return report


def _authority(request: Request, name: str, returns: Returns | None, work: Path, say) -> tuple[Counter, list]:
    plan = _plan(request, name, returns)
    rows: Counter = Counter()
    with write.connect(work, request.memory_mb) as con:
        say(f"{name}: making the people")
        people.prepare(con, plan, request.seed)
        people.make_people(con)
        months = [idx for idx in plan.span.idxs() if request.span.first <= plan.span.month(idx)]
        listed = {}

        def wrote(extract: str, count: int) -> None:
            rows[extract] += count
            say(f"{name}: {sum(rows.values()):,} rows made")

        writer = write.Writer(con, plan, request.out, work, _neighbour(name), wrote)
        for idx in plan.span.idxs():
            writer.write_month(idx, extract=idx in months)
            if returns and idx in months:
                first, last = writer.months[idx][:2]
                folder = request.out / name / f"{first:%Y-%m}"
                listed[idx] = measure(con, folder, first, last)
    figures = calibration.compare(returns, plan.span, listed) if returns else []
    return rows, figures


def _plan(request: Request, name: str, returns: Returns | None) -> Plan:
    """The months from 1 April, so that the first extract already has its financial year so far."""
    if returns:
        span = Span(returns.first, returns.months)
        targets = printed_targets(returns, span, request.seed)
        return make_plan(name, span, targets, returns.months_of("cpp_ceased", "cpp_duration").get(1))
    first = request.span.first
    april = date(first.year - (first.month < 4), 4, 1)
    span = Span(april, request.span.months + (first.month - 4) % 12)
    contacts = request.contacts or authority_contacts(request.seed, name, request.scale)
    targets = modelled(span, request.seed, name, contacts)
    if request.contacts:
        for measure_id, ratio in (("contacts", 1.0), ("contacts_not_open_cases", 0.75)):
            targets.figures[measure_id] = dict.fromkeys(span.idxs(), int(request.contacts * ratio))
    return make_plan(name, span, targets)


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
