import fcntl
import gc
import grp
import os
import shutil
import signal
import subprocess
import sys
import time
from ast import literal_eval
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from pprint import pformat

import duckdb
import pytest
from xdist.scheduler import LoadScopeScheduling

from orchestration.settings import Settings, settings

gc.set_threshold(100_000, 20, 50)  # at Python's own 700 a tenth of the time that imports take
CSC = str(Path(sys.executable).with_name("csc"))
ROOT = Path(__file__).parent.parent  # of the project
SECRET = "0123456789abcdef" * 4
SEED = """
from dbt.config.runtime import load_profile

from orchestration import dbt, warehouse
from orchestration.settings import settings

dbt.manifest()
warehouse.prepare(settings().warehouse)
assert dbt.invoke("seed").success
profile = load_profile(str(dbt.PROJECT), {})
(settings().dbt_target / "connection_info").write_text(repr(sorted(profile.credentials.connection_info())))
"""


class Home:
    """A CSC_HOME of its own, and the real `csc` on it."""

    def __init__(self, path: Path):
        self.path = path
        self.as_of: str | None = None  # what `csc` takes for today
        self.settings: dict[str, str] = {}
        self.landing = path / "landing"
        self.published = path / "published" / "csc.duckdb"
        self.warehouse = path / "warehouse.duckdb"

    def csc(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run `csc` to its end. Its stderr never has a traceback, whatever it meets."""
        done = subprocess.run([CSC, *arguments], **self.process, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def kill_when(self, text: str, *arguments: str) -> None:
        """Start `csc`, and SIGKILL it as soon as its stderr says `text`."""
        log = self.path / "killed.log"
        with log.open("w") as stderr:
            running = subprocess.Popen(
                [CSC, *arguments], **self.process, stdout=stderr, stderr=stderr, start_new_session=True
            )
            while text not in log.read_text():
                assert running.poll() is None, log.read_text()
                time.sleep(0.05)
            running.send_signal(signal.SIGKILL)
            assert running.wait() == -signal.SIGKILL
            os.killpg(running.pid, signal.SIGKILL)  # helpers of its own that it could not end

    def ask(self, sql: str) -> list[tuple]:
        """Rows of the published file, as any reader sees it."""
        return ask(self.published, sql)

    @property
    def process(self) -> dict:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("CSC_", "DAGSTER"))}
        own = {"CSC_HOME": str(self.path), "CSC_CHILD_KEY_SECRET": SECRET, "CSC_SETTLED_SECONDS": "0"}
        today = {"CSC_AS_OF": self.as_of} if self.as_of else {}
        return {"cwd": self.path, "env": env | own | today | self.settings}


# these read the sample: in two processes one would wait for the other to make it
READ_THE_SAMPLE = ["test_pack.py", "test_readme.py", "test_desk.py", "test_check.py", "test_oracle_on_sample.py"]
# these take longest, so they begin first and the processes end together; the alerts need not wait for the project to be
# parsed, which the other process does
LONGEST_FIRST = [
    *READ_THE_SAMPLE,
    *(
        "test_alerts.py",
        "test_end_to_end.py",
        "test_findings.py",
        "test_facts.py",
        "test_facts_by_month.py",
        "test_dbt_project.py",
    ),
    *("test_isolation.py", "test_oracle_on_councils.py", "test_edge_cases.py"),
    *(
        "test_defects.py",
        "test_synthesis.py",
        "test_history.py",
        "test_who.py",
        "test_datasets.py",
        "test_validation_rules.py",
    ),
    *("test_publication.py", "test_orchestration.py", "test_disclosure.py", "test_stock_commands.py"),
    "test_dev_pages.py",
]


class ByFile(LoadScopeScheduling):
    """The tests of a file run in one process, as do all that read the sample. Each page of docs/dev is by itself."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0].rsplit("/")[-1]
        if file == "test_dev_pages.py":
            return nodeid
        return "sample" if file in READ_THE_SAMPLE else file


def pytest_xdist_make_scheduler(config, log) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items) -> None:
    names = [*LONGEST_FIRST, *sorted({item.path.name for item in items} - set(LONGEST_FIRST))]
    items.sort(key=lambda item: names.index(item.path.name))


