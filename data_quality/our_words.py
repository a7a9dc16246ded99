"""Words that are ours. Text that came from outside leaves the private warehouse only if it consists of them.

A file's name, a sheet's name, a header, a label or a cell may hold anything, also a child's name. So it is shown to
readers, in mails and in logs only if a contract, the register or a code list has it. All else is told by its place.
"""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath

from data_quality.contracts import fold, load_contracts

REFERENCE = Path(__file__).parent.parent / "seeds" / "reference"
WITHHELD = "(withheld)"
SEVERAL_WITHHELD = re.compile(r'"\(withheld\)"(?:, "\(withheld\)")+')
FILE_TYPES = {".csv", ".xlsx", ".xlsm", ".xls", ".txt", ".tsv", ".xml"}
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
MONTH_NAMES = tuple(f"{date(2000, month, 1):%B}".lower() for month in range(1, 13))
NUMBERED = re.compile(r"file \d+(\.[a-z]+)?")  # as `shown_file` calls a file
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SHOWN_LETTERS = 60  # of a header or label, in a message or the ledger
OF_ALL = "published"  # the folder of what is published of every authority
MOST_NUMBERS = 2  # in a name: a third one may make a date of birth
_OTHER_WORDS = """
    return returns list lists annex a monthly summary report performance table tables data extract csc final draft
    corrected revised resubmitted new old copy version v of the and for to ytd
    jan feb mar apr may jun jul aug sep sept oct nov dec
    january february march april june july august september october november december
"""
OTHER_WORDS = frozenset(_OTHER_WORDS.split())
MARKS = ("", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "NULL", "NONE", "NAN", "N/A", "NA", "TBC", "-", ".", "..")
# the letters are those that people type for digits; more digits than five may be an id or a date of birth
FIGURE = r"(?:[.,%<>*()+ -]*[0-9OolI]){1,5}[.,%<>*()+ -]*"
FIGURES_OF_A_TEXT = re.compile(FIGURE)


@cache
def _reference(name: str) -> tuple[dict[str, str], ...]:
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def authority_folders() -> frozenset[str]:
    """Return what a folder may be called: as an authority, by name or code, or as what is published of all of them."""
    rows = _reference("authorities")
    return frozenset({OF_ALL} | {row["folder"] for row in rows} | {row["authority_code"].lower() for row in rows})


@cache
def measure_ids() -> frozenset[str]:
    """Return the ids of the measure register."""
    return frozenset(row["measure_id"] for row in _reference("measures"))


@cache
def _words_of_lists() -> frozenset[str]:
    named = " ".join(f"{c.extract} {c.title}" for c in load_contracts().values())
    return frozenset(re.findall(r"[a-z]+", named.lower())) - {"a", "and", "of", "to"}


def is_our_name(name: str, folder: str) -> bool:
    """Return whether the name of a file or sheet has only words of our contracts, months, and two numbers at most."""
    words = re.findall(r"[^\W\d_]+|\d+", name.lower())
    numbers = [word for word in words if word.isdigit()]
    letters = set(words) - set(numbers)
    ours = _words_of_lists() | OTHER_WORDS | set(folder.lower().split("-"))
    numbers_fit = len(numbers) <= MOST_NUMBERS and all(len(n) <= 2 or re.fullmatch(r"20\d\d", n) for n in numbers)
    return bool(letters & _words_of_lists()) and letters <= ours and numbers_fit


def shown_path(file_path: str, number: int | None = None) -> str:
    """Return the path of a delivered file as it may leave: `number` stands for a name that is not of our words."""
    *folders, name = file_path.split("/")
    shown = [folder if _is_our_folder(folder) else WITHHELD for folder in folders]
    is_ours = bool(folders) and WITHHELD not in shown
    return "/".join([*shown, shown_file(name if is_ours else "", folders[0] if folders else "", number)])


def _is_our_folder(folder: str) -> bool:
    return folder.lower() in authority_folders() or bool(MONTH.fullmatch(folder))


