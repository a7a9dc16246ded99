"""Private places are private and readers' are the readers', whatever the umask of whoever runs it."""

import os
import subprocess

import dagster as dg
import pytest

from orchestration import dagster_home, warehouse
from orchestration.modes import loose
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
