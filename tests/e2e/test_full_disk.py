"""The disk is full: the run says so, nothing is lost, and once there is room the next one goes on."""

import errno
import json
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest
from conftest import Home, take_what_is_parsed
from returns import clean_returns, write_all_csv

from data_quality.contracts import load_contracts
from ingestion import ledger, vault
from ingestion.receive import receive
from orchestration import warehouse

pytestmark = pytest.mark.long


def mounted(path: Path, size: str, *options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", str(path)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small(tmp_path, seeded):
    """A home on a disk of its own, which Dagster's record of the run fills."""
    path = tmp_path / "small"
    path.mkdir()
    if not mounted(path, "24m"):
        pytest.skip("only an administrator mounts a small disk")
    try:
        home = Home(path)
        take_what_is_parsed(seeded, path)
        write_all_csv(clean_returns(), home.landing / "croydon" / "2013-12")
        home.settings = {"CSC_PACKS_FOR": "none"}
        yield home
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def test_a_run_on_a_full_disk_says_so_and_the_next_one_goes_on(small):
    failed = small.csc("run")
    assert failed.returncode == 1
    assert "The disk is full. Nothing is lost" in failed.stderr + failed.stdout
    filled = small.path / "filled"
    subprocess.run(["dd", "if=/dev/zero", f"of={filled}", "bs=4096"], capture_output=True, check=False)  # to the end
    status = small.csc("status", "--json")
    assert status.returncode == 1
    assert "The disk is full: make room below CSC_HOME, then csc run" in json.loads(status.stdout)["problems"]
    filled.unlink()
    assert mounted(small.path, "300m", "remount")
    done = small.csc("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert small.ask("select count(*) from quality.ingest_ledger where status = 'accepted'") == [(6,)]


def test_a_file_is_not_refused_for_a_full_disk_and_nothing_of_it_stays(tmp_path, monkeypatch):
    landing, kept = tmp_path / "landing", tmp_path / "vault"
    write_all_csv(clean_returns(), landing / "croydon" / "2013-12")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vault.os, "fsync", full)
    with duckdb.connect() as con:
        ledger.prepare(con)
        with pytest.raises(OSError, match="No space left"):
            receive(con, landing, kept, load_contracts(), date(2010, 4, 1))
        assert con.execute("select count(*) from quality.ingest_ledger").fetchone() == (0,)
    assert list(kept.iterdir()) == []


def test_half_a_warehouse_is_never_taken_for_one(tmp_path, configured, monkeypatch):
    file = configured().warehouse

    def full(_):
        raise duckdb.IOException("Could not write file: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(warehouse.commentary, "prepare", full)
        with pytest.raises(duckdb.IOException):
            warehouse.prepare(file)
    assert not file.exists()
    warehouse.prepare(file)
    assert file.exists()
    assert list(tmp_path.glob(".warehouse*")) == []


def test_a_home_that_takes_no_writing_any_more_is_told_and_the_next_run_goes_on(small):
    assert mounted(small.path, "300m", "remount")
    assert small.csc("run").returncode == 0
    before = small.ask("select count(*) from marts.kpi_monthly")
    assert mounted(small.path, "300m", "remount", "ro")
    status = small.csc("status", "--json")
    assert status.returncode == 1
    [problem] = [text for text in json.loads(status.stdout)["problems"] if "takes no writing" in text]
    assert problem.endswith("let this account write everywhere below CSC_HOME, then csc run")
    for command in ("run", "rebuild", "rollback"):
        done = small.csc(command, *(["--yes"] if command == "rebuild" else []))
        assert (done.returncode, "The disk takes no writing. Nothing is lost" in done.stderr) == (1, True), done.stderr
    assert small.ask("select count(*) from marts.kpi_monthly") == before
    assert mounted(small.path, "300m", "remount", "rw")
    assert small.csc("run").returncode == 0
