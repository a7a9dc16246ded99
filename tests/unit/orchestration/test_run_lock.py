"""One run at a time: a second process waits and says for whom, and a killed one is waited for no longer."""

import logging
import os
import signal
import subprocess
import sys
import threading

import pytest

from orchestration.run_lock import is_running, run_lock

HOLD = """
import sys, time
from pathlib import Path
from orchestration.run_lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def other(tmp_path):
    """Starts another process that holds the lock so long."""
    started = []

    def hold(seconds: float) -> subprocess.Popen:
        command = [sys.executable, "-c", HOLD, str(tmp_path), str(seconds)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "held\n"
        return started[-1]

    yield hold
    for process in started:
        process.kill()
        process.wait()


def test_a_second_process_waits_and_says_for_which(tmp_path, other, caplog):
    holder = other(1)
    assert is_running(tmp_path)
    with caplog.at_level(logging.INFO, logger="csc"), run_lock(tmp_path):
        assert holder.wait(10) == 0
    assert caplog.messages == [f"Another run is in progress (process {holder.pid}); waiting for it to end"]
    assert not is_running(tmp_path)


def test_the_lock_of_a_killed_process_is_free(tmp_path, other, caplog):
    holder = other(600)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert not is_running(tmp_path)
    with caplog.at_level(logging.INFO, logger="csc"), run_lock(tmp_path):
        assert (tmp_path / "run.lock").read_text() == str(os.getpid())
    assert caplog.messages == []


def test_a_process_may_take_its_own_lock_again_in_any_thread(tmp_path):
    entered = threading.Event()

    def enter() -> None:
        with run_lock(tmp_path):
            entered.set()

    with run_lock(tmp_path), run_lock(tmp_path):
        thread = threading.Thread(target=enter, daemon=True)
        thread.start()
        thread.join(10)
        assert entered.is_set()
        assert is_running(tmp_path)
    assert not is_running(tmp_path)


def test_nothing_runs_where_nothing_is(tmp_path):
    assert not is_running(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_what_a_killed_command_was_writing_goes_and_what_this_one_writes_stays(tmp_path):
    left = [tmp_path / ".rebuilding-a", tmp_path / "publications/1/authorities/barnet/.erasing-b"]
    for folder in left:
        folder.mkdir(parents=True)
    (left[0] / "warehouse.duckdb").write_text("children")
    with run_lock(tmp_path):
        assert (tmp_path / "run.lock").stat().st_mode & 0o777 == 0o600  # nobody else can open it, and so hold it
        assert not any(folder.exists() for folder in left)
        left[0].mkdir()
        with run_lock(tmp_path):
            assert left[0].exists()
