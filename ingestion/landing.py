"""The landing folder: <authority>/<YYYY-MM>/any file, and published/<YYYY-MM>/ for figures of all authorities.

We read it and never change it.
"""

import csv
import difflib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from data_quality.our_words import OF_ALL, quoted, visible
from ingestion.tables import RefusedError

AUTHORITIES = Path(__file__).parent.parent / "seeds" / "reference" / "authorities.csv"
MONTH = r"20\d\d-(0[1-9]|1[0-2])"
DATA = (".csv", ".xlsx", ".xlsm", ".xls", ".txt", ".tsv", ".xml")
NOT_DELIVERIES = {
    *("thumbs.db", "desktop.ini"),  # Windows writes them
    *("synthetic.txt", "calibration.json", "answer_key.csv"),  # `csc synthesise` writes them with its lists
}


@dataclass(frozen=True)
class Delivery:
    """One file in the landing folder."""

    path: Path
    file_path: str
    """Relative to the landing folder, with forward slashes."""
    file_bytes: int
    modified_ns: int

    @property
    def is_file(self) -> bool:
        """Return whether it is a file, and not a link, a pipe or a folder."""
        return stat.S_ISREG(self.path.lstat().st_mode)


def deliveries(landing: Path) -> list[Delivery]:
    """Return every delivered file, oldest first, so that a correction comes after the file that it corrects."""
    found = [
        Delivery(path, _written(path.relative_to(landing)), is_there.st_size, is_there.st_mtime_ns)
        for path in _files(landing)
        for is_there in [path.lstat()]
    ]
    return sorted(found, key=lambda d: (d.modified_ns, d.file_path))


def unfinished(found: Iterable[Delivery], settled_seconds: float) -> tuple[Delivery, ...]:
    """Return the files that changed within the last seconds: they may still be copied, cut at the end of a line.

    One whose time lies ahead is taken as finished, because the clock of the machine it comes from may run ahead.
    """
    now = time.time()
    return tuple(d for d in found if 0 <= now - d.modified_ns / 1e9 < settled_seconds)


def _files(landing: Path) -> Iterator[Path]:
    """Yield every file, and what lies where a file should and is none, which is refused by name and never read.

    That is a link, a pipe, a folder that we may not read, and a folder with a file's name and nothing in it.
    """
    unread: list[Path] = []
    for folder, folders, names in os.walk(landing, onerror=lambda error: unread.append(Path(error.filename))):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        lying = [path for name in [*names, *links] if _is_meant(path := here / name, landing)]
        is_empty = not lying and not folders and here.suffix.casefold() in DATA
        yield from [here] if is_empty and here != landing and _is_meant(here, landing) else lying
    yield from (path for path in unread if path != landing and _is_meant(path, landing))


def _is_meant(path: Path, landing: Path) -> bool:
    """Return whether a path is meant for us: no program's own file, hidden or known by its name."""
    is_hidden = any(part.startswith((".", "~$")) for part in path.relative_to(landing).parts)
    return not is_hidden and path.name.casefold() not in NOT_DELIVERIES


