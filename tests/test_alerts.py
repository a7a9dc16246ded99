"""Digests: what they say and may not say, and that each channel gets each of them once, whatever its server does.

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
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.policy import default as policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import trustme
from mail_server import PASSWORD, USER
from pydantic import SecretStr

from alerting import facts, outbox, pages, unsent
from alerting.channels import Channels, MailServer
from alerting.deliver import deliver
from alerting.digest import CAUSES, MOST_GROUPS, MOST_ITEMS, UNEXPECTED, RunEnd, compose, render
from data_quality import findings
from data_quality.checks import RAW_RULES, audit_checks, census_rules, contract_checks
from ingestion import ledger
from orchestration import alerts, dagster_home, run_ends
from orchestration.dead_runs import end_dead_runs
from orchestration.processes import PROCESS_TAG
from orchestration.settings import settings
from orchestration.run_lock import run_lock
from publication.publications import HeldBackAuthority

HERE = Path(__file__).parent
NOW = datetime(2014, 1, 17, 9, 30, tzinfo=UTC)
CROYDON, DECEMBER = "E09000008", date(2013, 12, 1)
AT = "croydon/2013-12/overview.csv, row 9, column YTD (cell K9)"
NEW_CPP = {
    "finding_id": "f1",
    "check_id": "ytd_agrees_with_months",
    "severity": "warning",
    "authority_code": CROYDON,
    "extract": "overview",
    "reporting_month": DECEMBER,
    "month": DECEMBER,
    "measure_id": "cpp_new",
    "observed": 14.0,
    "expected": 268.0,
    "message": "any words",
    "source_ref": AT,
    "status": "open",
    "first_seen_at": datetime(2014, 1, 5, 6),
    "last_seen_at": datetime(2014, 1, 5, 6),
}
LATE = NEW_CPP | {
    "finding_id": "f2",
    "check_id": "extracts_are_delivered",
    "severity": "info",
    "extract": "cpp_duration",
    "measure_id": None,
    "observed": None,
    "expected": None,
    "source_ref": None,
}
REFUSED = LATE | {
    "finding_id": "f3",
    "check_id": "files_are_accepted",
    "severity": "error",
    "extract": None,
    "source_ref": "croydon/2013-12/overview_final.xlsx, sheet Overview",
}


def warehouse(path: Path, *rows: dict) -> None:
    """A private warehouse with these findings and nothing else."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        if rows:
            con.begin()
            marks = ", ".join("?" * len(NEW_CPP))
            con.executemany(f"insert into quality.findings values ({marks})", [list(row.values()) for row in rows])
            con.commit()


def known(path: Path) -> list[facts.Finding]:
    with duckdb.connect(str(path), read_only=True) as con:
        return facts.read(con)


def ended(outcome: str = "published", run_id: str = "a-run", **other) -> RunEnd:
    return RunEnd(run_id, NOW, outcome, **other)


def composed(found: list[facts.Finding], told=None, now=NOW, runs=None, readers_see=None):
    return compose(f"{now:%Y%m%dT%H%M%S%f}", now, [ended()] if runs is None else runs, found, told or {}, readers_see)


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "warehouse.duckdb"


# What a digest says


def test_a_finding_is_told_as_the_figure_the_cell_what_was_printed_and_what_it_should_be(file):
    warehouse(file, NEW_CPP)
    said = render(composed(known(file))[0], None)
    assert said.subject == "Published; new: 1 warning"
    for told in (
        "WARNING  Year to date is not its months together (1)",
        "New child protection plans, year to December 2013: printed as 14; the months make 268",
        AT,
        "docs/alerts/year-to-date.md",
    ):
        assert told in said.text
    assert "<b>New child protection plans, year to December 2013</b>: printed as 14; the months make 268" in said.html
    assert "New child protection plans, year to December 2013: printed as 14; the months make 268" in said.brief


