"""Compose a digest: the runs that ended, and the findings that are new, still open, and resolved.

The functions here take facts that may leave and what earlier digests reported. They read nothing and send nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerting import pages
from alerting.facts import LONDON, SEVERITIES, Finding, Item, authority_name
from publication.publications import HeldBackAuthority
from reporting.words import listed

MOST_GROUPS = 12
MOST_ITEMS = 3
CAUSES = {
    "disk_full": "the disk is full",
    "read_only": "the disk takes no writing",
    "out_of_memory": "memory ran out",
    "warehouse_damaged": "the private warehouse cannot be read",
    "check_could_not_run": "a check could not run, so we do not know whether its rule is kept",
    "killed": "its process ended before the run did (killed, or the machine stopped)",
    "other": "a step raised an error",
}
HELD_BACK = ("held_back", "published_in_part")
UNEXPECTED = ("failed", "never_finished", "canceled")
PACK_FAILED = "pack_failed"


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: `outcome` is an event of docs/alerts, `cause` one of CAUSES if the run published nothing."""

    run_id: str
    ended_at: datetime
    outcome: str
    cause: str | None = None
    step: str | None = None
    """The step that failed, in words."""
    failing: tuple[tuple[str, int], ...] = ()
    """The checks that held the publication back, with their breaches."""
    held_back: tuple[HeldBackAuthority, ...] = ()
    """The authorities whose new data it did not publish."""


@dataclass(frozen=True)
class Told:
    """A finding that an earlier digest reported."""

    check_id: str
    severity: str
    since: datetime
    what: str


@dataclass(frozen=True)
class Group:
    """The findings of one check: the worst of them, and how many there are."""

    title: str
    check_id: str
    severity: str
    page: str
    count: int
    items: list[Item] = field(default_factory=list)
    since: datetime | None = None
    age_days: int | None = None

    @property
    def more(self) -> int:
        """Return the number of findings that are not shown."""
        return self.count - len(self.items)


@dataclass(frozen=True)
class Event:
    """A run that ended, or another event, with the page that explains it."""

    title: str
    lines: list[str]
    page: str


@dataclass(frozen=True)
class Digest:
    """One digest, the worst first. Its counts are of all findings; its groups and items are the worst of them."""

    digest_id: str
    made_at: datetime
    level: str
    subject: str
    events: list[Event]
    new: list[Group]
    new_count: int
    still_open: list[Group]
    open_count: int
    resolved: list[Group]
    resolved_count: int
    is_readable: bool
    next_steps: list[tuple[str, str]]
    new_hidden: int = 0
    open_hidden: int = 0
    resolved_hidden: int = 0


@dataclass(frozen=True)
class Rendered:
    """A digest as it is sent: a subject, plain text, HTML, and Markdown short enough for a chat."""

    digest_id: str
    level: str
    subject: str
    text: str
    html: str
    brief: str


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: '1 error', '58 warnings'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted(groups: Iterable[Group]) -> str:
    """Return the findings of each severity, such as '1 error, 58 warnings, 2 for information'."""
    by: Counter[str] = Counter()
    for group in groups:
        by[group.severity] += group.count
    shown = {"error": plural(by["error"], "error"), "warning": plural(by["warning"], "warning")}
    shown["info"] = f"{by['info']:,} for information"
    return ", ".join(shown[severity] for severity in SEVERITIES if by[severity])


