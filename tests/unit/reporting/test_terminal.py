"""What `csc` prints where it does not go to a terminal."""

import io
from datetime import datetime

import pytest
from rich.console import Console

from reporting import terminal, terminal_status

LONG = "The year to date is printed as 14, but the months from April to December add up to 268. " * 4


@pytest.fixture
def piped(monkeypatch):
    out = Console(file=io.StringIO(), width=terminal.WIDTH_OF_A_FILE, highlight=False)
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


def test_who_is_held_back_is_said_of_the_finding_that_does_it(piped):
    terminal.group("A file was refused", [finding(1, severity="error", holds_back="Barnet")])
    assert piped()[-1].strip() == "Holds back Barnet since 5 January 2014."


def test_what_takes_room_is_told_in_megabytes(piped):
    terminal_status.disk({"home": "/srv/csc", "places": {"vault": 3 << 30, "logs": 5 << 20}, "free_bytes": 9 << 30})
    assert piped()[-1] == "Disk: 3.0 GB below /srv/csc (vault 3.0 GB, logs 5 MB), 9.0 GB free"
