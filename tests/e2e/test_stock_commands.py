"""`dbt build` and `dagster dev`, as people who know dbt and Dagster start them: in a checkout, with only .env."""

import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, ask

pytestmark = pytest.mark.long

BIN = Path(sys.executable).parent
SECRET = "of this test and of no use elsewhere, nor long"
NOT_COPIED = {"data", "tests"}
MADE = shutil.ignore_patterns("target", "logs", "__pycache__")
TAKE_IN = """
from datetime import date

from data_quality.contracts import load_contracts
from ingestion.load import load
from ingestion.receive import receive
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare

prepare(settings().warehouse)
with connect(settings().warehouse) as con:
    receive(con, settings().landing_dir, settings().vault, load_contracts(), settings().first_month)
    load(con, load_contracts().values(), settings().vault, [date(2013, 12, 1)])
"""


class Checkout:
    """A copy of this project whose `.env` holds nothing but the secret, and a shell that knows nothing else."""

    def __init__(self, path: Path):
        self.path = path
        path.mkdir()
        for item in ROOT.iterdir():
            if item.is_dir() and not item.name.startswith(".") and item.name not in NOT_COPIED:
                shutil.copytree(item, path / item.name, ignore=MADE)
            elif item.suffix in {".yaml", ".toml"}:
                shutil.copy(item, path)
        (path / ".env").write_text(f"CSC_CHILD_KEY_SECRET='{SECRET}'\n")
        # PYTHONPATH because the environment has the packages of the real checkout
        self.env = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(path), "PYTHONPATH": str(path)}

    def run(self, *command: str, folder: str = ".") -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=self.path / folder, env=self.env, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    """A month of ten contacts is loaded, and nothing built."""
    made = Checkout(tmp_path_factory.mktemp("stock") / "project")
    for command in (
        ("csc", "synthesise", "--out", "data/landing", "--months", "2013-12", "--rows", "10"),
        ("python", "-c", TAKE_IN),
    ):
        done = made.run(*command)
        assert done.returncode == 0, done.stderr
    return made


def test_dbt_build_works_in_its_folder(checkout):
    done = checkout.run(
        "dbt", "build", "--select", "+fct_contacts", folder="dbt_project"
    )  # all of it: test_dbt_project
    assert done.returncode == 0, done.stdout[-3000:]
    assert " WARN=0 ERROR=0 SKIP=0 " in done.stdout
    warehouse = checkout.path / "data" / "warehouse.duckdb"
    contacts = ask(
        warehouse,
        """
        select raw.child_id, facts.child_key from raw.annex_a_contacts as raw
        inner join staging.stg_annex_a__contacts as facts using (authority_code, reporting_month, version, source_row)
        """,
    )
    assert [(len(contacts),)] == ask(warehouse, "select count(*) from raw.annex_a_contacts") != [(0,)]
    for child, key in contacts:
        assert key == hmac.new(SECRET.encode(), f"E09000008|{child}".encode(), hashlib.sha256).hexdigest()


def test_dbt_build_leaves_the_code_version_as_it_is(checkout):
    say_version = ("python", "-c", "from data_quality.findings import code_version; print(code_version())")
    before = checkout.run(*say_version).stdout
    compiled = checkout.path / "dbt_project" / "target" / "compiled"
    compiled.mkdir(parents=True, exist_ok=True)
    (compiled / "another.sql").write_text("select 1")
    assert checkout.run(*say_version).stdout == before != ""


def _ask(port: int, path: str, query: str | None = None) -> dict:
    body = json.dumps({"query": query}).encode() if query else None
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _wait_for_page(served: subprocess.Popen, port: int) -> None:
    for _ in range(900):
        assert served.poll() is None, "dagster dev ended by itself"
        try:
            _ask(port, "/server_info")
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("dagster dev never answered")


def test_dagster_dev_works_in_the_root(checkout):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = checkout.path / "dagster-dev.log"
    with log.open("w") as out:
        served = subprocess.Popen(
            ["dagster", "dev", "--port", str(port)],
            cwd=checkout.path,
            env=checkout.env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for_page(served, port)
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        assert {address for address in listening if address.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}
        assets = _ask(port, "/graphql", "{ assetNodes { assetKey { path } } }")["data"]["assetNodes"]
        assert ["marts", "kpi_monthly"] in [asset["assetKey"]["path"] for asset in assets]
        said = log.read_text()  # when it is ended, what is under way says that it was
    finally:
        os.killpg(served.pid, signal.SIGTERM)  # a shell that puts pytest into the background makes it deaf to SIGINT
        try:
            served.wait(20)
        except subprocess.TimeoutExpired:  # started in the background of a busy machine, it may not hear that either
            os.killpg(served.pid, signal.SIGKILL)
            served.wait(20)
    assert "usage statistics" not in said
    assert [file for file in (checkout.path / ".dagster").rglob("*") if file.is_file()] == [], "it would be sent"
    assert (checkout.path / "data" / "dagster" / "history" / "runs.db").exists(), "runs of `csc run` would not be shown"
    assert "Error" not in said, said
