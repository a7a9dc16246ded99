"""The vault: the original bytes of every delivered file, named by their SHA-256 and read-only."""

import errno
import hashlib
import os
from pathlib import Path

CHUNK = 1 << 20
ARRIVING = ".arriving-"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}  # the disk is full, or what we may have of it
SUFFIXES = {".csv", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx"}  # kept: reading refuses text that is named .xlsx


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(vault: Path, sha256: str, suffix: str) -> Path:
    """Return where the vault keeps these bytes."""
    return vault / sha256[:2] / f"{sha256}{suffix.lower() if suffix.lower() in SUFFIXES else ''}"


def clear(vault: Path) -> None:
    """Remove the partial copies, with children's rows, that a killed run left."""
    for left in vault.glob(f"{ARRIVING}*"):
        left.unlink()


def keep(path: Path, vault: Path) -> str:
    """Copy a file into the vault and return its SHA-256; the vault keeps one copy of the same bytes.

    One pass makes the copy and the digest, so that they agree even if someone is still writing the file. The copy gets
    its name once its bytes are on disk.
    """
    vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    arriving = vault / f"{ARRIVING}{os.getpid()}"
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, arriving.open("wb") as copy:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        arriving.unlink(missing_ok=True)
        raise
    kept = place(vault, digest.hexdigest(), path.suffix)
    if kept.exists():
        arriving.unlink()
    else:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        arriving.chmod(0o400)  # children's data: only the owner may read it, whatever the umask
        arriving.replace(kept)
    return digest.hexdigest()