def _written(path: Path) -> str:
    """Return a path as text that a database and a terminal can take.

    A byte that is not UTF-8 and a control character are written as backslash and number.
    """
    return visible(os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace"))


def refuse_what_is_no_file(delivery: Delivery) -> None:
    """Raise `RefusedError` for anything but a file.

    A link may lead out of the landing folder, or to another authority, and a run would wait for ever at a pipe.
    """
    if delivery.is_file:
        return
    mode = delivery.path.lstat().st_mode
    if stat.S_ISLNK(mode):
        found, action = "a link to another file or folder", "Replace the link with a copy of the file"
        expected = "the file itself: we do not follow links"
    elif not stat.S_ISDIR(mode):
        found, action = "a pipe, a socket or a device", "Put the file there, or remove what is there"
        expected = "a file"
    elif os.access(delivery.path, os.R_OK | os.X_OK):
        found, action = "an empty folder with the name of a file", "Put the file there, or remove the folder"
        expected = "a file"
    else:
        found, action = "a folder that this computer may not read", "Give the warehouse the right to read the folder"
        expected = "a folder whose files this computer may read"
    raise RefusedError(found=found, expected=expected, action=action)


@dataclass(frozen=True)
class Authority:
    """An authority of the reference list, in force from the first to the last of its months."""

    authority_code: str
    authority_name: str
    folder: str
    first_month: str
    last_month: str
    dfe_code: str = ""
    replaced_by: tuple[str, ...] = ()
    """The codes of those that took its place."""

    def is_named(self, folder: str) -> bool:
        """Return whether a folder in lower case is named after it, in any usual way, or after one of its codes."""
        return folder in (self.folder, self.authority_code.lower(), self.dfe_code) or _name(folder) == self.folder


def _name(folder: str) -> str:
    """Return the name of a folder as authorities.csv writes it: Kent County Council and Westmorland & Furness."""
    words = re.findall(r"[a-z0-9]+", folder.replace("&", " and ").replace("'", ""))
    return "-".join(words).removeprefix("london-borough-of-").removesuffix("-council").removesuffix("-county")


PUBLISHED = Authority("E92000001", "England", OF_ALL, "0000-00", "9999-99")
"""The folder of what is published of every authority of England, by the month in which it was published."""


@cache
def every_authority() -> tuple[Authority, ...]:
    """Return every authority of the reference list, also those that others have taken the place of."""
    with AUTHORITIES.open(newline="") as file:
        return tuple(
            Authority(
                r["authority_code"],
                r["authority_name"],
                r["folder"],
                r["valid_from"][:7] or "0000-00",
                r["valid_to"][:7] or "9999-99",
                r["dfe_code"],
                tuple(r["replaced_by"].split()),
            )
            for r in csv.DictReader(file)
        )


@cache
def authorities() -> dict[str, str]:
    """Return the ONS code of every authority by its folder and by its code in lower case; of one name the latest."""
    named = [*sorted(every_authority(), key=lambda a: a.first_month), PUBLISHED]
    known = {a.folder: a.authority_code for a in named}
    return known | {a.authority_code.lower(): a.authority_code for a in every_authority()}


def name_of(authority_code: str) -> str:
    """Return the name of an authority that is in the reference list."""
    return next(one.authority_name for one in every_authority() if one.authority_code == authority_code)


def authority_of(delivery: Delivery) -> str:
    """Return the ONS code of the authority whose folder the file is in, as it then was, or England's.

    Raises:
        RefusedError: The file is in no folder of an authority, or in one of an authority that was no more or not yet.
    """
    if "/" not in delivery.file_path:
        raise RefusedError(
            found="a file that lies directly in the landing folder",
            expected="a folder <authority>/<YYYY-MM>/ around it, such as croydon/2013-12",
            action="Move the file to the folder of its authority and month",
        )
    folder, month = delivery.file_path.casefold().split("/")[:2]
    named = [a for a in (*every_authority(), PUBLISHED) if a.is_named(folder)]
    if not named:
        raise _no_authority(folder)
    if not re.fullmatch(MONTH, month):
        return named[-1].authority_code  # the month is refused next
    for authority in named:
        if authority.first_month <= month <= authority.last_month:
            return authority.authority_code
    raise _not_in_force(named[-1], month)


def _no_authority(folder: str) -> RefusedError:
    near = difflib.get_close_matches(folder, authorities(), n=1, cutoff=0.75)
    return RefusedError(
        found=f"the folder {quoted(folder)}, which is not a known authority",
        expected="a folder named after an authority of seeds/reference/authorities.csv, such as croydon",
        action="Move the file to <authority>/<YYYY-MM>/; "
        + (f"the nearest is {quoted(near[0])}" if near else "an authority that is not in the list needs a line there"),
    )


def _not_in_force(authority: Authority, month: str) -> RefusedError:
    is_early = month < authority.first_month
    others = [
        other.folder
        for other in every_authority()
        if (
            authority.authority_code in other.replaced_by if is_early else other.authority_code in authority.replaced_by
        )
        and other.first_month <= month <= other.last_month
    ]
    place = " or ".join(quoted(folder) for folder in others)
    before_or_after = "was there before" if is_early else "took its place"
    return RefusedError(
        found=f"the folder {quoted(authority.folder)}, an authority that "
        + (f"began in {authority.first_month}" if is_early else f"ended in {authority.last_month}"),
        expected=f"the folder {place}, which {before_or_after}"
        if others
        else "the authority that was responsible in the month of the file",
        action="Move the file to the folder of that authority, or of the right month",
    )


def month_of(delivery: Delivery, first: date, today: date) -> date:
    """Return the reporting month whose folder the file is in.

    Raises:
        RefusedError: The folder is not a month, or is a month before `first` or after today.
    """
    parts = delivery.file_path.split("/")
    folder = parts[1] if len(parts) == 3 else ""
    if re.fullmatch(MONTH, folder):
        month = date.fromisoformat(f"{folder}-01")
        if first <= month <= today:
            return month
        found = f"the folder {quoted(folder)}, a month " + (
            "that has not begun" if month > today else f"before {first:%B %Y}"
        )
    else:
        found = (
            f"the folder {quoted(folder)}, which is not a month"
            if folder
            else "no month folder directly around the file"
        )
    is_published = PUBLISHED.is_named(parts[0].casefold())
    raise RefusedError(
        found=found,
        expected=f"a folder {PUBLISHED.folder}/<YYYY-MM>/, for the month in which the figures were published"
        if is_published
        else "a folder <authority>/<YYYY-MM>/ such as croydon/2013-12, for the month the figures are of",
        action="Move the file to the folder of its month",
    )
