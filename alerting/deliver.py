"""Deliver the digests that wait in the outbox: each channel on its own, by one process at a time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from zlib import crc32

from filelock import FileLock, Timeout

from alerting import outbox
from alerting.channels import Channels, NotDeliveredError


def deliver(channels: Channels, names: Iterable[str], due_only: bool = False) -> None:
    """Send every waiting digest to its channel, the oldest first; `due_only` leaves those whose next attempt is later.

    A channel that another process is sending to is left to that process. If a channel refuses a digest, it keeps that
    digest and those after it for later, and delays no other channel.
    """
    names = list(names)
    outbox.readdress(channels.home, channels.names)
    with ThreadPoolExecutor(max_workers=max(len(names), 1)) as pool:
        list(pool.map(lambda name: _deliver_to(channels, name, due_only), names))


def _deliver_to(channels: Channels, name: str, due_only: bool) -> None:
    try:
        with FileLock(outbox.folder(channels.home) / f"sending-{crc32(name.encode()):08x}.lock", 0, mode=0o600):
            _send_waiting(channels, name, due_only)
    except Timeout:  # another process is sending to this channel
        return


def _send_waiting(channels: Channels, name: str, due_only: bool) -> None:
    for delivery in outbox.waiting(channels.home, name, due_only):
        try:
            channels.send(name, delivery.rendered)
        except NotDeliveredError as error:
            outbox.refused(channels.home, delivery, str(error))
            return
        outbox.accepted(channels.home, delivery)
