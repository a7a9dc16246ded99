"""What the warehouse says of itself: what landed, what is wrong, what readers see. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from alerting.digest import plural
from data_quality.checks import isolating_checks
from orchestration import dagster_home, disk, modes, packs
from orchestration.dagster_home import PACK_FAILED, RecordError, Run
from orchestration.disk import DiskUse
from orchestration.run_lock import is_running
from orchestration.settings import Settings
from orchestration.warehouse import connect
from publication import file_names, publications
from publication.private import checks, findings
from publication.private import deliveries as delivered
from publication.private.deliveries import CalendarCell, Gone, Landed, LeftAside, Reach, Refused
from publication.private.findings import SEVERITIES, Finding, WorstFinding
from publication.publications import HeldBackAuthority, Publication

NOT_RUN = "Nothing has been run yet. Run `csc run` first."


@dataclass(frozen=True)
class Report:
    """What a run ends with: what landed, open findings by severity, the worst, and what readers see."""

    landed: list[Landed]
    findings: dict[str, int]
    worst: list[WorstFinding]
    publication: str | None
    held_back: list[HeldBackAuthority]

    @property
    def verdict(self) -> str:
        """Return in a line what of the files is lost, and the one thing to do first."""
        refused = [file for file in self.landed if file.status == "refused"]
        lost = []
        if refused:
            lost.append(f"{plural(len(refused), 'file')} refused")
        if self.held_back:
            lost.append("new data held back of " + ", ".join(held.authority_name for held in self.held_back))
        return f"{'; '.join(lost) or 'Every file was taken'}. First: {self._first(refused)}"

    def _first(self, refused: list[Landed]) -> str:
        worst = self.worst[0] if self.worst else None
        if refused and (worst is None or worst.severity != "error" or worst.check_id == "files_are_accepted"):
            action = refused[0].action or "Correct the file, and put it into the folder again"
            return f"{action[0].lower()}{action[1:]} ({refused[0].file})"
        return f"csc findings --check {worst.check_id}" if worst else "nothing, all is well"


@dataclass(frozen=True)
class KeptPublication(Publication):
    """A publication that `csc rollback` can return to, and whether readers see it now."""

    is_current: bool = False


@dataclass(frozen=True)
class Status:
    """Everything `csc status` shows."""

    as_of: date
    calendar: list[CalendarCell]
    reaches: list[Reach]
    refused: list[Refused]
    left_aside: list[LeftAside]
    gone: list[Gone]
    findings: dict[str, int]
    runs: list[Run]
    held_back: list[HeldBackAuthority]
    unsent_alerts: list[dict[str, Any]]
    publications: list[KeptPublication]
    data_docs: str | None
    pack_failed: str | None
    """Why a scrutiny pack of what readers see is missing."""
    disk_problem: str | None
    """What keeps a run from writing."""
    loose: list[str]
    """Places that more people may read than should, or of another group than that of their readers."""
    disk: DiskUse | None
    log_file: str | None
    record_lost: str | None = None
    """Why nothing is known of the last runs."""
    link_lost: str | None = None
    """What stands where the link to the publication should, and how to put it back."""

    @property
    def problems(self) -> list[str]:
        """Return what someone has to act on, the worst first, each with the command that shows more."""
        found = [problem for problem in (self.disk_problem, self.link_lost) if problem]
        if not self.publications:
            found.append("Nothing has been published yet: csc run")
        if self.runs and self.runs[0].outcome not in ("published", "published in part", PACK_FAILED, "under way"):
            found.append(f"The last run was not published ({self.runs[0].outcome}): csc run, or csc ui for its log")
        found += filter(None, [self.record_lost])
        if self.pack_failed:
            found.append(f"A scrutiny pack was not made ({self.pack_failed}): csc run")
        if self.held_back:
            names = ", ".join(authority.authority_name for authority in self.held_back)
            found.append(f"New data of {names} is held back: csc findings --severity error")
        if errors := self.findings["error"]:
            found.append(f"{plural(errors, 'error')} open: csc findings --severity error")
        found += self.loose
        if self.refused:
            found.append(f"{plural(len(self.refused), 'file')} refused")
        if overdue := [cell for cell in self.calendar if cell.state == "overdue"]:
            found.append(f"{len(overdue)} {'delivery' if len(overdue) == 1 else 'deliveries'} overdue")
        if self.unsent_alerts:
            found.append(f"{plural(len(self.unsent_alerts), 'alert')} not sent yet")
        return found


def report(settings: Settings) -> Report:
    """Return what a run ends with."""
    shown = publications.current(settings.published)
    if not settings.warehouse.exists():
        return Report([], dict.fromkeys(SEVERITIES, 0), [], shown, [])
    with connect(settings.warehouse, read_only=True) as con:
        return Report(
            landed=delivered.landed(con),
            findings=findings.open_findings(con),
            worst=findings.worst(con),
            publication=shown,
            held_back=_held_back(settings),
        )


def _held_back(settings: Settings) -> list[HeldBackAuthority]:
    shown = publications.readers_see(settings.published)
    return shown.held_back if shown else []


def status(settings: Settings, unsent_alerts: Sequence[dict[str, Any]] = ()) -> Status:
    """Return what `csc status` shows. Each of `unsent_alerts` has since, channel and reason."""
    shown = publications.current(settings.published)
    kept = [
        KeptPublication(**vars(publication), is_current=publication.publication_id == shown)
        for publication in publications.publications(settings.published)
    ]
    calendar: list[CalendarCell] = []
    reaches: list[Reach] = []
    refused: list[Refused] = []
    left_aside: list[LeftAside] = []
    gone: list[Gone] = []
    runs: list[Run] = []
    counted = dict.fromkeys(SEVERITIES, 0)
    record_lost = None
    if settings.warehouse.exists():
        with connect(settings.warehouse, read_only=True) as con:
            refused = delivered.refused(con)
            left_aside = delivered.left_aside(con)
            gone = delivered.gone(con)
            calendar = delivered.calendar(con, settings.today)
            reaches = delivered.reaches(con)
            counted = findings.open_findings(con)
            with_errors = checks.runs_with_errors(con)
        try:
            runs = dagster_home.last_runs(settings, with_errors, {p.run_id for p in kept})
        except RecordError as lost:
            record_lost = str(lost)
    data_docs = settings.data_docs / "index.html"
    return Status(
        as_of=settings.today,
        calendar=calendar,
        reaches=reaches,
        refused=refused,
        left_aside=left_aside,
        gone=gone,
        findings=counted,
        runs=runs,
        held_back=_held_back(settings),
        unsent_alerts=list(unsent_alerts),
        publications=kept,
        data_docs=str(data_docs) if data_docs.exists() else None,
        disk_problem=disk.problem(),
        loose=modes.loose(settings.home_dir) + modes.of_another_group(settings.home_dir, settings.readers),
        disk=disk.used(),
        log_file=str(settings.log_file) if settings.log_file.exists() else None,
        pack_failed=None if is_running(settings.home_dir) else packs.owed(),
        record_lost=record_lost,
        link_lost=_link_lost(settings),
    )


def _link_lost(settings: Settings) -> str | None:
    try:
        publications.check_link(settings.published)
    except publications.NotALinkError as lost:
        return str(lost)
    return None


def find(
    settings: Settings, severity: str | None, check_id: str | None, with_resolved: bool, file_number: int | None = None
) -> list[Finding]:
    """Return findings of the private warehouse, so also those that hold a publication back; the worst first.

    Raises:
        LookupError: Nothing was run yet, or there is no such check or file.
    """
    if not settings.warehouse.exists():
        raise LookupError(NOT_RUN)
    with connect(settings.warehouse, read_only=True) as con:
        if check_id and check_id not in (known := checks.known(con)):
            near = get_close_matches(check_id, known, n=1)
            raise LookupError(f'There is no check "{check_id}".' + (f" The nearest is {near[0]}." if near else ""))
        file = file_numbered(settings, file_number) if file_number else None
        return findings.findings(con, isolating_checks(), severity, check_id, with_resolved, file)


def file_numbered(settings: Settings, number: int) -> str:
    """Return the path of the file that readers know by its number only.

    Raises:
        LookupError: No file has that number.
    """
    if not settings.warehouse.exists():
        raise LookupError(NOT_RUN)
    with connect(settings.warehouse, read_only=True) as con:
        paths = {n: path for path, n in file_names.of(con).numbers.items()}
    if number not in paths:
        raise LookupError(f"There is no file {number}.")
    return paths[number]
