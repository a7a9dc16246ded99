"""A yearly return as XML: one file, read one child at a time as a table for each kind of element in it.

A file that declares a document type or an entity is refused: we read elements, and follow nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from ingestion import limits
from ingestion.left_aside import titles_of
from ingestion.tables import HEAD_ROWS, SEND_AGAIN, RefusedError, Table, check_head, make_table
from ingestion.xml_layout import CENSUS, SSDA903, XmlReturn, contracts_of, parts, repeated, shared

BLOCK = 1 << 16
MAX_CHILD_ROWS = 10_000  # a child with more is a fault or an attack
MAX_TEXT = 1 << 16  # letters of one element
MAX_CHILD_LETTERS = 1 << 23  # of all its elements
MAX_NAME = 100  # letters in the name of an element that we remember
MAX_TAG_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_UNREAD = 1_000  # names of elements that no list reads
NO_FLAG = ("", "0", "false")


def xml_return(path: Path) -> XmlReturn | None:
    """Return which return a file begins as, whatever its name says; the census where it begins with a declaration."""
    reader = _Reader(CENSUS)
    try:
        with path.open("rb") as file:
            reader.parser.Parse(file.read(BLOCK), False)
    except RefusedError:
        reader.root = reader.root or CENSUS.root
    except expat.ExpatError:
        pass
    if reader.root == CENSUS.root:
        return CENSUS
    return SSDA903 if (reader.root or "").endswith(SSDA903.root) else None


def read_xml(path: Path, layout: XmlReturn) -> list[Table]:
    """Return the first rows of each part, in the order of the contracts, then what no measure needs.

    Once one part has HEAD_ROWS rows, we only check that the rest of the file is whole. Raises `RefusedError`.
    """
    contracts = contracts_of(layout.dataset)
    heads = {part: [[column.headers[0] for column in contract.columns]] for part, contract in contracts.items()}
    reader = _Reader(layout)
    letters = 0
    for rows in reader.read(path):
        for part, row in rows:
            letters += sum(map(len, row))
            heads[part].append(row)
        check_head(letters)
        if not reader.only_checks and max(map(len, heads.values())) > HEAD_ROWS:
            reader.only_check()
    if not any(rows[1:] for rows in heads.values()):
        raise RefusedError(
            f"The XML has no row of {layout.name} in it, or not under the names of its elements",
            layout.expected,
            layout.export_again,
        )
    tables = [make_table(part, None, None, iter(rows)) for part, rows in heads.items()]
    unread = titles_of(layout.dataset, {*reader.unread, layout.child})
    tables += [make_table(title.partition(",")[0], None, None, iter([headers])) for title, headers in unread.items()]
    return [replace(table, is_complete=not reader.only_checks) for table in tables]


def part_rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the part and the cells of every row, in one pass of the file. Raises `RefusedError`."""
    for rows in _Reader(xml_return(path) or CENSUS).read(path):
        yield from rows


class _Scope:
    """An element that is a row or holds rows, and the texts directly in it."""

    def __init__(self, name: str, around: "_Scope | None", shared: frozenset[str]) -> None:
        self.name, self.around, self.shared = name, around, shared
        self.texts: dict[str, str] = {}

    @cached_property
    def handed_on(self) -> dict[str, str]:
        """Return the texts that hold for every scope inside it too."""
        around = self.around.handed_on if self.around else {}
        return around | {name: text for name, text in self.texts.items() if name in self.shared}


