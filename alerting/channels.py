"""The channels: how a digest reaches a file, a mailbox, Teams, Slack and a webhook.

Chat and webhook go through Apprise. Mail does not: Apprise makes its own plain text from the HTML, gives every attempt
a new Message-ID, and counts a mail to two people as failed if the server refuses one of them.
"""

import logging
import os
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from zlib import crc32

from pydantic import SecretStr

from alerting.digest import Rendered
from alerting.outbox import folder

FILES_KEPT = 200
CONNECT_SECONDS = 30
# a server that answers late has often accepted the message: RFC 5321, 4.5.3.2.6, asks us to wait for ten minutes
ACCEPT_SECONDS = 600
LEVELS = {"error": "failure", "warning": "warning", "info": "info"}


class NotDeliveredError(Exception):
    """A digest was not delivered to a channel. The message says why, and holds no secret."""


@dataclass(frozen=True)
class MailServer:
    """How to reach a mail server. `security` is starttls (587), tls (465) or none (25)."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: SecretStr | None = None


@dataclass(frozen=True)
class Channels:
    """Where digests go. The file is always one of the channels."""

    home: Path
    mail_server: MailServer | None = None
    mail_to: tuple[str, ...] = ()
    teams: SecretStr | None = None
    slack: SecretStr | None = None
    webhook: SecretStr | None = None

    @property
    def names(self) -> list[str]:
        """Return `file`, `mail:<address>` for each recipient, and `teams`, `slack` and `webhook` if they are set."""
        chats = [name for name in ("teams", "slack", "webhook") if getattr(self, name)]
        return ["file", *(f"mail:{address}" for address in self.mail_to), *chats]

    def send(self, name: str, digest: Rendered) -> None:
        """Send a digest to one channel, and return once it is accepted. Raises `NotDeliveredError`."""
        kind, _, address = name.partition(":")
        if kind == "file":
            write(folder(self.home), digest)
        elif kind == "mail" and self.mail_server:
            mail(self.mail_server, address, digest)
        elif kind == "teams" and self.teams:
            notify(teams_url(self.teams), digest, digest.brief)
        elif kind == "slack" and self.slack:
            notify(f"{self.slack.get_secret_value()}?image=no&footer=no", digest, digest.brief)
        elif kind == "webhook" and self.webhook:
            notify(webhook_url(self.webhook, digest), digest, digest.text)
        else:
            raise ValueError(f"the channel {kind} is not set")


def write(directory: Path, digest: Rendered) -> None:
    """Write the digest as `<digest_id>.txt` and `.html`, readable by its owner only, and delete the oldest files."""
    try:
        for suffix, content in ((".html", digest.html), (".txt", digest.text)):
            arriving = directory / f".{digest.digest_id}{suffix}"
            with open(arriving, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(content)
            arriving.replace(directory / f"{digest.digest_id}{suffix}")
        for old in sorted(directory.glob("2*.*"))[:-FILES_KEPT]:
            old.unlink()
    except OSError as error:
        raise NotDeliveredError(f"the file cannot be written: {error.strerror}") from None


def message(server: MailServer, address: str, digest: Rendered) -> EmailMessage:
    """Return a mail in plain text and HTML, with the same Message-ID at every attempt, so that mailboxes see copies."""
    made = EmailMessage()
    made["Subject"] = digest.subject
    made["From"] = server.sender
    made["To"] = address
    made["Date"] = format_datetime(_made_at(digest))
    domain = parseaddr(server.sender)[1].partition("@")[2]
    made["Message-ID"] = f"<{digest.digest_id}.{crc32(address.encode()):08x}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(digest.text)
    made.add_alternative(digest.html, subtype="html")
    return made


def _made_at(digest: Rendered) -> datetime:
    return datetime.strptime(f"{digest.digest_id}+0000", "%Y%m%dT%H%M%S%f%z")


def mail(server: MailServer, address: str, digest: Rendered) -> None:
    """Send the digest to one recipient through the mail server. Raises `NotDeliveredError`."""
    secret = server.password.get_secret_value() if server.password else ""
    try:
        smtp = _connected(server)
        try:
            if server.user:
                smtp.login(server.user, secret)
            if smtp.sock:
                smtp.sock.settimeout(ACCEPT_SECONDS)
            smtp.send_message(message(server, address, digest), to_addrs=[address])
            with suppress(Exception):  # the mail is accepted, even if the server closes with an error
                smtp.quit()
        finally:
            smtp.close()
    except (OSError, smtplib.SMTPException) as error:
        reason = _why(error, server, address)
        raise NotDeliveredError(reason.replace(secret, "***") if secret else reason) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)
    if server.security == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _why(error: Exception, server: MailServer, address: str) -> str:
    where = f"{server.host}:{server.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"{where} refused CSC_ALERT_SMTP_USER and its password ({error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return f"{where} refused the recipient {address}: {code} {_line(text)}"
        case smtplib.SMTPNotSupportedError():
            return f"{where} does not offer what CSC_ALERT_SMTP_SECURITY={server.security} or a login needs"
        case smtplib.SMTPResponseException():
            return f"{where} refused the mail: {error.smtp_code} {_line(error.smtp_error)}"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {where} is not trusted: {error.verify_message}"
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return f"{where} did not answer in time, or ended the conversation"
        case _:
            return f"{where} cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}"


def _line(text: bytes | str) -> str:
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(text.split())[:200]


def teams_url(url: SecretStr) -> str:
    """Return the address that Teams gives for a workflow, without the picture that Apprise would fetch elsewhere."""
    return f"{url.get_secret_value()}&image=no"


def webhook_url(url: SecretStr, digest: Rendered) -> str:
    """Return the address in the form of Apprise's JSON service, with the id of the digest in the body and a header."""
    parts = urlsplit(url.get_secret_value())
    own = [(f"-{name}", value) for name, value in parse_qsl(parts.query)]
    extra = [(":digest_id", digest.digest_id), (":level", digest.level), ("+Idempotency-Key", digest.digest_id)]
    schema = "jsons" if parts.scheme == "https" else "json"
    return f"{schema}://{parts.netloc}{parts.path}?{urlencode(own + extra, quote_via=quote)}"


def notify(url: str, digest: Rendered, body: str) -> None:
    """Send the digest to the service that the address belongs to. Raises `NotDeliveredError`."""
    import apprise  # slow to import, and most runs send no chat

    asset = apprise.AppriseAsset(app_id="csc-warehouse", app_desc="Children's social care warehouse")
    service = apprise.Apprise.instantiate(_with_patience(url), asset=asset, suppress_exceptions=True)
    if service is None:
        raise NotDeliveredError("the address is not of the form that the service gives out")
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        taken = service.notify(
            body=body,
            title=digest.subject,
            notify_type=apprise.NotifyType(LEVELS[digest.level]),
            body_format=apprise.NotifyFormat.MARKDOWN if body is digest.brief else apprise.NotifyFormat.TEXT,
        )
        said = log.getvalue().strip().splitlines()
    if not taken:
        raise NotDeliveredError(said[-1][:200] if said else "the service did not take it")


def _with_patience(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}cto={CONNECT_SECONDS}&rto={ACCEPT_SECONDS}"
