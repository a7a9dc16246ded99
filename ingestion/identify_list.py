"""Identify the list that a table is, by its headers alone, without guessing what they do not say."""

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from data_quality.contracts import ListColumn, ListContract, bare, fold
from data_quality.our_words import SHOWN_LETTERS, quoted
from ingestion.tables import (
    HEADER_SEARCH_ROWS,
    MISSES_SHOWN,
    STANDS_IN,
    Identified,
    RefusedError,
    Table,
    nearest,
    plural,
)

NEAR_MISS = 0.5  # with half of the required columns, and one column that no other list has, it is meant to be the list
RENAMED = 0.8  # a header as near as this to that of a decisive column is taken for it until somebody says otherwise
EXTRAS_SHOWN = 20
SEX = "gender_code"  # case systems write Sex beside Gender
NOTE = re.compile(r"[(\[][^()\[\]]*[)\]]")  # such as (dd/mm/yyyy)
BEFORE = re.compile(r"^(?:(?:[\w\[\]\"]+[.])+|\(?\d{1,2}[).:-])")  # such as dbo.ssd_person. or 7)


@dataclass(frozen=True)
class ListCandidate:
    """How well the headers of a table fit one list."""

    contract: ListContract
    header_row: int
    header: tuple[str, ...]
    positions: dict[str, list[int]]
    """The positions of the headers that match each column: one for each, if all is well."""
    own: int
    """The number of columns found whose headers no other list accepts."""
    stand_in: int | None = None
    """The position of Sex where it stands beside Gender: it is read where Gender is blank."""

    @cached_property
    def missing(self) -> list[ListColumn]:
        """Return the required columns that are not there."""
        return [column for column in self.contract.required if column.name not in self.positions]

    @property
    def undecided(self) -> list[ListColumn]:
        """Return the decisive columns that are not there, of those that may be missing."""
        return [c for c in self.contract.columns if c.decisive and not c.required and c.name not in self.positions]

    @property
    def found(self) -> int:
        """Return the number of required columns that are there."""
        return len(self.contract.required) - len(self.missing)

    @property
    def share(self) -> float:
        """Return the share of the required columns that are there."""
        return self.found / len(self.contract.required)

    @property
    def is_near(self) -> bool:
        """Return whether the table is this list, or is meant to be it."""
        return not self.missing or (self.share >= NEAR_MISS and self.own > 0)


def list_candidates(table: Table, contracts: Sequence[ListContract]) -> list[ListCandidate]:
    """Return every list, the best fit first: all required columns, then most columns of its own, then most required."""
    search = [[fold(cell) for cell in row] for row in table.rows[:HEADER_SEARCH_ROWS]]
    accepted_by = Counter(header for c in contracts for header in _headers(c))
    candidates = [_candidate(table, search, contract, accepted_by) for contract in contracts]
    return sorted(candidates, key=lambda c: (not c.missing, c.own, c.share), reverse=True)


@cache
def _headers(contract: ListContract) -> dict[str, str]:
    """Return the column of each header: as it stands, without punctuation, and without the notes in its brackets.

    A form that two columns share is none of them.
    """
    exact = {header: column.name for column in contract.columns for header in column.folded_headers}
    forms: dict[str, set[str]] = {}
    for header, name in exact.items():
        for form in (bare(header), bare(NOTE.sub("", header))):
            forms.setdefault(form, set()).add(name)
    return {form: min(names) for form, names in forms.items() if form and len(names) == 1} | exact


def _candidate(
    table: Table, search: list[list[str]], contract: ListContract, accepted_by: Counter[str]
) -> ListCandidate:
    names = _headers(contract)
    header_row = max(
        range(len(search)), key=lambda i: (len({names[cell] for cell in search[i] if cell in names}), -i), default=0
    )
    positions: dict[str, list[int]] = {}
    own: set[str] = set()
    for i, cell in enumerate(search[header_row] if search else ()):
        known = next((form for form in _forms(cell) if form in names), None)
        if known:
            positions.setdefault(names[known], []).append(i)
            own |= {names[known]} if accepted_by[known] == 1 else set()
    header = table.rows[header_row] if search else ()
    stand_in = None
    if len(positions.get(SEX, ())) == 2:
        positions[SEX], stand_in = _preferred(contract, positions[SEX], header)
    return ListCandidate(contract, header_row, header, positions, len(own), stand_in)


