"""A mail server for the tests, in a process of its own: STARTTLS, a login, and what it is told to do to recipients.

Writes each mail it takes into a folder. A recipient `refused@...` is refused while the file `refusing` lies there;
`slow@...` waits so many seconds, from the file `slow`, before the server says that it took the mail.
"""

import asyncio
import ssl
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"warehouse", b"correct horse battery staple"


class Mailbox:
    def __init__(self, folder: Path):
        self.folder = folder

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 the name that aiosmtpd calls
        if address.startswith("refused@") and (self.folder / "refusing").exists():
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 the name that aiosmtpd calls
        (address,) = envelope.rcpt_tos
        arriving = self.folder / f".{time.time_ns()}"
        arriving.write_bytes(envelope.content)
        arriving.rename(self.folder / f"{arriving.name[1:]}-{address}.eml")
        if address.startswith("slow@"):
            await asyncio.sleep(float((self.folder / "slow").read_text()))
        return "250 taken"


def login(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


async def serve(folder: Path, port: int, certificate: str) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)

    def connection() -> SMTP:
        return SMTP(
            Mailbox(folder),
            hostname="localhost",
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=login,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
