"""Great Expectations' process: it ends with the run that started it, and a run notices when it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from data_quality import judging
from data_quality.checks import CheckCouldNotRunError, audit_checks

CHECK = audit_checks()["components_add_up"]
START = "from data_quality import judging; judging.prepare(); print(1, flush=True); import time; time.sleep(600)"


@pytest.fixture
def warehouse(tmp_path):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.audit_comparisons as select 'components_add_up' as check_id, false as is_agreed"
        )
    return file


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _ends(pid: int) -> bool:
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_it_ends_when_whoever_started_it_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "1\n"
    [child] = _children(parent.pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(child)


def test_a_run_notices_that_it_ended_and_the_next_one_has_another(warehouse):
    judging.prepare.cache_clear()
    imported = set(sys.modules)
    before = set(_children(os.getpid()))
    judging.prepare()
    [process] = set(_children(os.getpid())) - before
    os.kill(process, signal.SIGKILL)
    with pytest.raises(CheckCouldNotRunError, match="ended before it answered"):
        judging.judge(warehouse, [CHECK])
    [verdict] = judging.judge(warehouse, [CHECK])
    assert (verdict.passed, verdict.breaches) == (False, 1)
    assert "great_expectations" not in set(sys.modules) - imported, (
        "the verdict takes its import with it, which is seconds"
    )
