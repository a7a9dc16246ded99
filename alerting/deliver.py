"""Taking what waits in the outbox to its channels: each channel on its own, one process at a time for each."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from alerting import outbox
from alerting.channels import Channels, NotTaken


def deliver(channels: Channels, names: Iterable[str], due_only: bool = False) -> None:
    """Hand every waiting digest to its channel, the oldest first; `due_only` leaves those whose next attempt is later.

    A channel that another process is busy with is left to it. One that does not take a digest keeps it for later, with
    those that came after, and holds up no other.
    """
    names = list(names)
    outbox.readdress(channels.home, channels.names)
    with _locks(channels.home) as file, ThreadPoolExecutor(max_workers=max(len(names), 1)) as pool:
        list(pool.map(lambda name: _deliver_to(channels, name, due_only, file), names))


def _deliver_to(channels: Channels, name: str, due_only: bool, locks: int) -> None:
    # a byte of the lock file for each channel; the kernel lets go of it when the process ends, however it ends
    byte = crc32(name.encode())
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError:
        return
    try:
        for delivery in outbox.waiting(channels.home, name, due_only):
            try:
                channels.send(name, delivery.rendered)
            except NotTaken as error:
                outbox.refused(channels.home, delivery, str(error))
                return
            outbox.accepted(channels.home, delivery)
    finally:
        fcntl.lockf(locks, fcntl.LOCK_UN, 1, byte)


@contextmanager
def _locks(home: Path) -> Iterator[int]:
    file = os.open(outbox.folder(home) / "sending.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)
