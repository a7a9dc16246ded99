"""The vault: the original bytes of every delivered file, named by their SHA-256, read-only, encrypted if asked."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from ingestion import encryption

CHUNK = 1 << 20
ARRIVING = ".arriving-"
TEMPORARY = ".reading-"
SEALED = ".sealed"  # the end of the name of an encrypted file: no file can pretend to be one by its content
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}  # the disk is full, or what we may have of it
SUFFIXES = {".csv", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx"}  # kept: reading refuses text that is named .xlsx


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(vault: Path, sha256: str, suffix: str) -> Path:
    """Return where the vault keeps these bytes if it does not encrypt them."""
    return vault / sha256[:2] / f"{sha256}{suffix.lower() if suffix.lower() in SUFFIXES else ''}"


def sealed_name(plain: Path) -> Path:
    """Return where the same bytes are encrypted."""
    return plain.with_name(plain.name + SEALED)


@contextmanager
def opened(vault: Path, sha256: str, suffix: str) -> Iterator[Path]:
    """Give a file with these bytes as they came; of an encrypted one, a copy in the vault's folder while it lasts."""
    plain = place(vault, sha256, suffix)
    if not sealed_name(plain).exists():
        yield plain
        return
    with TemporaryDirectory(dir=vault, prefix=TEMPORARY) as folder:
        copy = Path(folder) / plain.name
        unseal(sealed_name(plain), copy)
        yield copy


def unseal(kept: Path, to: Path) -> None:
    """Write an encrypted file of the vault as it came. Raises `ValueError` where it cannot be read."""
    from ingestion import sealed  # its cipher takes a moment to import, and few homes are encrypted

    with to.open("wb") as copy:
        copy.writelines(sealed.read(kept, encryption.key() or b""))


def seal(plain: Path, to: Path, key: bytes) -> None:
    """Write a file encrypted."""
    from ingestion import sealed

    with plain.open("rb") as source, to.open("wb") as copy:
        sealed.write(iter(lambda: source.read(CHUNK), b""), copy, key)


def copy_out(vault: Path, sha256: str, suffix: str, to: Path) -> None:
    """Copy these bytes out of the vault as they came. Raises `FileNotFoundError` where it does not have them."""
    with opened(vault, sha256, suffix) as kept:
        shutil.copyfile(kept, to)


def clear(vault: Path) -> None:
    """Remove the partial copies, with children's rows, that a killed run left."""
    for left in vault.glob(f"{ARRIVING}*"):
        left.unlink()


def keep(path: Path, vault: Path) -> str:
    """Copy a file into the vault and return its SHA-256; the vault keeps one copy of the same bytes.

    One pass makes the copy and the digest, so that they agree even if someone is still writing the file. The copy gets
    its name once its bytes are on disk.
    """
    key = encryption.key()  # first: the folder of a new home tells that it has none yet
    vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    arriving = vault / f"{ARRIVING}{os.getpid()}"
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, arriving.open("wb") as copy:
            chunks = _digested(source, digest)
            if key:
                from ingestion import sealed

                sealed.write(chunks, copy, key)
            else:
                copy.writelines(chunks)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        arriving.unlink(missing_ok=True)
        raise
    kept = place(vault, digest.hexdigest(), path.suffix)
    kept = sealed_name(kept) if key else kept
    if kept.exists():
        arriving.unlink()
    else:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        arriving.chmod(0o400)  # children's data: only the owner may read it, whatever the umask
        arriving.replace(kept)
    return digest.hexdigest()


def _digested(source: BinaryIO, digest: "hashlib._Hash") -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        yield chunk