def test_a_finding_is_new_once_then_open_with_its_age_and_resolved_once(file):
    warehouse(file, NEW_CPP, LATE)
    first, told = composed(known(file))
    assert (first.new_count, first.open_count, first.resolved_count) == (2, 0, 0)
    second, told = composed(known(file), told=told, now=NOW + timedelta(days=3))
    assert (second.new_count, second.open_count, second.resolved_count) == (0, 2, 0)
    assert (
        "warning: Year to date is not its months together (1), since 5 Jan 2014, 15 days" in render(second, None).text
    )
    warehouse(file, NEW_CPP | {"status": "resolved"}, LATE)
    third, told = composed(known(file), told=told)
    assert (third.new_count, third.open_count, third.resolved_count) == (0, 1, 1)
    assert "Year to date is not its months together (1): New child protection plans" in render(third, None).text
    fourth, told = composed(known(file), told=told)
    assert (fourth.new_count, fourth.open_count, fourth.resolved_count) == (0, 1, 0)
    warehouse(file, NEW_CPP)  # the same fault again, and the late extract has come
    fifth, _ = composed(known(file), told=told)
    assert [g.check_id for g in fifth.new] == ["ytd_agrees_with_months"]
    assert [g.check_id for g in fifth.resolved] == ["extracts_are_delivered"]


def test_the_worst_comes_first_and_a_digest_stays_short_whatever_was_found(file):
    many = [
        NEW_CPP | {"finding_id": f"{check}{i}", "check_id": check, "severity": severity, "observed": 268.0 + i}
        for check, severity in ((c.check_id, c.severity) for c in audit_checks().values())
        for i in range(20)
    ]
    warehouse(file, *many)
    digest, _ = composed(known(file))
    assert [g.severity for g in digest.new] == sorted((g.severity for g in digest.new), key=facts.SEVERITIES.index)
    assert digest.new[0].severity == "error" and len(digest.new) == MOST_GROUPS
    assert all(g.count == 20 and len(g.items) == MOST_ITEMS for g in digest.new)
    shown = [g.items[0].says for g in digest.new if re.search(r"2\d\d", g.items[0].says)]
    assert shown and all("287" in says for says in shown)  # the furthest off
    assert digest.new_count == len(many) == 20 * MOST_GROUPS + digest.new_hidden
    said = render(digest, None)
    assert len(said.text.splitlines()) < 150 and len(said.brief) < 4000
    assert f"and {digest.new_hidden} more in other checks" in said.text


@pytest.mark.parametrize("outcome", ["held_back", *UNEXPECTED])
def test_a_run_that_did_not_publish_says_why_and_what_readers_see(outcome):
    run = ended(outcome, cause="disk_full", step="building the marts", failing=(("files_are_accepted", 2),))
    digest, _ = composed([], runs=[run], readers_see="5 January 2014, 06:03")
    said = render(digest, None)
    assert digest.level == "error"
    assert "Readers still see the publication of 5 January 2014, 06:03." in said.text
    if outcome == "held_back":
        assert said.subject == "Held back by 1 check" and "A file was refused: 2 found" in said.text
    else:
        assert said.subject.endswith(": the disk is full")
        assert "It stopped while building the marts: the disk is full." in said.text


def test_a_run_that_published_in_part_says_who_is_held_back_by_what_since_when_and_what_readers_see():
    held = HeldBackAuthority(
        authority_code="E09000003",
        authority_name="a name of no list",
        checks=["files_are_accepted"],
        since="2014-01-05T06:03:00+00:00",
        published_at="2013-12-05T06:02:00+00:00",
        absent_from=[],
    )
    new = replace(held, authority_code="E09000005", published_at=None)
    run = ended("published_in_part", failing=(("files_are_accepted", 2),), held_back=(held, new))
    digest, _ = composed([], runs=[run])
    said = render(digest, None)
    assert (said.level, said.subject) == ("error", "Published in part, without Barnet, Brent")
    assert "A file was refused: 2 found" in said.text and "a name of no list" not in said.text
    assert (
        "Barnet is held back since 5 January 2014, 06:03 (A file was refused); "
        "readers see the publication of 5 December 2013, 06:02." in said.text
    )
    assert "(A file was refused); readers see nothing of it yet." in said.text


