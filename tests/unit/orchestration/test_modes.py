"""Private places are private and readers' are the readers', whatever the umask of whoever runs it."""

import os
import re
import subprocess

import dagster as dg
import pytest

from orchestration import dagster_home, warehouse
from orchestration.modes import group_id, let_readers_through, loose, of_another_group
from orchestration.status import status
from reporting.pack.make import _make_folder, _write


@pytest.fixture(autouse=True)
def open_to_all():
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path):
    return path.stat().st_mode & 0o777


def test_what_a_run_makes_is_private_and_readers_pass_through_its_home(configured, tmp_path):
    given = configured(CSC_HOME=str(tmp_path / "home"))
    warehouse.prepare(given.warehouse)
    dagster_home.prepare(given)
    with dg.DagsterInstance.from_config(str(given.dagster_home)):
        pass
    assert mode(given.home_dir) == 0o750
    assert mode(given.warehouse) == 0o600
    private = [path for path in given.dagster_home.rglob("*") if path.is_file()]
    assert {path.suffix for path in private} >= {".db", ".yaml"}
    assert {mode(path) for path in private} == {0o600}
    assert status(given).loose == []


def test_a_pack_for_the_team_is_private_and_one_for_members_the_readers(configured):
    packs = configured().packs
    month = packs / "2013-12" / "croydon"
    _make_folder(month, packs)
    for name, allowed in (("scrutiny-pack.html", 0o600), ("scrutiny-pack-members.html", 0o640)):
        _write([month / name], [b"<html>"], allowed)
        assert mode(month / name) == allowed
    assert [mode(folder) for folder in (packs, month.parent, month)] == [0o750] * 3


def test_what_is_for_readers_is_of_their_group_and_status_names_what_is_not(configured, other_group, tmp_path):
    given = configured(CSC_READERS_GROUP=other_group.gr_name)
    tmp_path.chmod(0o700)
    (given.packs / "2013-11").mkdir(parents=True)  # of an earlier setting
    warehouse.prepare(given.warehouse)
    name = other_group.gr_name
    told = [
        f"{tmp_path} is not of the group {name}: chgrp {name} {tmp_path}",
        f"{tmp_path} is closed to the group {name} (mode 0700): chmod g=rx {tmp_path}",
        f"{given.packs} is not of the group {name}: chgrp -R {name} {given.packs}",
    ]
    assert set(told) <= set(status(given).problems)
    for said in told:
        subprocess.run(said.split(": ", 1)[1].split(), check=True)
    assert of_another_group(tmp_path, given.readers) == []

    os.chown(tmp_path, -1, os.getegid())
    let_readers_through(tmp_path, given.readers)
    month = given.packs / "2013-12"
    _make_folder(month, given.packs, given.readers)
    _write([month / "scrutiny-pack-members.html"], [b"<html>"], 0o640, given.readers)
    _write([month / "scrutiny-pack.html"], [b"<html>"], 0o640, given.readers)
    assert of_another_group(tmp_path, given.readers) == []
    team = month / "scrutiny-pack.html"
    assert loose(tmp_path) == [f"{team} is open to its group (mode 0640): chmod -R go= {team}"]


def test_a_group_that_is_not_there_or_not_ours_is_refused_in_words(configured, other_group):
    refused = "CSC_READERS_GROUP is 'csc-nobodys': this computer has no such group. Make it (sudo groupadd csc-nobodys)"
    with pytest.raises(ValueError, match=re.escape(refused)):
        configured(CSC_READERS_GROUP="csc-nobodys")
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    os.seteuid(65534)
    try:
        with pytest.raises(ValueError, match="the account that runs csc is not a member of this group"):
            group_id(other_group.gr_name)
    finally:
        os.seteuid(0)


def test_status_names_a_place_that_is_open_to_more_and_the_command_closes_it(configured, tmp_path):
    given = configured()
    tmp_path.chmod(0o755)
    warehouse.prepare(given.warehouse)
    given.warehouse.chmod(0o640)
    for place in (given.vault, given.packs):
        place.mkdir()
        place.chmod(0o755)
    told = status(given)
    assert told.loose == [
        f"{given.warehouse} is open to its group (mode 0640): chmod -R go= {given.warehouse}",
        f"{given.vault} is open to its group and everybody (mode 0755): chmod -R go= {given.vault}",
        f"{given.packs} is open to everybody (mode 0755): chmod -R o= {given.packs}",
    ]
    assert set(told.loose) <= set(told.problems)
    for said in told.loose:
        subprocess.run(said.split(": ", 1)[1].split(), check=True)
    assert loose(tmp_path) == []
    given.vault.chmod(0o755)
    tmp_path.chmod(0o700)  # nobody comes so far
    assert loose(tmp_path) == []
