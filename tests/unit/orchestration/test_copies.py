"""A list that is still being copied is waited for, and never taken in cut at the end of a line."""

import os
import threading
import time
from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import ledger
from ingestion.landing import deliveries
from ingestion.receive import receive
from orchestration import run

HEAD, ROW = "Child Unique ID,Gender,Date of Contact\n", "1,a) Male,01/12/2013\n"


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing" / "croydon" / "2013-12"
    folder.mkdir(parents=True)
    return folder


def age(file, seconds):
    os.utime(file, (time.time() - seconds, time.time() - seconds))


def test_the_command_waits_until_a_copy_has_settled(landing, configured):
    configured(CSC_SETTLED_SECONDS="1", CSC_WAIT_SECONDS="60")
    file = landing / "contacts.csv"
    file.write_text(HEAD)

    def copy():
        with file.open("a") as copying:
            for _ in range(6):
                time.sleep(0.4)
                copying.write(ROW)
                copying.flush()

    copying = threading.Thread(target=copy)
    copying.start()
    run._wait_for_copies()
    assert not copying.is_alive()
    assert file.read_text() == HEAD + 6 * ROW


def test_the_command_does_not_wait_for_files_that_have_settled_nor_longer_than_it_is_told(landing, configured, caplog):
    file = landing / "contacts.csv"
    file.write_text(HEAD + ROW)
    age(file, 11)
    configured()
    started = time.monotonic()
    run._wait_for_copies()
    age(file, 0)
    configured(CSC_WAIT_SECONDS="1", CSC_SETTLED_SECONDS="30")
    run._wait_for_copies()
    assert time.monotonic() - started < 5
    assert "Left to the next run, because they are still being copied: croydon/2013-12/contacts.csv" in caplog.text


def test_what_is_still_copied_stays_as_it_was_until_the_next_run(landing, tmp_path):
    said = []
    with duckdb.connect() as con:
        ledger.prepare(con)

        def take_in():
            vault, first = tmp_path / "vault", date(2010, 4, 1)
            return receive(con, landing.parents[1], vault, load_contracts(), first, said.append, settled_seconds=10)

        (landing / "old.csv").write_text("a,b\n")
        age(landing / "old.csv", 60)
        take_in()
        (landing / "old.csv").write_text("a,b\n1")  # a correction of a file that is there
        (landing / "contacts.csv").write_text(HEAD)
        assert take_in() == []
        present = con.execute("select file_path, is_present from quality.ingest_ledger").fetchall()
        assert present == [("croydon/2013-12/old.csv", True)]
        assert "croydon/2013-12/contacts.csv: still being copied, so it is left to the next run" in said
        for file in landing.iterdir():
            age(file, 60)
        assert len(take_in()) == 2


def test_a_file_that_changes_while_it_is_read_is_left_too(landing, tmp_path, monkeypatch):
    file = landing / "contacts.csv"
    file.write_text(HEAD + ROW)
    seen = deliveries(landing.parents[1])
    with file.open("a") as copying:
        copying.write(ROW)
    monkeypatch.setattr(ledger, "deliveries", lambda _: seen)
    with duckdb.connect() as con:
        ledger.prepare(con)
        assert receive(con, landing.parents[1], tmp_path / "vault", load_contracts(), date(2010, 4, 1)) == []