def shown_file(name: str, folder: str, number: int | None) -> str:
    """Return the name of a file if it has only words of ours, else its number and type."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower() if path.suffix.lower() in FILE_TYPES else ""
    if suffix and (is_our_name(path.stem, folder) or NUMBERED.fullmatch(path.stem)):
        return name
    return f"file {number}{suffix}" if number else WITHHELD


@cache
def _known_texts() -> frozenset[str]:
    """Return every header, label, title, code and name that a contract, the register or a list of ours has, folded."""
    texts: set[str] = set()
    for contract in load_contracts().values():
        texts.add(contract.title)
        texts.add(contract.extract)
        for column in contract.columns:
            texts |= {column.name, *column.headers}
        for row in getattr(contract, "rows", ()):
            texts |= {*row.labels}
    for name, columns in {
        "measures": ("measure_id", "measure_name"),
        "code_lists": ("code", "label"),
        "authorities": ("authority_code", "authority_name", "folder"),
        "months": ("month_name",),
        "not_supplied_marks": ("mark",),
    }.items():
        texts |= {row[column] for row in _reference(name) for column in columns}
    return frozenset(fold(text) for whole in texts for text in (whole, whole[:SHOWN_LETTERS]))


@cache
def _headers_with_a_month() -> re.Pattern[str]:
    """Return a pattern of the headers that a contract writes with a month or a year, such as 'Apr-{yy}'.

    Those that write the month as a date (01/{mm}/{yyyy}) are not among them: a date may be a date of birth.
    """
    forms = {
        fold(header)
        for contract in load_contracts().values()
        for column in contract.columns
        for header in column.headers
        if "{" in header and "{mm}" not in header
    }
    month = "|".join(sorted({word for name in MONTH_NAMES for word in (name, name[:3])} | {"sept"}, reverse=True))
    stands_for = {
        **dict.fromkeys(("mmm", "abbr", "month"), month),
        "yy": "[0-9]{2}",
        "yyyy": "20[0-9]{2}",
        "fy": "20[0-9]{2}/[0-9]{2}",
        "fy_dash": "20[0-9]{2}-[0-9]{2}",
        "fy_long": "20[0-9]{2}/20[0-9]{2}",
    }
    # of a form split at its braces, every second part is a name in them
    split = [re.split(r"\{(\w+)\}", form) for form in sorted(forms)]
    parts = (
        "".join(f"(?:{stands_for[part]})" if n % 2 else re.escape(part) for n, part in enumerate(form))
        for form in split
    )
    return re.compile("|".join(parts))


def is_known(text: str) -> bool:
    """Return whether a text may leave: a header, label, title or code of ours, a figure, or a spreadsheet's mark."""
    folded = fold(text)
    return (
        folded in _known_texts()
        or text.strip().upper() in MARKS
        or bool(FIGURES_OF_A_TEXT.fullmatch(text))
        or bool(_headers_with_a_month().fullmatch(folded))
    )


def visible(text: str) -> str:
    """Return a text with each control character as backslash and number: a terminal would obey some of them."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def visible_lines(text: str) -> str:
    """Return a text of several lines, each as `visible` gives it."""
    return "\n".join(map(visible, text.split("\n")))


def quoted(text: str) -> str:
    """Return a text from outside as a message quotes it; quotation marks in it become apostrophes.

    What stands between two quotation marks of a message is judged by `without_strange_words`.
    """
    return '"' + text.replace('"', "'") + '"'


def without_strange_words(message: str) -> str:
    """Return a message with what it quotes from outside only where that is known, else `(withheld)` in its place.

    Of several in a row it says how many: "(withheld)" (3 names).
    """
    parts = message.split('"')
    told = '"'.join(part if n % 2 == 0 or is_known(part) else WITHHELD for n, part in enumerate(parts))
    return SEVERAL_WITHHELD.sub(lambda found: f'"{WITHHELD}" ({found[0].count(WITHHELD)} names)', told)
