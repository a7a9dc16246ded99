"""Every command that the README shows is run, and prints what it shows."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, shell

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```\n(?:\n```\n(.*?)```)?", README, re.DOTALL)
COMMANDS = [(command, shown) for commands, shown in BLOCKS for command in commands.splitlines()]
# this very run; the two tests at the end; test_check.py, for it says what is odd by its exit code
RUN_ELSEWHERE = {"make test", "make ui", "csc rollback", "csc check seeds/extracts/croydon/2013-12/*.csv"}


@pytest.fixture(scope="module")
def home(sample):
    return sample


def test_make_run_ends_with_what_a_person_wants_to_know(home):
    ended = shell("make run", home)
    for said in (
        "What landed",
        "What landed: 70 files of 1 authority for April 2013 to December 2013",
        "Nothing new",
        "Open findings: 0 errors, 66 warnings",
        "Where to look next",
    ):
        assert said in ended.stdout
    assert len(ended.stdout.splitlines()) <= 40


@pytest.mark.parametrize(("command", "shown"), [c for c in COMMANDS if c[0] not in RUN_ELSEWHERE | {"make run"}])
def test_the_command_works_and_prints_what_is_shown(home, command, shown):
    done = shell(command, home)
    assert done.returncode == 0, done.stderr
    if shown:
        assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()


def test_rollback_without_an_earlier_publication_says_so(home):
    done = shell("csc rollback", home)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: There is no earlier publication. These are kept: ")


def test_make_ui_serves_on_this_machine_only(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"CSC_HOME": str(home)}
    served = subprocess.Popen(
        ["make", "ui", f"PORT={port}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(120):
            assert served.poll() is None, "make ui ended by itself"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail("make ui never answered")
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        assert {address for address in listening if address.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}
    finally:
        os.killpg(served.pid, signal.SIGINT)
        served.wait(30)
