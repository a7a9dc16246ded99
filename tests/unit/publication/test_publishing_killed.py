"""SIGKILL before every change of a file: of a publication, and of files that are received and loaded."""

import shutil
from datetime import date

import duckdb
from killing import STRIDE, killed
from test_publication import BARNET, BRENT, CROYDON, Small

from data_quality.contracts import load_contracts
from ingestion import ledger
from ingestion.load import load, prepare
from ingestion.receive import receive
from publication.publications import publications

MONTH = date(2013, 12, 1)


def test_publishing_that_is_killed_shows_the_old_or_the_new_and_the_next_is_whole(tmp_path):
    (tmp_path / "home").mkdir()
    small = Small(tmp_path / "home")
    small.month(11, BARNET, BRENT, CROYDON)
    small.judge()
    small.publish("old")
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge(run_id="new")
    home, before, kills, seen = tmp_path / "home", tmp_path / "before", 0, set()
    shutil.copytree(home, before, symlinks=True)
    while killed(lambda: small.publish("new"), home, kills * STRIDE + 1):
        kills += 1
        months = [tuple(small.months(code)) for code in (BARNET, BRENT, CROYDON)]
        assert len({*months}) == 1 and months[0] in {(11,), (11, 12)}
        runs = [p.run_id for p in publications(small.published)]
        assert runs[0] == ("new" if 12 in months[0] else "old")  # a run that was not shown is none
        seen.add(months[0])
        small.publish("again")
        assert small.months(CROYDON) == [11, 12]
        assert {p.run_id for p in publications(small.published)} in ({"old", "again"}, {"old", "new", "again"})
        assert not [*home.rglob(".*")]
        shutil.rmtree(home)
        shutil.copytree(before, home, symlinks=True)
    print(f"{kills} kills")
    assert kills * STRIDE > 10
    assert seen == {(11,), (11, 12)} or STRIDE > 1


def test_receiving_and_loading_that_is_killed_is_done_by_the_next_as_if_nothing_had_been(tmp_path):
    home, before, contract = tmp_path / "home", tmp_path / "before", load_contracts()["annex_a_contacts"]
    folder = home / "landing" / "croydon" / "2013-12"
    folder.mkdir(parents=True)
    (home / "vault").mkdir()
    headers = ",".join(column.headers[0] for column in contract.columns)
    (folder / "contacts.csv").write_text(f"{headers}\n" + f"1{',' * (len(contract.columns) - 1)}\n" * 3)
    (folder / "notes.csv").write_text("neither,this\n1,2\n")

    def ingest():
        with duckdb.connect(str(home / "warehouse.duckdb")) as con:
            ledger.prepare(con)
            prepare(con, [contract])
            receive(con, home / "landing", home / "vault", load_contracts(), date(2010, 4, 1))
            load(con, [contract], home / "vault", [MONTH])

    def state():
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
            rows = con.execute("select count(*), count(distinct source_row) from raw.annex_a_contacts").fetchall()
            known = "select file_name, status, row_count, version, file_sha256 from quality.ingest_ledger order by all"
            files = {str(f.relative_to(home)) for f in home.rglob("*") if f.is_file() and f.suffix != ".duckdb"}
            return rows, con.execute(known).fetchall(), files

    shutil.copytree(home, before)
    ingest()
    wanted, kills = state(), 0
    assert wanted[0] == [(3, 3)] and len(wanted[1]) == 2
    while True:
        shutil.rmtree(home)
        shutil.copytree(before, home)
        if not killed(ingest, home, kills * STRIDE + 1):
            break
        kills += 1
        ingest()
        assert state() == wanted
    assert kills * STRIDE > 10
    print(f"{kills} kills")
