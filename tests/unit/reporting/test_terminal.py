"""What `csc` prints where it does not go to a terminal."""

import io
from datetime import datetime

import pytest

from orchestration.status import Report
from publication.private.deliveries import Landed
from publication.private.findings import WorstFinding
from reporting import terminal, terminal_status

LONG = "The year to date is printed as 14, but the months from April to December add up to 268. " * 4


@pytest.fixture
def piped(monkeypatch):
    out = terminal.Terminal(file=io.StringIO(), width=terminal.WIDTH_OF_A_FILE)
    monkeypatch.setattr(terminal, "out", out)
    monkeypatch.setattr(terminal_status, "out", out)
    return lambda: [line.rstrip() for line in out.file.getvalue().splitlines()]


def finding(number, **cells):
    return {
        "check_id": "ytd_agrees_with_months",
        "severity": "warning",
        "status": "open",
        "message": f"{number}: {LONG}".strip(),
        "source_ref": f"croydon/2013-12/overview.csv, row {number}",
        "published_as": None,
        "holds_back": None,
        "first_seen_at": datetime(2014, 1, 5),
    } | cells


def test_findings_of_a_check_are_one_group_and_no_line_is_wrapped(piped):
    terminal.group("The year to date disagrees", [finding(n) for n in range(1, 6)])
    head, *lines, more = piped()
    assert head == "warning The year to date disagrees: 5 findings (csc findings --check ytd_agrees_with_months)"
    assert [line.strip() for line in lines] == [
        *(finding(1)["message"], finding(1)["source_ref"]),
        *(finding(2)["message"], finding(2)["source_ref"]),
    ]
    assert more.strip() == "and 3 more"


def test_files_refused_for_one_reason_are_told_together(piped):
    folder = {
        "found": 'the folder "bromly", which is not a known authority',
        "expected": "a folder named after an authority",
        "action": 'Move the file to <authority>/<YYYY-MM>/; the nearest is "bromley"',
    }
    other = {"found": "no table", "expected": "a table", "action": "Correct it"}
    files = [folder | {"file": f"bromly/2014-01/{n}.csv"} for n in range(5)]
    terminal.refused([*files, other | {"file": "croydon/2014-01/x.csv"}])
    assert [line.strip() for line in piped()] == [
        "refused bromly/2014-01/0.csv, bromly/2014-01/1.csv, bromly/2014-01/2.csv and 2 more",
        f"Found {folder['found']}. Expected {folder['expected']}. {folder['action']}.",
        "refused croydon/2014-01/x.csv",
        "Found no table. Expected a table. Correct it.",
    ]


def test_files_left_aside_month_after_month_are_one_line_the_latest_first(piped):
    packed = {"notes": "It is a packed file.", "action": "Unpack it"}
    files = [packed | {"file": f"croydon/2014-0{n}/all.zip"} for n in range(1, 6)]
    terminal.left_aside([*files, {"file": "croydon/2014-05/cover.pdf", "notes": "It is a PDF.", "action": None}])
    latest = "croydon/2014-05/all.zip, croydon/2014-04/all.zip, croydon/2014-03/all.zip"
    assert piped() == [
        f"left aside {latest} and 2 more: It is a packed file. Unpack it.",
        "left aside croydon/2014-05/cover.pdf: It is a PDF.",
    ]


def file_that_landed(action=None):
    status = "refused" if action else "accepted"
    return Landed("bromly/2014-01/a.csv", None, None, status, None, None, None, "found", "expected", action, None)


@pytest.mark.parametrize(
    ("landed", "worst", "first"),
    [
        ([], [], "Every file was taken. First: nothing, all is well"),
        ([], ["warning: late"], "Every file was taken. First: csc findings --check late"),
        (["Move it"], ["warning: late"], "1 file refused. First: move it (bromly/2014-01/a.csv)"),
        (["Move it"], ["error: files_are_accepted"], "1 file refused. First: move it (bromly/2014-01/a.csv)"),
        (["Move it"], ["error: dates_are_real"], "1 file refused. First: csc findings --check dates_are_real"),
    ],
)
def test_the_verdict_says_the_step_that_helps_first(landed, worst, first):
    found = [
        WorstFinding(check_id, severity, 1, "words", None) for severity, check_id in (w.split(": ") for w in worst)
    ]
    report = Report([file_that_landed(), *map(file_that_landed, landed)], {}, found, None, [])
    assert report.verdict == first


def test_who_is_held_back_is_said_of_the_finding_that_does_it(piped):
    terminal.group("A file was refused", [finding(1, severity="error", holds_back="Barnet")])
    assert piped()[-1].strip() == "Holds back Barnet since 5 January 2014."


def test_what_takes_room_is_told_in_megabytes(piped):
    terminal_status.disk({"home": "/srv/csc", "places": {"vault": 3 << 30, "logs": 5 << 20}, "free_bytes": 9 << 30})
    assert piped()[-1] == "Disk: 3.0 GB below /srv/csc (vault 3.0 GB, logs 5 MB), 9.0 GB free"


def test_what_came_from_outside_is_no_markup_and_no_command_for_a_terminal(piped):
    odd = "a[/b] [bold]c :smile: \x1b[2J"
    terminal.refused([{"file": odd, "found": odd, "expected": "a table", "action": "Correct it"}])
    terminal.out.print(odd, soft_wrap=True)
    terminal.out.print(terminal.table(odd, [odd], [[odd]]))
    shown = r"a[/b] [bold]c :smile: \x1b[2J"
    said = "\n".join(piped())
    assert said.count(shown) == 6
    assert "\x1b" not in said