def ask(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory, worker_id) -> Path:
    """A CSC_HOME with the seeds and what dbt makes of the project when it parses it: once for all processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = (shared if worker_id == "master" else shared.parent) / "shared"
    home = shared / "seeded"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            environment = os.environ | {"CSC_HOME": str(home), "CSC_CHILD_KEY_SECRET": SECRET}
            environment |= {"DBT_PROFILES_DIR": str(ROOT / "dbt_project")}
            subprocess.run([sys.executable, "-c", SEED], cwd=ROOT, env=environment, check=True)
            (home / "made").touch()
    return home


def take_what_is_parsed(seeded: Path, home: Path) -> None:
    """Copy what dbt made of the project, so that it does not parse it again, in ten seconds, for each CSC_HOME.

    It would because the warehouse is another one: it compares a hash of where it connects to.
    """
    shutil.copytree(seeded / "dbt", home / "dbt", dirs_exist_ok=True)
    here = literal_eval((seeded / "dbt" / "connection_info").read_text())
    there = [(name, str(home / "warehouse.duckdb") if name == "path" else value) for name, value in here]
    before, after = (sha256(pformat(info).encode()).hexdigest().encode() for info in (here, there))
    file = home / "dbt" / "partial_parse.msgpack"
    parsed = file.read_bytes()
    assert parsed.count(before) == 1
    file.write_bytes(parsed.replace(before, after))


@pytest.fixture(scope="session")
def new_home(tmp_path_factory, seeded):
    """Makes a Home with an empty landing folder."""

    def make(name: str) -> Home:
        home = Home(tmp_path_factory.mktemp(name))
        home.landing.mkdir()
        take_what_is_parsed(seeded, home.path)
        return home

    return make


@contextmanager
def _settings_of(home: Path, secret: str | None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_HOME", str(home))
        patch.setitem(Settings.model_config, "env_file", None)
        patch.setenv("CSC_CHILD_KEY_SECRET", secret) if secret else patch.delenv("CSC_CHILD_KEY_SECRET", raising=False)
        settings.cache_clear()
        yield settings()
    settings.cache_clear()


@pytest.fixture(scope="session")
def home_of(seeded):
    """Opens a CSC_HOME in this process and gives its warehouse, which has the seeds."""

    @contextmanager
    def opened(path: Path, secret: str | None = SECRET):
        if not (path / "warehouse.duckdb").exists():
            shutil.copytree(seeded, path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dbt"))
            take_what_is_parsed(seeded, path)
        with _settings_of(path, secret) as own:
            yield own.warehouse

    return opened


def shell(command: str, home: Path) -> subprocess.CompletedProcess:
    """Run a command as a person types it in the checkout."""
    environment = os.environ | {"CSC_HOME": str(home), "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    environment["CSC_SETTLED_SECONDS"] = "0"
    return subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def sample(seeded) -> Path:
    """The CSC_HOME that `make run` makes of the sample, once for all processes.

    Tests that publish or roll back use one of their own.
    """
    home = seeded.with_name("sample")
    with (seeded.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            take_what_is_parsed(seeded, home)
            made = shell("make run", home)
            assert made.returncode == 0, made.stderr
            (home / "made").touch()
    return home


@pytest.fixture(scope="session")
def dirty(tmp_path_factory) -> Path:
    """SYNTHETIC lists of three months with every sort of defect, and the key that says where each is."""
    from synthesis.synthesise import Request, Span, synthesise

    out = tmp_path_factory.mktemp("dirty") / "landing"
    synthesise(Request(out, Span(date(2013, 4, 1), 3), scale=0.5, is_dirty=True))
    return out


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def other_group():
    """A real group, not that of this process, to which it may give files."""
    mine = {group for group in os.getgroups() if group != os.getegid()}
    try:
        return grp.getgrnam("users") if os.geteuid() == 0 else grp.getgrgid(min(mine))
    except (KeyError, ValueError):
        pytest.skip("the account is a member of one group only")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Settings for a home in tmp_path; called with CSC_ALERT_* variables, it makes them those of this process."""
    for name in [name for name in os.environ if name.startswith(("CSC_", "DAGSTER"))]:
        monkeypatch.delenv(name)
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "DO_NOT_TRACK", "GX_ANALYTICS_ENABLED"):
        monkeypatch.setenv(name, "")  # the settings write them; this puts them back

    def configure(**variables: str):
        monkeypatch.setenv("CSC_HOME", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return settings()

    yield configure
    settings.cache_clear()
