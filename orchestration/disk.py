"""A disk that is full or takes no writing, whichever library met it, in words that a person can act on."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingestion.vault import NO_ROOM
from orchestration.run_ends import cause_of
from orchestration.settings import settings

TO_DO = {  # by alerting's causes
    "disk_full": ("The disk is full", "Make room below {home}"),
    "read_only": ("The disk takes no writing", "Let this account write everywhere below {home}"),
}
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


def is_read_only() -> bool:
    """Whether this account may not write to CSC_HOME, or to a place below it."""
    places = (
        *(settings().home_dir, settings().warehouse, settings().vault),
        *(settings().dagster_home, settings().published.parent),
    )
    return not all(os.access(place, os.W_OK) for place in places if place.exists())


def problem() -> str | None:
    """Return what keeps a run from writing to CSC_HOME, or to a place below it, and what to do."""
    if is_full():
        return "The disk is full: make room below CSC_HOME, then csc run"
    if is_read_only():
        return "The disk takes no writing: let this account write everywhere below CSC_HOME, then csc run"
    return None


def told(error: BaseException) -> str | None:
    """Return what to tell of an error that a disk caused that is full or read-only, None of any other.

    SQLite calls the one a "disk I/O error" and the other "unable to open database file", so that we have to look at
    the disk.
    """
    said, cause = "", error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        said += f"{cause} "
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            said += "no space left"
        cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
    if "disk I/O error" in said and is_full():
        return in_words("disk_full")
    if "unable to open database file" in said and is_read_only():
        return in_words("read_only")
    return in_words(cause_of(said))


def in_words(cause: str) -> str | None:
    """Return what a full or read-only disk means, and what to do; None of another cause."""
    if cause not in TO_DO:
        return None
    what, action = TO_DO[cause]
    return (
        f"{what}. Nothing is lost: what is published stays published, and the files stay where they are. "
        f"{action.format(home=settings().home_dir)}, then run csc run again"
    )
