"""Who may read what is below CSC_HOME: its owner everything, the group of its readers only what is for readers."""

import grp
import os
import stat
from pathlib import Path

from publication import readers

PRIVATE_UMASK = 0o077
# children's rows, or what quotes them
PRIVATE = (
    "warehouse.duckdb",
    "warehouse.duckdb.wal",
    "keyring.json",
    "vault",
    "dagster",
    "alerts",
    "data_docs",
    "dbt",
    "logs",
)
FOR_READERS = ("publications", "packs")


def be_private() -> None:
    """Make everything that this process writes private; what is for readers is opened to their group by name."""
    os.umask(PRIVATE_UMASK)


def group_id(name: str) -> int:
    """Return the id of a group that this process may give files to. Raises `ValueError` where it may not."""
    try:
        group = grp.getgrnam(name)
    except KeyError:
        raise ValueError(
            f"this computer has no such group. Make it (sudo groupadd {name}), or correct the name"
        ) from None
    if os.geteuid() != 0 and group.gr_gid not in {os.getegid(), *os.getgroups()}:
        raise ValueError(
            "the account that runs csc is not a member of this group, so it cannot give files to it. "
            f"Add it (sudo usermod -aG {name} ACCOUNT), then log in again"
        )
    return group.gr_gid


def make_home(home: Path) -> None:
    """Make CSC_HOME, if there is none, so that readers may pass through it to what is published."""
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(readers.FOLDER)


def let_readers_through(home: Path, group: int | None) -> None:
    """Give CSC_HOME itself to the group of readers, where it is ours to give; `csc status` names one that is not."""
    if os.geteuid() in (0, home.stat().st_uid):
        readers.give(home, group)


def loose(home: Path) -> list[str]:
    """Describe each place below CSC_HOME that more people can read than should, unless its parents keep them out."""
    if not home.exists():
        return []
    places = [(home / name, 0o700) for name in PRIVATE] + [(home / name, readers.FOLDER) for name in FOR_READERS]
    places += [(file, 0o600) for file in sorted(home.glob("packs/**/scrutiny-pack.*"))]  # those for the team
    reach = _mode(home)
    found = []
    for place, allowed in places:
        if place.exists() and (open_to := _others(_mode(place) & ~allowed, reach)):
            mend = "o=" if allowed == readers.FOLDER else "go="
            found.append(f"{place} is open to {open_to} (mode {_mode(place):04o}): chmod -R {mend} {place}")
    return found


def of_another_group(home: Path, group: int | None) -> list[str]:
    """Describe each place for readers that has another group than theirs, or a home that keeps them out."""
    if group is None or not home.exists():
        return []
    name = grp.getgrgid(group).gr_name
    found = []
    if home.stat().st_gid != group:
        found.append(f"{home} is not of the group {name}: chgrp {name} {home}")
    if not _mode(home) & stat.S_IXGRP:
        found.append(f"{home} is closed to the group {name} (mode {_mode(home):04o}): chmod g=rx {home}")
    for place in (home / kept for kept in FOR_READERS):
        others = [path for path in (place, *place.rglob("*")) if path.exists() and path.stat().st_gid != group]
        if others:
            found.append(f"{others[0]} is not of the group {name}: chgrp -R {name} {place}")
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