def _preferred(contract: ListContract, cells: list[int], header: Sequence[str]) -> tuple[list[int], int | None]:
    """Return the one of two columns whose header the contract has first, and the other; both where they are alike."""
    order = next([fold(known) for known in column.headers] for column in contract.columns if column.name == SEX)
    ranked = sorted((order.index(fold(header[i])) if fold(header[i]) in order else len(order), i) for i in cells)
    (first, preferred), (second, other) = ranked
    return (cells, None) if first == second else ([preferred], other)


def _forms(cell: str) -> tuple[str, ...]:
    """Return a header as it stands, without punctuation, without its notes, and without its table or number."""
    return cell, bare(cell), bare(NOTE.sub("", cell)), bare(BEFORE.sub("", cell))


def identify_list(candidates: list[ListCandidate]) -> Identified:
    """Return the best candidate, with the columns that we read and, in `notes`, those that we leave aside.

    Raises:
        RefusedError: A required column is missing, two headers match one column, or two lists fit equally well.
    """
    best = candidates[0]
    whole = [c.contract for c in candidates if not c.missing]
    if len(whole) > 1:
        raise _refused(best, f"the headers of more than one list: {_names([c.title for c in whole])}")
    problems = [_missing(column, best) for column in best.missing[:MISSES_SHOWN]]
    if len(best.missing) > MISSES_SHOWN:
        problems.append(f"{plural(len(best.missing) - MISSES_SHOWN, 'further column')} missing")
    problems += [_renamed(column, best) for column in best.undecided if _renamed(column, best)]
    problems += [_doubled(best, name) for name, cells in best.positions.items() if len(cells) > 1]
    if problems:
        raise _refused(best, "; ".join(problems))
    return Identified(
        extract=best.contract.extract,
        header_row=best.header_row,
        columns={name: cells[0] for name, cells in best.positions.items()}
        | ({} if best.stand_in is None else {SEX + STANDS_IN: best.stand_in}),
        rows={},
        notes=_notes(best),
    )


def _refused(best: ListCandidate, found: str) -> RefusedError:
    required = ", ".join(column.headers[0] for column in best.contract.required)
    return RefusedError(
        found=found,
        expected=f"the list {quoted(best.contract.title)} with the columns {required}, each once",
        action="Correct the headers and drop the file in the same folder again, or say with csc headers what "
        "they mean; nothing of this list was loaded",
        extract=best.contract.extract,
    )


def _spare(best: ListCandidate) -> list[str]:
    taken = {best.stand_in, *(i for cells in best.positions.values() for i in cells)}
    return [cell for i, cell in enumerate(best.header) if cell and i not in taken]


def _missing(column: ListColumn, best: ListCandidate) -> str:
    return f"the column {quoted(column.headers[0])} is missing{nearest(column.headers, _spare(best), 'header')}"


def _renamed(column: ListColumn, best: ListCandidate) -> str:
    """Return that a decisive column seems to have another header, or nothing where no header is near it."""
    folded = {bare(cell): cell for cell in _spare(best)}
    near = [c for h in column.headers for c in difflib.get_close_matches(bare(h), folded, n=1, cutoff=RENAMED)]
    if not near:
        return ""
    return (
        f"the column {quoted(column.headers[0])} is missing, without which everything would look open, "
        f"and {quoted(folded[near[0]])} may be it"
    )


def _doubled(best: ListCandidate, name: str) -> str:
    column = next(column for column in best.contract.columns if column.name == name)
    headers = [best.header[i] for i in best.positions[name]]
    return f"{len(headers)} columns are headed as {quoted(column.headers[0])}: {_names(headers)}"


def _notes(best: ListCandidate) -> str | None:
    """Return, in sentences, the optional columns that are not there and those that the contract does not know."""
    kept = best.contract.other_cells
    absent = [c.headers[0] for c in best.contract.columns if c.name not in best.positions and c.name != kept]
    extras = [] if kept else _spare(best)
    notes = [f"Not supplied: {', '.join(absent)}."] if absent else []
    if extras:
        more = f" and {len(extras) - EXTRAS_SHOWN} more" if len(extras) > EXTRAS_SHOWN else ""
        notes.append(f"Columns that we do not use: {_names(extras[:EXTRAS_SHOWN])}{more}.")
    if best.stand_in is not None:
        notes.append(f"Columns that we read where another is blank: {quoted(best.header[best.stand_in])}.")
    return " ".join(notes) or None


def _names(texts: Sequence[str]) -> str:
    return ", ".join(quoted(text[:SHOWN_LETTERS]) for text in texts)
