"""What each delivered file and sheet is called outside the private warehouse: by its name if that is of our words.

Any other is called by its number, such as `croydon/2013-12/file 47.xlsx, sheet 2`. `csc findings --file 47` says
which it is.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from data_quality.our_words import (
    FILE_TYPES,
    NUMBERED,
    WITHHELD,
    authority_folders,
    is_our_name,
    shown_path,
    without_strange_words,
)
from publication import queries

HERE = Path(__file__).parent
PLACE = re.compile(r"(?<![\w/-])([a-zA-Z0-9-]+)/20\d\d-(?:0[1-9]|1[0-2])/")


@dataclass
class Names:
    """What each delivered file and sheet is called outside, in the order in which they came."""

    shown_by_place: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """By `<authority>/<month>/` each path, or path and sheet, that lies there, the longest first, and what is shown."""
    elsewhere: list[tuple[str, str]] = field(default_factory=list)
    """The same of files in no folder of an authority and month."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The number of each file: that of the first of its sheets that came."""
    sheets: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, path: str, shown: str) -> None:
        """Note what a path, or a path with a sheet, is called."""
        place = PLACE.match(path)
        is_of_authority = place and place[1].lower() in authority_folders()
        paths = self.shown_by_place[place[0]] if place and is_of_authority else self.elsewhere
        paths.append((path, shown))

    def in_order(self) -> "Names":
        """Put the longest paths first, because one may be how another begins."""
        for paths in (*self.shown_by_place.values(), self.elsewhere):
            paths.sort(key=lambda path: -len(path[0]))
        return self

    def shown(self, text: str) -> str:
        """Return a text as it may leave."""
        return without_strange_words(self._without_strange_paths(text))

    def shown_sheet(self, file_path: str, sheet: str) -> str:
        """Return a sheet's name if it is of our words, else its number among those that came in the file."""
        return self.sheets.get((file_path, sheet), WITHHELD)

    def _without_strange_paths(self, text: str) -> str:
        made, done = [], 0
        for found in PLACE.finditer(text):
            if found.start() >= done and found[1].lower() in authority_folders():
                path, shown = self._path_at(text, found)
                made += [self._without_paths_elsewhere(text[done : found.start()]), shown]
                done = found.start() + len(path)
        return "".join([*made, self._without_paths_elsewhere(text[done:])])

    def _without_paths_elsewhere(self, text: str) -> str:
        for path, shown in self.elsewhere:
            text = text.replace(path, shown)
        return text

    def _path_at(self, text: str, place: re.Match[str]) -> tuple[str, str]:
        """Return the path, with its sheet, that a text has at a place, and what is shown of it.

        All that follows is withheld where we do not know how far the name goes.
        """
        for path, shown in self.shown_by_place.get(place[0], ()):
            if text.startswith(path, place.start()) and not text.startswith(", sheet ", place.start() + len(path)):
                return path, shown
        name = _name().match(text, place.end())  # of an earlier publication, or that the ledger has no more
        if name and _is_ours(name, place[0].split("/")[0]):
            return place[0] + name[0], place[0] + name[0]
        return text[place.start() :], place[0] + WITHHELD


def _is_ours(name: re.Match[str], folder: str) -> bool:
    sheet = name["sheet"]
    is_file_ours = NUMBERED.fullmatch(name["file"]) or is_our_name(name["file"].rpartition(".")[0], folder)
    return bool(is_file_ours) and (sheet is None or sheet.isdigit() or is_our_name(sheet, folder))


@cache
def _name() -> re.Pattern[str]:
    types = "|".join(sorted(kind[1:] for kind in FILE_TYPES))
    return re.compile(
        rf"""(?P<file>file \d+|[^/",:]+\.(?i:{types}))(, sheet (?P<sheet>[^/",:]+))?(?=$|[:,.)]| was refused)"""
    )


def of(con: duckdb.DuckDBPyConnection) -> Names:
    """Return what each file and sheet of the ledger is called outside."""
    made = Names()
    found: dict[str, int] = defaultdict(int)
    for file_path, sheet, number in queries.run(con, HERE / "delivered_files.sql").fetchall():
        shown = shown_path(file_path, made.numbers.setdefault(file_path, number))
        made.add(file_path, shown)
        if sheet is not None:
            found[file_path] += 1
            own = is_our_name(sheet, file_path.split("/")[0])
            made.sheets[file_path, sheet] = sheet if own else str(found[file_path])
            made.add(f"{file_path}, sheet {sheet}", f"{shown}, sheet {made.sheets[file_path, sheet]}")
    return made.in_order()
