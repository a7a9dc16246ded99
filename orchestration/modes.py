"""Who may read what is below CSC_HOME: its owner everything, the group of its readers only what is for readers."""

import os
import stat
from pathlib import Path

PRIVATE_UMASK = 0o077
READERS = 0o750  # a folder that readers may enter
# children's rows, or what quotes them
PRIVATE = ("warehouse.duckdb", "warehouse.duckdb.wal", "vault", "dagster", "alerts", "data_docs", "dbt", "logs")
FOR_READERS = ("publications", "packs")


def be_private() -> None:
    """Make everything that this process writes private; what is for readers is opened to their group by name."""
    os.umask(PRIVATE_UMASK)


def make_home(home: Path) -> None:
    """Make CSC_HOME, if there is none, so that readers may pass through it to what is published."""
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(READERS)


def loose(home: Path) -> list[str]:
    """Describe each place below CSC_HOME that more people can read than should, unless its parents keep them out."""
    if not home.exists():
        return []
    reach = _mode(home)
    found = []
    for names, allowed in ((PRIVATE, 0o700), (FOR_READERS, READERS)):
        for place in (home / name for name in names):
            if place.exists() and (open_to := _others(_mode(place) & ~allowed, reach)):
                mend = "go=" if allowed == 0o700 else "o="
                found.append(f"{place} is open to {open_to} (mode {_mode(place):04o}): chmod -R {mend} {place}")
    return found


def _others(mode: int, reach: int) -> str:
    """Return who else may open a place with these bits, in a home with the mode `reach`; empty for only the owner."""
    who = [
        ("its group", stat.S_IRWXG, stat.S_IXGRP),
        ("everybody", stat.S_IRWXO, stat.S_IXOTH),
    ]
    return " and ".join(name for name, bits, enter in who if mode & bits and reach & enter)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