def compose(
    digest_id: str,
    now: datetime,
    runs: list[RunEnd],
    findings: list[Finding] | None,
    told: Mapping[str, Told],
    readers_see: str | None,
) -> tuple[Digest, dict[str, Told]]:
    """Return the digest, and the findings that are now reported as open.

    Args:
        digest_id: The id of the digest.
        now: When it is made.
        runs: The runs that ended; the last one gives the headline.
        findings: All findings; None if they cannot be read, which leaves those reported as they are.
        told: The findings that earlier digests reported as open, by key.
        readers_see: When the publication that readers see was made, in words.
    """
    is_open = {f.key: f for f in findings or [] if f.is_open}
    unheard = [f for key, f in is_open.items() if key not in told]
    new = _groups(unheard, now)
    still = _groups([f for key, f in is_open.items() if key in told], now, with_items=False)
    gone = {key: t for key, t in told.items() if key not in is_open} if findings is not None else {}
    resolved = _resolved(gone)
    last = runs[-1] if runs else RunEnd("", now, "no_run")
    digest = Digest(
        digest_id=digest_id,
        made_at=now.astimezone(LONDON),
        level=_level(last, new),
        subject=about(unheard or list(is_open.values())) + _subject(last, new, len(gone)),
        events=[_event(run, readers_see if run is last else None) for run in reversed(runs or [last])],
        new=new[:MOST_GROUPS],
        new_count=sum(g.count for g in new),
        new_hidden=sum(g.count for g in new[MOST_GROUPS:]),
        still_open=still[:MOST_GROUPS],
        open_count=sum(g.count for g in still),
        open_hidden=sum(g.count for g in still[MOST_GROUPS:]),
        resolved=resolved[:MOST_GROUPS],
        resolved_count=len(gone),
        resolved_hidden=sum(g.count for g in resolved[MOST_GROUPS:]),
        is_readable=findings is not None,
        next_steps=_next_steps(last, new),
    )
    if findings is None:
        return digest, dict(told)
    remembered = {
        key: told.get(key) or Told(f.check_id, f.severity, f.first_seen, f.item.what) for key, f in is_open.items()
    }
    return digest, remembered


def trial(digest_id: str, now: datetime) -> Digest:
    """Return a digest for trying out the channels."""
    words = pages.event("trial")
    return Digest(
        digest_id=digest_id,
        made_at=now.astimezone(LONDON),
        level="info",
        subject=words.title,
        events=[Event(words.title, ["Somebody typed csc alerts --test. There is nothing to do."], words.page)],
        new=[],
        new_count=0,
        still_open=[],
        open_count=0,
        resolved=[],
        resolved_count=0,
        is_readable=True,
        next_steps=[("What was sent", "csc alerts")],
    )


def _groups(findings: list[Finding], now: datetime, with_items: bool = True) -> list[Group]:
    """Group findings by check, the worst first: by severity, what is lost, how far the worst is off, and number."""
    by: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by.setdefault((finding.severity, finding.check_id), []).append(finding)
    made = []
    for (severity, check_id), group in by.items():
        group.sort(key=lambda f: (not f.is_lost, -f.distance))
        words = pages.check(check_id)
        since = min(f.first_seen for f in group)
        made.append(
            (
                (SEVERITIES.index(severity), not group[0].is_lost, -group[0].distance, -len(group), check_id),
                Group(
                    title=words.title,
                    check_id=check_id,
                    severity=severity,
                    page=words.page,
                    count=len(group),
                    items=[f.item for f in group[:MOST_ITEMS]] if with_items else [],
                    since=since,
                    age_days=(now.replace(tzinfo=None) - since).days,
                ),
            )
        )
    return [group for _, group in sorted(made, key=lambda pair: pair[0])]


def _resolved(gone: Mapping[str, Told]) -> list[Group]:
    by: dict[tuple[str, str], list[Told]] = {}
    for was in gone.values():
        by.setdefault((was.severity, was.check_id), []).append(was)
    groups = []
    for (severity, check_id), group in by.items():
        words = pages.check(check_id)
        items = [Item(was.what, "", "") for was in group[:MOST_ITEMS] if was.what]
        groups.append(Group(words.title, check_id, severity, words.page, len(group), items))
    return sorted(groups, key=lambda g: (SEVERITIES.index(g.severity), -g.count, g.check_id))


def _event(run: RunEnd, readers_see: str | None) -> Event:
    words = pages.event(run.outcome)
    lines = []
    if run.outcome in HELD_BACK:
        lines = [
            f"{pages.check(check).title}: {n:,} found" if n else pages.check(check).title for check, n in run.failing
        ]
        lines += map(_held_back, run.held_back)
    elif run.outcome in (PACK_FAILED, *UNEXPECTED):
        where = f" while {run.step}" if run.step else ""
        lines = [f"It stopped{where}: {CAUSES[run.cause or 'other']}."]
        lines += map(_held_back, run.held_back)
    if readers_see and run.outcome == PACK_FAILED:
        lines.append(f"Readers see the publication of {readers_see}. The next run makes the pack again.")
    if readers_see and run.outcome in ("held_back", *UNEXPECTED):
        lines.append(f"Readers still see the publication of {readers_see}.")
    ended = run.ended_at.astimezone(LONDON)
    return Event(f"{words.title} ({ended:%a} {ended.day} {ended:%b %Y, %H:%M})", lines, words.page)


