"""`csc rebuild`: the private warehouse from the vault alone, whatever else is lost."""

import os
import shutil
import signal

import duckdb
import pytest
from killing import STRIDE, killed

from data_quality import findings
from data_quality.contracts import load_contracts
from ingestion import arrivals, ledger, load
from ingestion.receive import receive
from orchestration.rebuild import from_vault
from orchestration.warehouse import connect, prepare

VERSIONS = "select file_path, version, status, row_count, is_present from quality.ingest_ledger order by all"
ROWS = "select label, apr, version, file_path from raw.lac_movement order by all"


def printed(april):
    rows = [f'"{row.labels[0]}",{april},{april}' for row in load_contracts()["lac_movement"].rows]
    return "\n".join([",APR,2013/14 YTD", *rows, ""])


@pytest.fixture
def given(configured):
    """A return of April, and its correction, in the warehouse and in the vault."""
    made = configured()
    prepare(made.warehouse)
    file = made.landing_dir / "croydon" / "2013-04" / "lac of Ann.csv"
    file.parent.mkdir(parents=True)
    with connect(made.warehouse) as con:
        for april in (1, 25):
            file.write_text(printed(april))
            receive(con, made.landing_dir, made.vault, load_contracts(), made.first_month)
            load.load(con, load_contracts().values(), made.vault, ledger.pending(con))
        findings.accept(con, "f1", 3, "They were doubles.", "ann")
    return made


def seen(given):
    with connect(given.warehouse, read_only=True) as con:
        accepted = con.execute("select finding_id, reason from decisions.accepted").fetchall()
        return con.execute(VERSIONS).fetchall(), con.execute(ROWS).fetchall(), accepted


def test_every_version_comes_back_and_decisions_stay_while_the_old_file_can_be_read(given):
    before = seen(given)
    assert [version for _, version, *_ in before[0]] == [1, 2]
    assert from_vault(given) == 2
    assert seen(given) == before
    assert given.warehouse.stat().st_mode & 0o77 == 0
    assert not list(given.home_dir.glob(".rebuilding-*"))


def test_it_needs_neither_the_private_file_nor_the_landing_folder(given):
    versions, rows, _ = seen(given)
    given.warehouse.unlink()
    shutil.rmtree(given.landing_dir)
    assert from_vault(given) == 2
    assert seen(given) == (versions, rows, [])
    assert (given.landing_dir / "croydon/2013-04/lac of Ann.csv").read_text() == printed(25)


def test_a_vault_of_before_there_were_records_is_enough_while_the_old_file_is_there(given):
    before = seen(given)
    (given.vault / arrivals.RECORD).unlink()
    from_vault(given)
    assert seen(given) == before


def test_without_a_record_or_a_file_of_it_the_old_warehouse_stays(given):
    before = seen(given)
    next(given.vault.rglob("*.csv")).unlink()
    with pytest.raises(LookupError, match="The vault does not have"):
        from_vault(given)
    assert seen(given) == before


def test_a_rebuild_that_is_killed_leaves_the_old_file_or_the_new_never_one_with_the_log_of_the_other(given):
    before = seen(given)
    if not os.fork():  # a command that was killed leaves what it wrote last in the log only
        con = duckdb.connect(str(given.warehouse))
        con.execute("insert into decisions.accepted select * replace ('f2' as finding_id) from decisions.accepted")
        os.kill(os.getpid(), signal.SIGKILL)
    os.wait()
    assert given.warehouse.with_suffix(".duckdb.wal").stat().st_size > 0
    shutil.rmtree(given.landing_dir)
    kept, kills, landed = given.home_dir.with_name("kept"), 0, set()
    shutil.copytree(given.home_dir, kept)
    wanted = (*before[:2], [*before[2], ("f2", "They were doubles.")])
    while killed(lambda: from_vault(given), given.home_dir, kills * STRIDE + 1):
        kills += 1
        assert seen(given) == wanted
        landed.add(tuple(sorted(path.name for path in given.landing_dir.rglob("*.csv"))))
        from_vault(given)
        assert seen(given) == wanted
        assert (given.landing_dir / "croydon/2013-04/lac of Ann.csv").read_text() == printed(25)
        assert not [path for path in given.home_dir.glob(".*") if path.name != ".telemetry"]
        shutil.rmtree(given.home_dir)
        shutil.copytree(kept, given.home_dir)
    print(f"{kills} kills")
    assert kills * STRIDE > 20
    assert landed <= {(), ("lac of Ann.csv",)}


def test_an_old_file_that_cannot_be_read_is_replaced_and_its_log_with_it(given, caplog):
    versions, rows, _ = seen(given)
    given.warehouse.write_bytes(given.warehouse.read_bytes()[:5000] + b"\0" * 20000)
    log = given.warehouse.with_suffix(".duckdb.wal")
    log.write_bytes(b"the log of another file")
    from_vault(given)
    assert "csc accept is lost" in caplog.text
    assert not log.exists()
    assert seen(given) == (versions, rows, [])
