"""How what is for readers is opened: their group may read it and nobody else, whatever the umask is."""

import os
from pathlib import Path

FOLDER = 0o750
PUBLISHED = 0o440  # nobody writes into a publication
PACK = 0o640


def open_to(path: Path, mode: int, group: int | None = None) -> None:
    """Give a file or folder to a group, by its id, and open it to that group; without one it keeps its group."""
    give(path, group)  # first: its own group may be one that should not read it
    path.chmod(mode)


def give(path: Path, group: int | None) -> None:
    """Give a file or folder to a group, by its id, and leave its mode as it is."""
    if group is not None and path.stat().st_gid != group:
        os.chown(path, -1, group)
