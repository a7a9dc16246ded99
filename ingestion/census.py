"""The children in need census: one XML file, read as a table for each kind of element in it, a child at a time.

No document type, entity or anything else outside the elements is ever followed: a file that declares one is refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from xml.parsers import expat

from data_quality.contracts import load_contracts
from ingestion.tables import HEAD_ROWS, SEND_AGAIN, Refused, Table, make_table

CENSUS = "a children in need census as the case system exports it (.xml)"
EXPORT_AGAIN = "Export the census from the case system again and send that file"
ROOT = "Message"
CHILD = "Child"
BLOCK = 1 << 16
MAX_CHILD_ROWS = 10_000  # a child with more is a fault or an attack
MAX_TEXT = 1 << 16  # letters of one element
MAX_TAG_BYTES = 1 << 20
MAX_DEPTH = 32


@cache
def parts() -> dict[str, list[tuple[str, ...]]]:
    """Element to the columns of the table that it makes, each with every name it has had, from the contracts."""
    contracts = (c for c in load_contracts().values() if c.kind == "list" and c.part)
    return {contract.part: [column.headers for column in contract.columns] for contract in contracts}


@cache
def _shared() -> frozenset[str]:
    """Elements that several parts have as a column: what holds for the child, the referral or the plan around."""
    every = [name for columns in parts().values() for names in columns for name in names]
    return frozenset(name for name in every if every.count(name) > 1)


@cache
def _repeated() -> frozenset[str]:
    """Elements that stand several times in a row, all of which count."""
    contracts = (c for c in load_contracts().values() if c.kind == "list" and c.part)
    return frozenset(name for c in contracts for column in c.columns if column.repeats for name in column.headers)


def is_census(path: Path) -> bool:
    """Whether a file begins as a census does, whatever its name says, or with a declaration."""
    reader = _Reader()
    try:
        with path.open("rb") as file:
            reader.parser.Parse(file.read(BLOCK), False)
    except Refused:
        return reader.root in (None, ROOT)
    except expat.ExpatError:
        pass
    return reader.root == ROOT


def read_census(path: Path) -> list[Table]:
    """The head of a table for each part of the census, in the order of the contracts. Raises `Refused`.

    Once one of them has as many rows as a head takes, the rest of the file is only checked to be whole.
    """
    heads = {part: [[names[0] for names in columns]] for part, columns in parts().items()}
    reader = _Reader()
    for rows in reader.read(path):
        for part, row in rows:
            heads[part].append(row)
        if not reader.only_checks and max(map(len, heads.values())) > HEAD_ROWS:
            reader.only_check()
    tables = [make_table(part, None, None, iter(rows)) for part, rows in heads.items()]
    return [replace(table, is_complete=not reader.only_checks) for table in tables]


def census_rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Part and cells, in the order of its columns, of every row of the file in one pass. Raises `Refused`."""
    for rows in _Reader().read(path):
        yield from rows


class _Scope:
    """An element that is a row, or holds rows, and the texts that stand in it and in no scope inside it."""

    def __init__(self, name: str, around: "_Scope | None"):
        self.name, self.around, self.texts = name, around, {}

    @cached_property
    def handed_on(self) -> dict[str, str]:
        """What holds for every scope inside it."""
        around = self.around.handed_on if self.around else {}
        return around | {name: text for name, text in self.texts.items() if name in _shared()}


class _Reader:
    """Elements in, rows out. A row is whole when its child is, for what holds for all of them may come last."""

    def __init__(self):
        self.columns = parts()
        self.known = frozenset(name for columns in parts().values() for names in columns for name in names)
        self.root: str | None = None
        self.only_checks = False
        self.fed = self.depth = 0
        self.text, self.has_children = "", False
        self.scope: _Scope | None = None
        self.waiting: list[_Scope] = []
        self.rows: list[tuple[str, list[str]]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._declared
        self.parser.ExternalEntityRefHandler = self._declared

    def read(self, path: Path) -> Iterator[list[tuple[str, list[str]]]]:
        """Part and cells of the rows that each block of the file ends."""
        is_last = False
        with path.open("rb") as file:
            while not is_last:
                block = file.read(BLOCK)
                is_last = not block
                self._feed(block, is_last)
                rows, self.rows = self.rows, []
                yield rows

    def only_check(self) -> None:
        """Make no more rows: from here on the file only has to be XML to its end."""
        self.only_checks = True
        self.parser.CharacterDataHandler = self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def _feed(self, block: bytes, is_last: bool) -> None:
        self.fed += len(block)
        try:
            self.parser.Parse(block, is_last)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise Refused("The XML has a tag of over 1 MB", CENSUS, EXPORT_AGAIN)

    def _broken(self, error: expat.ExpatError) -> Refused:
        """Never expat's own words: they may repeat what is in the file."""
        at = f"line {error.lineno}"
        if expat.errors.messages.get(error.code) in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        ):
            return Refused(f"The XML is truncated: it ends in {at} before its last element does", CENSUS, SEND_AGAIN)
        return Refused(f"The XML is broken in {at}", CENSUS, EXPORT_AGAIN)

    def _declared(self, *_) -> None:
        raise Refused(
            "The XML declares a document type or entities, which a census never does and which can do harm",
            CENSUS,
            EXPORT_AGAIN,
        )

    # what follows runs for every element, and is most of what reading a census costs

    def _start(self, name: str, _attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        self.root = self.root or name
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refused(f"The XML has elements within elements over {MAX_DEPTH} deep", CENSUS, EXPORT_AGAIN)
        if name in self.columns or name == CHILD:
            self.scope = _Scope(name, self.scope)
            if name != CHILD:
                self.waiting.append(self.scope)
            if len(self.waiting) > MAX_CHILD_ROWS:
                raise Refused(f"The XML has a child with over {MAX_CHILD_ROWS:,} entries", CENSUS, EXPORT_AGAIN)
        self.text, self.has_children = "", False

    def _characters(self, text: str) -> None:
        self.text += text
        if len(self.text) > MAX_TEXT:
            raise Refused(f"The XML has an element of over {MAX_TEXT:,} letters", CENSUS, EXPORT_AGAIN)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        self.depth -= 1
        if name in self.known:
            if self.scope and not self.has_children:
                self._keep(name, self.text.strip())
        elif name in self.columns or name == CHILD:
            self.scope = self.scope.around
            if name == CHILD:
                self._finish()
        self.text, self.has_children = "", True

    def _keep(self, name: str, text: str) -> None:
        texts = self.scope.texts
        if name not in texts:
            texts[name] = text
        elif name in _repeated():
            texts[name] += f",{text}"
            if len(texts[name]) > MAX_TEXT:
                raise Refused(f"The XML has elements of over {MAX_TEXT:,} letters in one entry", CENSUS, EXPORT_AGAIN)

    def _finish(self) -> None:
        for scope in self.waiting:
            known = scope.around.handed_on | scope.texts if scope.around else scope.texts
            cells = [
                known.get(names[0], "") if len(names) == 1 else next((known[n] for n in names if n in known), "")
                for names in self.columns[scope.name]
            ]
            self.rows.append((scope.name, cells))
        self.waiting = []
