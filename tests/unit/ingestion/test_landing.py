"""What is found in the landing folder, and what is never followed. Without a run."""

import errno
import os
import socket
from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import commentary
from ingestion.landing import deliveries
from ingestion.ledger import prepare
from ingestion.receive import receive
from orchestration.preview import preview

CROYDON = "E09000008"


def test_links_are_refused_by_name_and_odd_names_are_written_out(tmp_path):
    landing, month = tmp_path / "landing", tmp_path / "landing" / "croydon" / "2013-12"
    month.mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("not,for,us\n")
    (month / "link.csv").symlink_to(tmp_path / "secret.csv")
    (month / "loop").symlink_to(landing)
    (landing / "other").symlink_to(month)
    (month / os.fsdecode(b"caf\xe9\x1b[31m.csv")).write_text("a,b\n1,2\n")
    odd = r"croydon/2013-12/caf\xe9\x1b[31m.csv"
    links = ["croydon/2013-12/link.csv", "croydon/2013-12/loop", "other"]
    assert sorted(d.file_path for d in deliveries(landing)) == sorted([odd, *links])
    with duckdb.connect() as con:
        prepare(con)
        for _ in range(2):  # again in the next run
            receive(con, landing, tmp_path / "vault", load_contracts(), date(2010, 4, 1))
            found = con.execute("select file_path, status, found from quality.ingest_ledger order by all").fetchall()
            assert [path for path, _, found in found if found == "a link to another file or folder"] == links
            assert {status for _, status, _ in found} == {"refused"}
    kept = list((tmp_path / "vault").rglob("*.csv"))
    assert [path.read_text() for path in kept] == ["a,b\n1,2\n"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o400}
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "vault").rglob("*")} == {0}


def test_what_lies_where_a_file_should_and_is_none_is_refused_by_name_and_keeps_no_run_waiting(tmp_path, monkeypatch):
    landing, month = tmp_path / "landing", tmp_path / "landing" / "croydon" / "2013-12"
    month.mkdir(parents=True)
    os.mkfifo(month / "contacts.csv")
    with socket.socket(socket.AF_UNIX) as held:
        monkeypatch.chdir(month)  # the name of a socket may have 107 letters
        held.bind("referrals.csv")
    (month / "plans.xlsx").mkdir()
    (month / "plans.xlsx" / ".DS_Store").touch()
    (landing / "lists.csv").mkdir()
    (landing / "bromley" / "2013-12").mkdir(parents=True)  # an authority that has sent nothing yet
    (month / "old.csv").mkdir()
    (month / "old.csv" / "list.csv").write_text("a,b\n1,2\n")
    (month / "closed").mkdir()
    closed_to_us(month / "closed", monkeypatch)
    with duckdb.connect() as con:
        prepare(con)
        for seconds in (0, 5):  # again in the next run, also when somebody has touched the pipe
            os.utime(month / "contacts.csv", (seconds, seconds))
            receive(con, landing, tmp_path / "vault", load_contracts(), date(2010, 4, 1))
            found = con.execute(
                "select file_path, status, authority_code, found from quality.ingest_ledger where is_present order by 1"
            ).fetchall()
            assert found == [
                ("croydon/2013-12/closed", "refused", CROYDON, "a folder that this computer may not read"),
                ("croydon/2013-12/contacts.csv", "refused", CROYDON, "a pipe, a socket or a device"),
                ("croydon/2013-12/old.csv/list.csv", "refused", CROYDON, "no month folder directly around the file"),
                ("croydon/2013-12/plans.xlsx", "refused", CROYDON, "an empty folder with the name of a file"),
                ("croydon/2013-12/referrals.csv", "refused", CROYDON, "a pipe, a socket or a device"),
                ("lists.csv", "refused", None, "an empty folder with the name of a file"),
            ]


def closed_to_us(folder, monkeypatch):
    """Have a folder that this process may not read, whoever runs the tests: root may read everything."""
    scandir, access = os.scandir, os.access
    refused = PermissionError(errno.EACCES, "Permission denied", str(folder))

    def scan(path="."):
        if str(path) == str(folder):
            raise refused
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder and access(path, mode))


def test_a_commentary_that_is_a_pipe_keeps_no_run_waiting(tmp_path):
    (tmp_path / "2013-11.md").write_text("In November there were 12 contacts.")
    os.mkfifo(tmp_path / "2013-12.md")
    assert [path.name for path in commentary.files(tmp_path)] == ["2013-11.md"]
    assert commentary.find(tmp_path, date(2013, 12, 1), "croydon", is_home=True) is None


def test_a_pipe_is_not_checked_before_it_is_dropped(configured, tmp_path):
    os.mkfifo(tmp_path / "contacts.csv")
    with pytest.raises(ValueError, match="is a pipe, a socket or a device"):
        preview(configured(), [tmp_path / "contacts.csv"], "croydon", "2013-12")