def _held_back(authority: HeldBackAuthority) -> str:
    """Return who is held back, since when and by which checks, and what readers see of that authority."""
    titles = ", ".join(pages.check(check).title for check in authority.checks)
    seen = f"the publication of {_moment(authority.published_at)}" if authority.published_at else "nothing of it yet"
    if authority.published_at and authority.months_left_out:
        seen += f", without the files for {listed(authority.months_left_out)}"
    return f"{_names([authority])} is held back since {_moment(authority.since)} ({titles}); readers see {seen}."


def _names(authorities: Iterable[HeldBackAuthority]) -> str:
    named = [authority_name(authority.authority_code) for authority in authorities]
    return ", ".join(named[:MOST_ITEMS]) + (f" and {len(named) - MOST_ITEMS} more" if named[MOST_ITEMS:] else "")


def _moment(written: str) -> str:
    return moment(datetime.fromisoformat(written))


def moment(at: datetime) -> str:
    """Return a time as a person in England writes it."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _level(run: RunEnd, new: list[Group]) -> str:
    if run.outcome in (PACK_FAILED, *HELD_BACK, *UNEXPECTED):
        return "error"
    return new[0].severity if new else "info"


def _subject(run: RunEnd, new: list[Group], resolved: int) -> str:
    words = pages.event(run.outcome)
    said = [words.title]
    if run.outcome == "held_back":
        said = [f"{words.title} by {plural(len(run.failing), 'check')}"]
    elif run.held_back and run.outcome != PACK_FAILED:
        said = [f"{words.title}, without {_names(run.held_back)}"]
    elif run.outcome in (PACK_FAILED, *UNEXPECTED):
        said = [f"{words.title}: {CAUSES[run.cause or 'other'].split(',')[0].split(' (')[0]}"]
    if new:
        said.append(f"new: {counted(new)}")
    elif resolved:
        said.append(f"{resolved:,} resolved")
    return "; ".join(said)


def about(findings: Iterable[Finding]) -> str:
    """Return whose data and which month the findings are about, as the beginning of a subject; '' where none says."""
    rows = [f.row for f in findings]
    codes = sorted({row["authority_code"] for row in rows if row["authority_code"]})
    months = [row["reporting_month"] for row in rows if row["reporting_month"]]
    names = sorted(authority_name(code) for code in codes)
    councils = ", ".join(names[:MOST_ITEMS]) + (f" and {len(names) - MOST_ITEMS} more" if names[MOST_ITEMS:] else "")
    said = ", ".join(filter(None, [councils, f"{max(months):%B %Y}" if months else ""]))
    return f"{said}: " if said else ""


def _next_steps(run: RunEnd, new: list[Group]) -> list[tuple[str, str]]:
    steps = [("Every open finding", "csc findings"), ("What landed, and what is missing", "csc status")]
    if new:
        steps.insert(0, ("The worst of the new", f"csc findings --check {new[0].check_id}"))
    if run.outcome in (PACK_FAILED, *UNEXPECTED):
        steps.insert(0, ("The log of the run", f"csc ui, then Runs, then {run.run_id[:8]}"))
        steps.insert(1, ("Try again", "csc run"))
    return steps


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(counted=counted, plural=plural)
    made.filters["day"] = lambda moment: f"{moment.day} {moment:%b %Y}"
    return made


def render(digest: Digest, docs_url: str | None) -> Rendered:
    """Return the digest as text, HTML and Markdown, with links to its pages if `docs_url` says where they are."""

    def page(name: str) -> str:
        return f"{docs_url.rstrip('/')}/{name}" if docs_url else f"docs/alerts/{name}"

    def rendered(template: str) -> str:
        return _templates().get_template(template).render(d=digest, page=page, has_links=bool(docs_url)).strip() + "\n"

    return Rendered(
        digest_id=digest.digest_id,
        level=digest.level,
        subject=digest.subject,
        text=rendered("digest.txt"),
        html=rendered("digest.html"),
        brief=rendered("digest.md"),
    )