class _Reader:
    """Turns elements into rows. A row is complete when its child ends: a text that all rows share may come last."""

    def __init__(self, layout: XmlReturn) -> None:
        self.layout, dataset = layout, layout.dataset
        self.columns, self.shared, self.repeated = parts(dataset), shared(dataset), repeated(dataset)
        self.flags = frozenset(part for part, contract in contracts_of(dataset).items() if contract.is_flag)
        names = frozenset(name for columns in self.columns.values() for names in columns for name in names)
        self.scopes = frozenset({*self.columns, layout.child})
        self.known = names - self.scopes
        self.unread: set[str] = set()
        self.root: str | None = None
        self.only_checks = False
        self.fed = self.depth = self.letters = 0
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
        """Yield, for each block of the file, the part and the cells of the rows that end in it."""
        is_last = False
        limits.check_unpacked(path.stat().st_size)
        with path.open("rb") as file:
            while not is_last:
                block = file.read(BLOCK)
                limits.check_time()
                is_last = not block
                self._feed(block, is_last)
                rows, self.rows = self.rows, []
                yield rows

    def only_check(self) -> None:
        """Make no more rows: check only that the rest of the file is XML."""
        self.only_checks = True
        self.parser.CharacterDataHandler = self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def _feed(self, block: bytes, is_last: bool) -> None:
        self.fed += len(block)
        try:
            self.parser.Parse(block, is_last)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise self._refused("The XML has a tag of over 1 MB")

    def _broken(self, error: expat.ExpatError) -> RefusedError:
        """Return the refusal of a file that is not XML, without expat's message, which may repeat what is in it."""
        at = f"line {error.lineno}"
        if expat.errors.messages.get(error.code) in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        ):
            return RefusedError(
                f"The XML is truncated: it ends in {at} before its last element does", self.layout.expected, SEND_AGAIN
            )
        return self._refused(f"The XML is broken in {at}")

    def _refused(self, found: str) -> RefusedError:
        return RefusedError(found, self.layout.expected, self.layout.export_again)

    def _declared(self, *_: object) -> NoReturn:
        raise self._refused("The XML declares a document type or entities, which can do harm")

    # the handlers below run for every element, and take most of the time of reading a census

    def _start(self, name: str, _: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        self.root = self.root or name
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._refused(f"The XML has elements within elements over {MAX_DEPTH} deep")
        if name in self.scopes:
            self.scope = _Scope(name, self.scope, self.shared)
            if name in self.columns:
                self.waiting.append(self.scope)
            if len(self.waiting) > MAX_CHILD_ROWS:
                raise self._refused(f"The XML has a child with over {MAX_CHILD_ROWS:,} entries")
        self.text, self.has_children = "", False

    def _characters(self, text: str) -> None:
        self.text += text
        if len(self.text) > MAX_TEXT:
            raise self._refused(f"The XML has an element of over {MAX_TEXT:,} letters")

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        self.depth -= 1
        if name in self.known:
            if self.scope and not self.has_children:
                self._keep(self.scope.texts, name, self.text.strip())
        elif name in self.scopes:
            if self.scope and name in self.flags and self.text.strip().casefold() in NO_FLAG:
                self.waiting.remove(self.scope)
            self.scope = self.scope.around if self.scope else None
            if name == self.layout.child:
                self._finish()
        elif not self.has_children and len(self.unread) < MAX_UNREAD and len(name) <= MAX_NAME:
            self.unread.add(name)
        self.text, self.has_children = "", True

    def _finish(self) -> None:
        for scope in self.waiting:
            known = scope.around.handed_on | scope.texts if scope.around else scope.texts
            cells = [
                known.get(names[0], "") if len(names) == 1 else next((known[n] for n in names if n in known), "")
                for names in self.columns[scope.name]
            ]
            self.rows.append((scope.name, cells))
        self.waiting = []
        self.letters = 0

    def _keep(self, texts: dict[str, str], name: str, text: str) -> None:
        """Add the text of an element to a scope's: the first one counts, or all with commas if it may repeat."""
        self.letters += len(text)
        if self.letters > MAX_CHILD_LETTERS:
            raise self._refused(f"The XML has a child with over {MAX_CHILD_LETTERS:,} letters")
        if name not in texts:
            texts[name] = text
        elif name in self.repeated:
            texts[name] += f",{text}"
            if len(texts[name]) > MAX_TEXT:
                raise self._refused(f"The XML has elements of over {MAX_TEXT:,} letters in one entry")
