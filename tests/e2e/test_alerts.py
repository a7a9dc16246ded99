"""Each channel gets each digest once, whatever its server does.

The mail server is a process, the chats are an HTTPS server, the daemon is Dagster's own.
"""

import email
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.policy import default as policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import trustme
from conftest import ROOT
from digests import MAIL_SETTINGS, NEW_CPP, NOW, composed, known, warehouse
from mail_server import PASSWORD, USER
from pydantic import SecretStr

from alerting import outbox, unsent
from alerting.channels import Channels, MailServer
from alerting.deliver import deliver
from alerting.digest import render
from data_quality import findings
from data_quality.checks import audit_checks
from orchestration import alerts, dagster_home
from orchestration.alert_sensors import alert_sensors
from orchestration.dead_runs import end_dead_runs
from orchestration.processes import PROCESS_TAG
from orchestration.settings import settings

# Getting it to the channels


@dataclass
class Mail:
    """The mail server, stopped until it is started; its mails lie in `folder`."""

    folder: Path
    certificate: Path
    port: int
    process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            str(ROOT / "tests" / "mail_server.py"),
            str(self.folder),
            str(self.port),
            str(self.certificate),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == str(self.port)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def taken(self, address: str = "") -> list[email.message.EmailMessage]:
        files = sorted(self.folder.glob(f"*-{address}*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=policy) for file in files]


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> trustme.CA:
    """The authority that signs the servers' certificates, trusted by what runs in the tests of this file."""
    made = trustme.CA()
    folder = tmp_path_factory.mktemp("certificates")
    made.cert_pem.write_to_path(folder / "authority.pem")
    made.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    made.folder = folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
        patch.setenv("REQUESTS_CA_BUNDLE", str(folder / "authority.pem"))
        yield made


@pytest.fixture
def mail(tmp_path, authority) -> Mail:
    folder = tmp_path / "mails"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Mail(folder, authority.folder / "server.pem", port)
    yield server
    server.stop()


def channels(
    home: Path, mail: Mail | None = None, *addresses: str, password: bytes = PASSWORD, **chats: str
) -> Channels:
    server = None
    if mail:
        secret = SecretStr(password.decode())
        server = MailServer("127.0.0.1", mail.port, "starttls", "csc@council.example", USER.decode(), secret)
    return Channels(home, server, addresses, **{name: SecretStr(url) for name, url in chats.items()})


def post(to: Channels, number: int = 0):
    """A digest in the outbox for these channels."""
    now = NOW + timedelta(minutes=number)
    rendered = render(composed([], now=now)[0], None)
    with outbox.opened(to.home) as box:
        outbox.post(box, rendered, to.names)
    return rendered


def reasons(home: Path) -> dict[str, str]:
    return {row["channel"]: row["reason"] for row in unsent(home) if row["attempts"]}


def test_a_mail_is_plain_text_and_html_through_starttls_and_login(tmp_path, mail):
    mail.start()
    to = channels(tmp_path, mail, "performance@council.example")
    sent = post(to)
    deliver(to, to.names)
    assert unsent(tmp_path) == []
    (got,) = mail.taken()
    assert got["Subject"] == sent.subject
    assert got["To"] == "performance@council.example"
    assert [part.get_content_type() for part in got.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert got.get_body(("plain",)).get_content().split() == sent.text.split()
    assert got.get_body(("html",)).get_content().split() == sent.html.split()
    assert (tmp_path / "alerts" / f"{sent.digest_id}.html").read_text() == sent.html
    assert (tmp_path / "alerts" / f"{sent.digest_id}.txt").read_text() == sent.text
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "alerts").glob("2*")} == {0}


def test_a_server_that_is_down_gets_each_digest_later_once_and_in_order(tmp_path, mail):
    to = channels(tmp_path, mail, "performance@council.example")
    first, second = post(to, 1), post(to, 2)
    deliver(to, to.names)
    assert "cannot be reached" in reasons(tmp_path)["mail:performance@council.example"]
    assert (tmp_path / "alerts" / f"{second.digest_id}.txt").exists()  # another channel does not wait
    mail.start()
    deliver(to, to.names, due_only=True)
    assert mail.taken() == []  # the daemon tries again after two minutes
    deliver(to, to.names)
    deliver(to, to.names)
    assert unsent(tmp_path) == []
    assert [m["Message-ID"].split(".")[0] for m in mail.taken()] == [f"<{d.digest_id}" for d in (first, second)]


def test_a_wrong_password_is_told_without_it_and_the_right_one_sends_once(tmp_path, mail):
    mail.start()
    wrong = channels(tmp_path, mail, "performance@council.example", password=b"Hunter2Hunter2")
    post(wrong)
    deliver(wrong, wrong.names)
    assert reasons(tmp_path) == {
        "mail:performance@council.example": f"127.0.0.1:{mail.port} refused CSC_ALERT_SMTP_USER and its password (535)"
    }
    assert b"Hunter2" not in (tmp_path / "alerts" / "outbox.sqlite").read_bytes()
    right = channels(tmp_path, mail, "performance@council.example")
    deliver(right, right.names)
    deliver(right, right.names)
    assert (len(mail.taken()), unsent(tmp_path)) == (1, [])


def test_a_refused_recipient_holds_up_no_other_and_gets_it_once_the_address_is_right(tmp_path, mail):
    mail.start()
    (mail.folder / "refusing").touch()
    to = channels(tmp_path, mail, "refused@council.example", "performance@council.example")
    post(to)
    for _ in range(2):
        deliver(to, to.names)
    (reason,) = reasons(tmp_path).values()
    assert reason.endswith("refused the recipient refused@council.example: 550 5.1.1 no such mailbox")
    corrected = channels(tmp_path, mail, "team@council.example", "performance@council.example")
    for _ in range(2):
        deliver(corrected, corrected.names)
    assert [m["To"] for m in mail.taken()] == ["performance@council.example", "team@council.example"]
    assert unsent(tmp_path) == []


def test_a_server_that_is_not_trusted_gets_neither_password_nor_mail(tmp_path, mail, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    mail.start()
    to = channels(tmp_path, mail, "performance@council.example")
    post(to)
    deliver(to, to.names)
    assert "is not trusted" in reasons(tmp_path)["mail:performance@council.example"]
    assert mail.taken() == []


class Chats(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers with the status of the server."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def chats(authority):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Chats)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(authority.folder / "server.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.posted, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_teams_slack_and_a_webhook_get_what_each_of_them_takes(tmp_path, file, chats, monkeypatch):
    from apprise.plugins.slack import NotifySlack

    at = f"https://localhost:{chats.server_address[1]}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{at}/services")  # Slack has one address only
    to = channels(
        tmp_path,
        teams=f"{at}/workflows/0abc/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s1G",
        slack="https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        webhook=f"{at}/hook?code=s3cret",
    )
    warehouse(file, NEW_CPP)
    sent = render(composed(known(file))[0], None)
    with outbox.opened(tmp_path) as box:
        outbox.post(box, sent, to.names)
    chats.status = 500
    deliver(to, to.names)
    assert set(reasons(tmp_path)) == {"teams", "slack", "webhook"}
    assert "500" in reasons(tmp_path)["webhook"]
    assert not re.search("s3cret|s1G|TIiaj", str(reasons(tmp_path)))
    refused = len(chats.posted)
    chats.status = 200
    for _ in range(2):
        deliver(to, to.names)
    assert unsent(tmp_path) == []
    got = {path.split("?")[0].split("/")[1]: (path, headers, body) for path, headers, body in chats.posted[refused:]}
    assert len(chats.posted) == refused + 3 == 6
    figure = "New child protection plans, year to December 2013: printed as 14; the months make 268"
    path, _, card = got["workflows"]
    assert "sig=s1G" in path
    blocks = card["attachments"][0]["content"]["body"]
    assert [block["type"] for block in blocks] == ["TextBlock", "TextBlock"]
    assert blocks[0]["text"] == sent.subject
    assert figure in blocks[1]["text"]
    path, _, message = got["services"]
    assert path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert figure in json.dumps(message)
    path, headers, hook = got["hook"]
    assert path == "/hook?code=s3cret"
    assert headers["Idempotency-Key"] == hook["digest_id"] == sent.digest_id
    assert (hook["title"], hook["type"], hook["level"]) == (sent.subject, "warning", "warning")
    assert figure in hook["message"]


# Runs


def published(home: Path, run_id: str) -> None:
    """A publication that this run made, as far as a digest looks."""
    folder = home / "publications" / f"2014010{len(list(home.glob('publications/*'))) + 1}"
    folder.mkdir(parents=True)
    record = {"publication_id": folder.name, "published_at": "2014-01-05T06:03:00+00:00", "run_id": run_id}
    record |= {"code_version": "", "months": ["2013-12-01"], "tables": 1}
    (folder / "publication.json").write_text(json.dumps(record))
    (home / "published").unlink(missing_ok=True)
    (home / "published").symlink_to(folder)


def test_a_slow_server_delays_no_run_and_gets_the_mail_once(tmp_path, file, mail, configured):
    mail.start()
    (mail.folder / "slow").write_text("3")
    configured(**MAIL_SETTINGS | {"CSC_ALERT_MAIL_TO": "slow@council.example", "CSC_ALERT_SMTP_PORT": str(mail.port)})
    outbox.begin(tmp_path, "a-run")
    alerts.tell(None, [], is_dead=lambda pid: True)
    assert alerts.send(due_only=False, patience=0.1)
    assert len(unsent(tmp_path)) == 1  # the sender goes on by itself
    while not mail.taken():
        time.sleep(0.1)
    given = settings().channels
    deliver(given, given.names)  # another process leaves the channel to the first
    assert len(unsent(tmp_path)) == 1
    deadline = time.monotonic() + 30
    while unsent(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    deliver(given, given.names)
    assert (unsent(tmp_path), len(mail.taken())) == ([], 1)


def test_a_killed_run_is_told_once_by_whoever_looks_next_and_one_alive_is_not(tmp_path, configured):
    configured()
    code = f"from alerting import outbox; from pathlib import Path; outbox.begin(Path({str(tmp_path)!r}), 'killed')"
    subprocess.run([sys.executable, "-c", code], check=True)
    outbox.begin(tmp_path, "alive")
    with dg.DagsterInstance.ephemeral() as instance:
        is_dead = lambda pid: pid != os.getpid()  # noqa: E731
        assert alerts.look(instance, is_dead).startswith("A run never finished: its process ended before the run did")
        assert alerts.look(instance, is_dead).startswith("Nothing to tell")
    assert len(list((tmp_path / "alerts").glob("*.txt"))) == 1


def test_an_alert_finds_room_on_a_full_disk(tmp_path, file, configured):
    """No file may grow, in a process of its own: the limit holds for good. The file of the digest waits for room."""
    configured()
    many = [NEW_CPP | {"finding_id": str(i), "check_id": check} for i, check in enumerate(audit_checks())]
    warehouse(file, *many)
    outbox.begin(tmp_path, "first")
    code = f"""
import resource
from orchestration import alerts
limit = {(tmp_path / "alerts" / "outbox.sqlite").stat().st_size}
blocks = {{path: path.stat().st_size for path in alerts.outbox.folder(alerts.settings().home_dir).iterdir()}}
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
alerts.after_run(None, "first", OSError(28, "No space left on device"))
assert {{path: path.stat().st_size for path in blocks}} == blocks
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert outbox.last(tmp_path).subject == (
        f"Croydon, December 2013: The run failed: the disk is full; new: {len(many)} warnings"
    )


def test_dagster_says_how_a_run_ended(tmp_path, file, configured):
    configured()
    warehouse(file)
    good, held, full, dead = (str(uuid.UUID(int=number)) for number in range(4))
    with duckdb.connect(str(file)) as con:
        check = audit_checks()["files_are_accepted"]
        findings.record(con, held, "great_expectations", [(check, "failed", 2)])
        findings.record(con, held, "dbt", [(check.model_copy(update={"check_id": "jane_doe"}), "failed", 1)])

    @dg.op
    def dbt_models(context):
        if context.run.tags.get("fails"):
            raise OSError(28, "No space left on device", "Jane Doe.csv")

    @dg.job
    def monthly_refresh():
        dbt_models()

    alerts.begin("begun")
    with outbox.opened(tmp_path) as box:
        outbox.settle(box, ["begun"])
    published(tmp_path, good)
    with dg.DagsterInstance.ephemeral() as instance:
        monthly_refresh.execute_in_process(instance=instance, run_id=good)
        for run_id in (held, full):
            tags = {"fails": "yes"}
            monthly_refresh.execute_in_process(instance=instance, run_id=run_id, tags=tags, raise_on_error=False)
        tags = {PROCESS_TAG: str(2**22 + 1)}  # no process has a number that high
        instance.create_run_for_job(monthly_refresh, run_id=dead, status=dg.DagsterRunStatus.STARTED, tags=tags)
        end_dead_runs(instance)
        alerts.after_run(instance)
        said = outbox.last(tmp_path).text
        alerts.after_run(instance)
    headlines = [line for line in said.splitlines() if re.search(r"\(\w{3} \d+ \w{3} \d{4}, \d\d:\d\d\)$", line)]
    assert [line.split(" (")[0] for line in headlines] == [
        "A run never finished",
        "The run failed",
        "Held back",
        "Published",
    ]
    assert "It stopped while building the marts: the disk is full." in said
    assert "A file was refused: 2 found" in said
    assert "A test of the warehouse's own tables failed: 1 found" in said
    assert "jane" not in said.lower()
    assert len(list((tmp_path / "alerts").glob("*.txt"))) == 1


def test_dagsters_daemon_tells_of_a_run_it_did_not_launch(tmp_path, mail, configured):
    """The real daemon: it finds a run that died before it came, then sees another fail."""
    mail.start()
    given = configured(**MAIL_SETTINGS | {"CSC_ALERT_SMTP_PORT": str(mail.port)})
    dagster_home.prepare(given)
    outbox.reserve(tmp_path)
    with outbox.opened(tmp_path) as box:
        box.execute("insert into begun values ('died', ?, ?)", [2**22 + 1, datetime.now(UTC).isoformat()])
    location = tmp_path / "location.py"
    location.write_text(
        "import dagster as dg\n"
        "from orchestration.alert_sensors import alert_sensors\n"
        "defs = dg.Definitions(sensors=alert_sensors)\n"
    )
    command = [
        str(Path(sys.executable).with_name("dagster-daemon")),
        "run",
        "-f",
        str(location),
        "-d",
        str(ROOT),
    ]
    with (tmp_path / "daemon.log").open("w") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def wait_for(count: int) -> list:
        deadline = time.monotonic() + 60
        while len(mail.taken()) < count:
            assert time.monotonic() < deadline and daemon.poll() is None, (tmp_path / "daemon.log").read_text()
            time.sleep(0.2)
        return mail.taken()

    @dg.op
    def dbt_models():
        raise ValueError("Jane Doe")

    @dg.job
    def monthly_refresh():
        dbt_models()

    try:
        (first,) = wait_for(1)
        assert first["Subject"].startswith("A run never finished")
        with dg.DagsterInstance.from_config(os.environ["DAGSTER_HOME"]) as instance:
            sensors = {s.name for s in instance.all_instigator_state()}
            assert sensors == {sensor.name for sensor in alert_sensors}
            monthly_refresh.execute_in_process(instance=instance, raise_on_error=False)
            assert wait_for(2)[1]["Subject"] == "The run failed: a step raised an error"
            assert alerts.look(instance, is_dead=lambda pid: True).startswith("Nothing to tell")
        assert unsent(tmp_path) == []
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(30)
    assert len(mail.taken()) == 2
