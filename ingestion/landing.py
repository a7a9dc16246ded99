"""The landing folder: <authority>/<YYYY-MM>/any file. Read, never modified."""

import csv
import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ingestion.tables import Refused

AUTHORITIES = Path(__file__).parent.parent / "seeds" / "reference" / "authorities.csv"
NOT_DELIVERIES = {
    *("thumbs.db", "desktop.ini"),  # what desktops leave behind by themselves
    *("synthetic.txt", "calibration.json", "answer_key.csv"),  # what `csc synthesise` says of the lists it writes
}


@dataclass(frozen=True)
class Delivery:
    """One file in the landing folder."""

    path: Path
    file_path: str
    """Relative to the landing folder, with forward slashes."""
    file_bytes: int
    modified_ns: int


def deliveries(landing: Path) -> list[Delivery]:
    """Every file people dropped, oldest first, so that a correction comes after what it corrects."""
    found = [
        Delivery(path, path.relative_to(landing).as_posix(), stat.st_size, stat.st_mtime_ns)
        for path in _files(landing)
        for stat in [path.stat()]
    ]
    return sorted(found, key=lambda d: (d.modified_ns, d.file_path))


def _files(landing: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(landing, followlinks=True):
        for path in (Path(folder) / name for name in names):
            hidden = any(part.startswith((".", "~$")) for part in path.relative_to(landing).parts)
            if path.is_file() and not hidden and path.name.casefold() not in NOT_DELIVERIES:
                yield path


@cache
def authorities() -> dict[str, str]:
    """Folder name, and ONS code, to ONS code, of every authority in the reference list."""
    with AUTHORITIES.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {r["folder"]: r["authority_code"] for r in rows} | {
        r["authority_code"].lower(): r["authority_code"] for r in rows
    }


def authority_of(delivery: Delivery) -> str:
    """ONS code of the authority whose folder the file lies in. Raises `Refused` when there is none."""
    if "/" not in delivery.file_path:
        raise Refused(
            found="a file that lies directly in the landing folder",
            expected="a folder <authority>/<YYYY-MM>/ around it, such as 'croydon/2013-12'",
            action="Move the file to the folder of its authority and month",
        )
    folder = delivery.file_path.split("/")[0].casefold()
    if code := authorities().get(folder):
        return code
    nearest = difflib.get_close_matches(folder, authorities(), n=1)
    hint = f"; the nearest is '{nearest[0]}'" if nearest else ""
    raise Refused(
        found=f"the folder '{folder}', which is no authority",
        expected="a folder named after an authority of seeds/reference/authorities.csv, such as 'croydon'",
        action=f"Move the file to <authority>/<YYYY-MM>/{hint}",
    )


def month_of(delivery: Delivery, first: date, today: date) -> date:
    """The reporting month whose folder the file lies in. Raises `Refused` when it is none, too early or not begun."""
    parts = delivery.file_path.split("/")
    folder = parts[1] if len(parts) == 3 else ""
    if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", folder):
        month = date.fromisoformat(f"{folder}-01")
        if first <= month <= today:
            return month
        found = f"the folder '{folder}', a month " + (
            "that has not begun" if month > today else f"before {first:%B %Y}"
        )
    else:
        found = f"the folder '{folder}', which is no month" if folder else "no month folder directly around the file"
    raise Refused(
        found=found,
        expected="a folder <authority>/<YYYY-MM>/ such as 'croydon/2013-12', for the month the figures are of",
        action="Move the file to the folder of its month",
    )
