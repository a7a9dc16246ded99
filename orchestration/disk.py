"""A full disk, whichever library met it, in words that a person can act on."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingestion.vault import NO_ROOM
from orchestration.run_ends import cause_of
from orchestration.settings import settings

FULL_BYTES = 1 << 20  # SQLite and DuckDB need a page or two to begin with


@dataclass(frozen=True)
class DiskUse:
    """How many bytes each place below CSC_HOME takes, the largest first, and how many are free."""

    home: str
    places: dict[str, int]
    free_bytes: int


def used() -> DiskUse | None:
    """Return what takes room below CSC_HOME, None where there is no such folder."""
    home = settings().home_dir
    if not home.exists():
        return None
    places = {place.name: _bytes(place) for place in home.iterdir() if not place.is_symlink()}
    shown = {name: size for name, size in sorted(places.items(), key=lambda place: -place[1]) if size >= FULL_BYTES}
    return DiskUse(str(home), shown, shutil.disk_usage(home).free)


def _bytes(place: Path) -> int:
    """Return the size of a file, or of every file in a folder; one that goes away meanwhile has none."""
    if place.is_file():
        return place.stat().st_size
    files = (Path(folder) / name for folder, _, names in os.walk(place) for name in names)
    return sum(file.lstat().st_size for file in files if file.exists())


def is_full() -> bool:
    """Whether next to nothing is free below CSC_HOME."""
    home = settings().home_dir
    return home.exists() and shutil.disk_usage(home).free < FULL_BYTES


def full_disk(error: BaseException) -> str | None:
    """Return what to tell of an error that a full disk caused, None of any other.

    SQLite calls it a "disk I/O error", so that we have to look at the disk.
    """
    said, cause = "", error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        said += f"{cause} "
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            said += "no space left"
        cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
    return in_words() if cause_of(said) == "disk_full" or ("disk I/O error" in said and is_full()) else None


def in_words() -> str:
    """Return what a full disk means, and what to do."""
    return (
        f"The disk is full. Nothing is lost: what is published stays published, and the files stay where they are. "
        f"Make room below {settings().home_dir}, then run csc run again"
    )