def test_what_changes_without_a_run_is_told_too(file):
    warehouse(file, LATE)
    digest, told = composed(known(file), runs=[])
    assert digest.subject == "News between runs; new: 1 for information"
    digest, _ = composed([], runs=[], told=told)
    assert digest.subject == "News between runs; 1 resolved"


def test_pages_are_named_or_linked(file):
    warehouse(file, NEW_CPP)
    digest, _ = composed(known(file))
    assert 'href="https://wiki.example/csc/year-to-date.md"' in render(digest, "https://wiki.example/csc/").html
    assert "href" not in render(digest, None).html


# What a digest may not say

PERSONAL = ["Jane", "Doe", "O'Neil", "14/02/2009", "2009-02-14", "14 February 2009", "CR0 1EA", "4471234", "jane.doe"]
SAYS_ALL = "Jane Doe O'Neil, born 14/02/2009 (2009-02-14, 14 February 2009), CR0 1EA, id 4471234, jane.doe"


@pytest.mark.parametrize("column", [c for c in NEW_CPP if c not in ("reporting_month", "status")])
@pytest.mark.parametrize("extract", ["overview", "annex_a_referrals"])
def test_nothing_personal_leaves_by_any_column_of_a_finding(file, column, extract):
    personal = {
        "month": date(2009, 2, 14),
        "observed": 4471234.0,
        "expected": 4471234.0,
        "first_seen_at": NOW.replace(tzinfo=None),
        "last_seen_at": NOW.replace(tzinfo=None),
    }
    row = NEW_CPP | {"extract": extract} | {column: personal.get(column, SAYS_ALL)}
    if column in ("observed", "expected"):
        row["measure_id"] = None  # a figure of no measure is a value of a row
    warehouse(file, row)
    assert leaks(file) == []


@pytest.mark.parametrize(
    "source_ref",
    [
        "croydon/2013-12/Jane Doe.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/overview Jane Doe.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/overview 4471234.csv, row 9, column YTD (cell K9)",
        "croydon/2013-12/referrals.xlsx, sheet Jane Doe, row 9, column child_id (cell A9)",
        "croydon/2013-12/overview.csv, row 9, column Jane Doe (cell K9)",
        "croydon/2013-12/overview.csv, row 9, column CR0 1EA",
        "croydon/2013-12/overview.jane.doe, row 9",
        "Jane Doe/2013-12/overview.csv, row 9, column YTD (cell K9)",
        "4471234",
    ],
)
@pytest.mark.parametrize("check_id", ["ytd_agrees_with_months", "files_are_accepted"])
def test_nothing_personal_leaves_by_the_name_of_a_file_a_sheet_or_a_column(file, source_ref, check_id):
    warehouse(file, NEW_CPP | {"check_id": check_id, "source_ref": source_ref, "message": f"{source_ref} 'Jane Doe'"})
    assert leaks(file) == []


def leaks(file: Path) -> list[str]:
    """What is personal in any form of the digests on this warehouse, or in what the outbox remembers: new, resolved."""
    found = known(file)
    new, told = composed(found)
    resolved, _ = composed([], told=told)
    assert (new.new_count, resolved.resolved_count) == (1, 1)
    forms = [v for d in (new, resolved) for v in vars(render(d, None)).values()]
    everything = "\n".join(forms) + json.dumps([vars(t) for t in told.values()], default=str)
    return [word for word in PERSONAL if word.casefold() in everything.casefold().replace(",", "")]


def test_a_header_is_repeated_only_where_a_contract_has_it(file):
    message = "the header 'Jane Doe' is new; the nearest known is 'Date of referral'"
    warehouse(file, LATE | {"extract": "annex_a_referrals", "message": message})
    said = render(composed(known(file))[0], None).text
    assert "'Date of referral'" in said and "Jane" not in said


