"""Files that are plainly no data, such as a cover letter: left aside, so that they hold nobody back."""

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from ingestion.landing import DATA, Delivery
from ingestion.tables import Table

DOCUMENTS = {
    "a PDF document": (".pdf",),
    "a Word document": (".doc", ".docx", ".odt", ".rtf"),
    "a presentation": (".ppt", ".pptx", ".odp"),
    "an e-mail": (".msg", ".eml"),
    "a picture": (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".heic"),
    "a link": (".lnk", ".url"),
}
NAMES = {suffix: name for name, suffixes in DOCUMENTS.items() for suffix in suffixes}
PACKED = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz")
PROSE = (".txt", ".md", ".log")
LEAST_ROWS = 3  # of one width make a table
LEAST_SHARE = 0.6  # of the filled rows


@dataclass(frozen=True)
class LeftAside:
    """What a file is, and what to do, if anything."""

    what: str
    action: str | None = None


def no_data(delivery: Delivery) -> LeftAside | None:
    """Return what a file is whose type cannot be a table; None of any other. A packed file may have tables in it."""
    suffix = PurePosixPath(delivery.file_path).suffix.casefold()
    if suffix in NAMES:
        return LeftAside(f"It is {NAMES[suffix]}, not a table.")
    if suffix not in PACKED:
        return None
    unpack = "Unpack it, and put the files into the folder"
    try:
        with ZipFile(delivery.path) as archive:
            files = [name for name in archive.namelist() if not name.endswith("/")]
    except (BadZipFile, NotImplementedError):
        return LeftAside(f"It is a packed file ({suffix}). We do not look into it.", unpack)
    tables = sum(PurePosixPath(name).suffix.casefold() in DATA for name in files)
    if not tables:
        return LeftAside("It is a packed file without a table in it.")
    return LeftAside(f"It is a packed file with {tables} that may be tables. We do not look into them.", unpack)


def is_prose(delivery: Delivery, table: Table) -> bool:
    """Return whether a text file has no rows of one width, as a table has: it is somebody's notes."""
    if PurePosixPath(delivery.file_path).suffix.casefold() not in PROSE:
        return False
    widths = Counter(len(row) for row in table.rows if row)
    width, rows = max(widths.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return width < 2 or rows < LEAST_ROWS or rows < LEAST_SHARE * widths.total()
