"""The scripts and units of deploy/, without a warehouse; `make drill` tries them with one."""

import runpy
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT

DEPLOY = ROOT / "deploy"
FROM_VAULT = runpy.run_path(str(DEPLOY / "landing_from_vault.py"))["restore"]


def call(script, *arguments) -> subprocess.CompletedProcess:
    return subprocess.run([DEPLOY / script, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    (home / "vault").mkdir(parents=True, mode=0o700)
    (home / "vault" / "a").write_text("a child's row")
    (home / "vault" / "a").chmod(0o400)
    (home / "publications" / "1").mkdir(parents=True)
    (home / "publications" / "1" / "csc.duckdb").write_text("figures")
    (home / "published").symlink_to("publications/1")
    (home / "dbt").mkdir()
    (home / "run.lock").write_text("")
    return home


def test_what_is_backed_up_comes_back_with_its_modes_and_links(home, tmp_path):
    done = call("backup.sh", home, tmp_path / "backups")
    assert done.returncode == 0, done.stderr
    backup = done.stdout.strip()
    shutil.rmtree(home)
    assert call("restore.sh", backup, home).returncode == 0
    assert (home / "published" / "csc.duckdb").read_text() == "figures"
    assert (home / "vault" / "a").stat().st_mode & 0o777 == 0o400
    assert (home / "vault").stat().st_mode & 0o777 == 0o700
    assert not (home / "dbt").exists()


def test_a_backup_is_for_its_account_only(home, tmp_path):
    call("backup.sh", home, tmp_path / "backups")
    made = [tmp_path / "backups", *(tmp_path / "backups").iterdir()]
    assert len(made) == 3 and not [file for file in made if file.stat().st_mode & 0o77]


def test_a_backup_waits_for_a_run(home, tmp_path):
    with subprocess.Popen(["flock", home / "run.lock", "sleep", "1.5"]) as run:
        assert call("backup.sh", home, tmp_path / "backups").returncode == 0
        assert run.poll() is not None


@pytest.mark.parametrize("harm", ["home in use", "half a backup"])
def test_a_restore_refuses(home, tmp_path, harm):
    backup = call("backup.sh", home, tmp_path / "backups").stdout.strip()
    into = home if harm == "home in use" else tmp_path / "new"
    if harm == "half a backup":
        with Path(backup).open("r+b") as file:
            file.truncate(1000)
    assert call("restore.sh", backup, into).returncode != 0
    assert (home / "published" / "csc.duckdb").read_text() == "figures"
    assert not (tmp_path / "new").exists()


@pytest.fixture
def ledger(tmp_path):
    """Two versions of one file, of which the later one has two sheets; and a file that was taken away."""
    first, second, gone = (sha256(text.encode()).hexdigest() for text in ("first", "second", "gone"))
    for digest, text in ((first, "first"), (second, "second")):
        (tmp_path / "vault" / digest[:2]).mkdir(parents=True)
        (tmp_path / "vault" / digest[:2] / f"{digest}.xlsx").write_text(text)
    with duckdb.connect(str(tmp_path / "csc.duckdb")) as con:
        con.execute("create schema quality")
        con.execute(
            """
            create table quality.ingest_ledger as
            from (values ('croydon/2013-12/a.xlsx', $1, 1, false), ('croydon/2013-12/a.xlsx', $2, 2, true),
                ('croydon/2013-12/a.xlsx', $2, 3, true), ('croydon/2013-12/b.xlsx', $3, 4, false))
                t(file_path, file_sha256, received_number, is_present)
            """,
            [first, second, gone],
        )
    return tmp_path / "csc.duckdb"


def test_the_landing_folder_comes_back_from_the_vault(ledger, tmp_path):
    assert FROM_VAULT(ledger, tmp_path / "vault", tmp_path / "landing") == 1
    assert (tmp_path / "landing" / "croydon" / "2013-12" / "a.xlsx").read_text() == "second"


def test_a_file_that_the_vault_lacks_is_named(ledger, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"croydon/2013-12/a.xlsx: the vault does not have"):
        FROM_VAULT(ledger, tmp_path / "empty", tmp_path / "landing")


def test_systemd_and_nginx_take_the_files_where_they_are_installed():
    done = subprocess.run([ROOT / "tests/drills/units.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
