"""What is found in the landing folder, and what is never followed. Without a run."""

import os
from datetime import date

import duckdb

from data_quality.contracts import load_contracts
from ingestion import commentary
from ingestion.landing import deliveries
from ingestion.ledger import prepare
from ingestion.receive import receive


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


def test_a_commentary_that_is_a_pipe_keeps_no_run_waiting(tmp_path):
    (tmp_path / "2013-11.md").write_text("In November there were 12 contacts.")
    os.mkfifo(tmp_path / "2013-12.md")
    assert [path.name for path in commentary.files(tmp_path)] == ["2013-11.md"]
