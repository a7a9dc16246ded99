"""What a disk that takes no writing makes of a command: a sentence, whichever library met it."""

import errno
import sqlite3

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from alerting.digest import CAUSES
from orchestration import disk
from orchestration.cli import Commands


def by_sqlite(folder):
    sqlite3.connect(folder / "record.db").execute("create table runs (id int)").connection.close()
    with sqlite3.connect(f"file:{folder}/record.db?mode=ro", uri=True) as con:
        con.execute("insert into runs values (1)")


def by_dagsters_library(folder):
    sqlite3.connect(folder / "record.db").execute("create table runs (id int)").connection.close()
    with sa.create_engine(f"sqlite:///file:{folder}/record.db?mode=ro&uri=true").begin() as con:
        con.execute(sa.text("insert into runs values (1)"))


def by_the_system(folder):
    raise OSError(errno.EROFS, "Read-only file system", str(folder / "run.lock"))


def while_telling_of_it(folder):
    try:
        by_dagsters_library(folder)
    except sa.exc.OperationalError:
        raise RuntimeError("The alert was not written") from None


@pytest.mark.parametrize("write", [by_sqlite, by_dagsters_library, by_the_system, while_telling_of_it])
def test_a_disk_that_takes_no_writing_is_told_in_words(write, configured, tmp_path):
    configured()
    group = Commands("csc", commands={"run": click.Command("run", callback=lambda: write(tmp_path))})
    done = CliRunner().invoke(group, ["run"])
    assert (done.exit_code, done.output) == (
        1,
        "Error: The disk takes no writing. Nothing is lost: what is published stays published, and the files stay where "
        f"they are. Let this account write everywhere below {tmp_path}, then run csc run again\n",
    )


def test_another_error_of_dagsters_record_is_told_in_its_words_without_a_traceback(configured, tmp_path):
    configured()

    def look():
        sa.create_engine(f"sqlite:///{tmp_path}/not/there.db").connect()

    done = CliRunner().invoke(Commands("csc", commands={"run": click.Command("run", callback=look)}), ["run"])
    assert (done.exit_code, done.output) == (1, "Error: unable to open database file\n")


def test_what_is_told_of_a_disk_is_a_cause_that_alerts_know():
    assert set(disk.TO_DO) <= set(CAUSES)