def test_the_error_of_a_step_is_told_by_its_kind_only():
    said = "ConversionException: Could not convert string 'Jane Doe 14/02/2009' to DATE"
    assert run_ends.cause_of(said) == "other"
    assert run_ends.cause_of("IO Error: Could not write file: No space left on device") == "disk_full"
    assert {run_ends.cause_of(sign) for signs in run_ends.SYMPTOMS.values() for sign in signs} == set(run_ends.SYMPTOMS)
    assert set(run_ends.SYMPTOMS) == set(CAUSES) - {"other"}


# The pages


def test_every_check_rule_and_event_leads_to_a_page_and_every_page_to_one():
    rules = {rule for kind in RAW_RULES.values() for rule in kind}
    claimed = pages.claimed()
    census = {rule.check.check_id for rule in census_rules()}
    assert claimed["checks"] == set(audit_checks()) - census | {pages.WAREHOUSE_TESTS, pages.CENSUS_RULES}
    assert claimed["rules"] == rules
    ended = {"published", "published_in_part", "held_back", "completed", *UNEXPECTED}
    assert claimed["events"] == {*ended, "no_run", "trial"}
    led_to = {pages.check(check).page for check in (*audit_checks(), *contract_checks(), "a_dbt_test")}
    led_to |= {pages.event(event).page for event in claimed["events"]}
    written = {path.name for path in pages.PAGES.glob("*.md")}
    assert led_to == written - {"README.md"}
    index = (pages.PAGES / "README.md").read_text()
    for name in led_to:
        text = (pages.PAGES / name).read_text()
        assert f"({name})" in index
        parts = re.split(r"^## (.+)\n", text.split("---\n", 2)[2], flags=re.MULTILINE)
        assert parts[1::2] == ["What it means", "What to do", "Who usually owns it"], name
        assert all(len(part.split()) > 3 for part in parts[2::2]), name


def test_the_commands_of_the_pages_exist():
    from orchestration.cli import cli

    for path in pages.PAGES.glob("*.md"):
        for command, options in re.findall(r"`csc (\w+)([^`]*)`", path.read_text()):
            known_options = {option for parameter in cli.commands[command].params for option in parameter.opts}
            assert set(re.findall(r"--[\w-]+", options)) <= known_options, (path.name, command)


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
            str(HERE / "mail_server.py"),
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
    assert got["Subject"] == sent.subject and got["To"] == "performance@council.example"
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
    assert "500" in reasons(tmp_path)["webhook"] and not re.search("s3cret|s1G|TIiaj", str(reasons(tmp_path)))
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
    assert blocks[0]["text"] == sent.subject and figure in blocks[1]["text"]
    path, _, message = got["services"]
    assert path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ" and figure in json.dumps(message)
    path, headers, hook = got["hook"]
    assert path == "/hook?code=s3cret" and headers["Idempotency-Key"] == hook["digest_id"] == sent.digest_id
    assert (hook["title"], hook["type"], hook["level"]) == (sent.subject, "warning", "warning")
    assert figure in hook["message"]


# The settings

