"""The vault: every delivered file's original bytes, by their SHA-256, read-only."""

import hashlib
import os
from pathlib import Path

CHUNK = 1 << 20
SUFFIXES = {".csv", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx"}  # kept, for a file named .xlsx that is none is refused


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(vault: Path, sha256: str, suffix: str) -> Path:
    """Where the vault keeps these bytes."""
    return vault / sha256[:2] / f"{sha256}{suffix.lower() if suffix.lower() in SUFFIXES else ''}"


def keep(path: Path, vault: Path) -> str:
    """Copy a file into the vault and return its SHA-256; bytes that are there already stay as they are.

    The copy and the digest are made in one pass, so that the digest is of what was kept even if someone is still
    writing the file. The name appears only once the bytes are on disk.
    """
    vault.mkdir(parents=True, exist_ok=True)
    arriving = vault / f".arriving-{os.getpid()}"
    digest = hashlib.sha256()
    with path.open("rb") as source, arriving.open("wb") as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    kept = place(vault, digest.hexdigest(), path.suffix)
    if kept.exists():
        arriving.unlink()
    else:
        kept.parent.mkdir(exist_ok=True)
        arriving.chmod(0o444)
        arriving.replace(kept)
    return digest.hexdigest()
