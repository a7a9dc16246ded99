import fcntl
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent
CSC = str(Path(sys.executable).with_name("csc"))
SECRET = "0123456789abcdef" * 4


class Home:
    """A CSC_HOME of its own, and the real `csc` on it."""

    def __init__(self, path: Path):
        self.path = path
        self.landing = path / "landing"
        self.published = path / "published" / "csc.duckdb"
        self.warehouse = path / "warehouse.duckdb"

    def csc(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run `csc` to its end. Its stderr never has a traceback, whatever it meets."""
        done = subprocess.run([CSC, *arguments], **self._process, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def kill_when(self, text: str, *arguments: str) -> None:
        """Start `csc`, and SIGKILL it as soon as its stderr says `text`."""
        log = self.path / "killed.log"
        with log.open("w") as stderr:
            running = subprocess.Popen(
                [CSC, *arguments], **self._process, stdout=stderr, stderr=stderr, start_new_session=True
            )
            while text not in log.read_text():
                assert running.poll() is None, log.read_text()
            running.send_signal(signal.SIGKILL)
            assert running.wait() == -signal.SIGKILL
            os.killpg(running.pid, signal.SIGKILL)  # helpers of its own that it could not end

    def ask(self, sql: str) -> list[tuple]:
        """Rows of the published file, as any reader sees it."""
        return ask(self.published, sql)

    @property
    def _process(self) -> dict:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("CSC_", "DAGSTER"))}
        return {"cwd": self.path, "env": env | {"CSC_HOME": str(self.path), "CSC_CHILD_KEY_SECRET": SECRET}}


def ask(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def new_home(tmp_path_factory):
    """Makes a Home with an empty landing folder."""

    def make(name: str) -> Home:
        home = Home(tmp_path_factory.mktemp(name))
        home.landing.mkdir()
        return home

    return make


def shell(command: str, home: Path) -> subprocess.CompletedProcess:
    """Run a command of the README as a newcomer would, on a CSC_HOME of its own."""
    environment = os.environ | {"CSC_HOME": str(home), "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    return subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """A CSC_HOME after `make run`; made once, also where tests run in several processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "sample"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "home" / "packs").exists():
            made = shell("make run", shared / "home")
            assert made.returncode == 0, made.stderr
    return shared / "home"