MAIL_SETTINGS = {
    "CSC_ALERT_MAIL_TO": "performance@council.example",
    "CSC_ALERT_MAIL_FROM": "csc@council.example",
    "CSC_ALERT_SMTP_HOST": "127.0.0.1",
    "CSC_ALERT_SMTP_USER": USER.decode(),
    "CSC_ALERT_SMTP_PASSWORD": PASSWORD.decode(),
}


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


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CSC_ALERT_SMTP_HOST": ""}, "CSC_ALERT_MAIL_TO is set, but CSC_ALERT_SMTP_HOST is not"),
        ({"CSC_ALERT_MAIL_TO": "performance"}, "must be e-mail addresses, not performance"),
        ({"CSC_ALERT_SMTP_PASSWORD": ""}, "Set both CSC_ALERT_SMTP_USER and CSC_ALERT_SMTP_PASSWORD, or neither"),
        ({"CSC_ALERT_SMTP_SECURITY": "none"}, "would be sent unencrypted"),
        ({"CSC_ALERT_SMTP_SECURITY": "ssl"}, "CSC_ALERT_SMTP_SECURITY is 'ssl'"),
        (
            {"CSC_ALERT_TEAMS_URL": "https://s3cret.example/"},
            "CSC_ALERT_TEAMS_URL: it should be the address",
        ),
        ({"CSC_ALERT_SLACK_URL": "s3cret"}, "CSC_ALERT_SLACK_URL: it should be the address of a Slack"),
        ({"CSC_ALERT_WEBHOOK_URL": "http://s3cret.example/"}, "http:// only on this machine"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_repeated(configured, variables, said):
    with pytest.raises(ValueError, match=re.escape(said)) as raised:
        configured(**MAIL_SETTINGS | variables)
    assert not re.search(f"s3cret|{PASSWORD.decode()}", str(raised.value))


def test_settings_name_the_channels(configured):
    given = configured(**MAIL_SETTINGS | {"CSC_ALERT_MAIL_TO": "a@council.example, b@council.example"})
    assert given.channels.names == ["file", "mail:a@council.example", "mail:b@council.example"]
    assert given.channels.mail_server.port == 587
    assert PASSWORD.decode() not in repr(given) + repr(given.channels)


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


def test_two_that_look_at_once_make_one_digest_and_a_run_under_way_is_waited_for(tmp_path, file, configured):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "a-run")
    looks = [threading.Thread(target=alerts.tell, args=(None, [], lambda pid: True)) for _ in range(4)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    assert len(outbox.history(tmp_path)) == 1
    with run_lock(tmp_path):
        assert alerts.look(None, is_dead=lambda pid: True).startswith("A run is under way")


@pytest.mark.parametrize("damage", ["is no database", None])
def test_a_damaged_warehouse_is_told_and_what_was_open_stays_open(tmp_path, file, configured, damage):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "first")
    alerts.tell(None, [], lambda pid: True)
    kept = file.read_bytes()
    file.write_bytes(damage.encode() * 5000 if damage else kept[: len(kept) // 2])
    error = duckdb.IOException("The file is not a valid DuckDB database file!")
    outbox.begin(tmp_path, "second")
    alerts.after_run(None, "second", error)
    said = outbox.last(tmp_path)
    assert said.subject == "The run failed: the private warehouse cannot be read"
    assert "The findings could not be read" in said.text and "RESOLVED" not in said.text
    file.write_bytes(kept)
    outbox.begin(tmp_path, "third")
    alerts.tell(None, [], lambda pid: True)
    assert "STILL OPEN: 1 finding" in outbox.last(tmp_path).text


def test_a_damaged_outbox_is_put_aside_and_fails_no_run(tmp_path, file, configured):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "first")
    (tmp_path / "alerts" / "outbox.sqlite").write_bytes(b"is no database" * 5000)
    alerts.begin("second")
    assert alerts.after_run(None) == []
    assert "NEW SINCE THE LAST DIGEST: 1 warning" in outbox.last(tmp_path).text
    assert len(list((tmp_path / "alerts").glob("outbox.damaged-*"))) == 1


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
    subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE.parent)
    assert outbox.last(tmp_path).subject == f"The run failed: the disk is full; new: {len(many)} warnings"


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
    assert "A file was refused: 2 found" in said and "A test of the warehouse's own tables failed: 1 found" in said
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
        str(HERE.parent),
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
            assert {"run_failed", "unsent_alerts"} <= sensors
            monthly_refresh.execute_in_process(instance=instance, raise_on_error=False)
            assert wait_for(2)[1]["Subject"] == "The run failed: a step raised an error"
            assert alerts.look(instance, is_dead=lambda pid: True).startswith("Nothing to tell")
        assert unsent(tmp_path) == []
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(30)
    assert len(mail.taken()) == 2
