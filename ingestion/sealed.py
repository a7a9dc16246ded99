"""Encrypted files of the vault: AES-GCM in blocks, each with its number and whether it is the last.

So a block that is changed, moved, left out or cut off is noticed, and a file of gigabytes needs a megabyte of memory.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"CSC sealed 1\n"
BLOCK = 1 << 20
PREFIX, TAG = 7, 16  # bytes


def write(blocks: Iterator[bytes], to: BinaryIO, key: bytes) -> None:
    """Write blocks of any size, encrypted."""
    cipher, prefix = AESGCM(key), os.urandom(PREFIX)
    to.write(MARK + prefix)
    number, held = 0, b""
    for block in blocks:
        held += block
        while len(held) > BLOCK:  # one is always held back, for the last one is marked
            to.write(cipher.encrypt(_nonce(prefix, number, is_last=False), held[:BLOCK], None))
            number, held = number + 1, held[BLOCK:]
    to.write(cipher.encrypt(_nonce(prefix, number, is_last=True), held, None))


def read(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield the blocks of a file as it came. Raises `ValueError` for one that is changed, cut, or of another key."""
    changed = ValueError(f"{path} was changed or cut, or has another key than the keyring's.")
    with path.open("rb") as file:
        mark, prefix = file.read(len(MARK)), file.read(PREFIX)
        block = file.read(BLOCK + TAG)
        if mark != MARK or not block:
            raise changed
        cipher, number = AESGCM(key), 0
        while block:
            following = file.read(BLOCK + TAG)
            try:
                yield cipher.decrypt(_nonce(prefix, number, is_last=not following), block, None)
            except InvalidTag:
                raise changed from None
            block, number = following, number + 1


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4) + bytes([is_last])
