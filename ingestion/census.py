"""The children in need census: one XML file, read as a table for each kind of element in it, a child at a time.

No document type, entity or anything else outside the elements is ever followed: a file that declares one is refused.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.parsers import expat

from data_quality.contracts import load_contracts
from ingestion.tables import HEAD_ROWS, SEND_AGAIN, Refused, Table, make_table

CENSUS = "a children in need census as the case system exports it (.xml)"
EXPORT_AGAIN = "Export the census from the case system again and send that file"
ROOT = "Message"
CHILD = "Child"
SCOPES = (CHILD, "CINdetails", "ChildProtectionPlans")  # what they say holds for every part inside them
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


@cache
def _known() -> frozenset[str]:
    return frozenset(name for columns in parts().values() for names in columns for name in names)


def _header(part: str) -> list[str]:
    return [names[0] for names in parts()[part]]


def is_census(path: Path) -> bool:
    """Whether a file begins as a census does, whatever its name says, or with a declaration."""
    found = []
    reader = _Reader()
    reader.opened = found.append
    try:
        with path.open("rb") as file:
            reader.parser.Parse(file.read(BLOCK), False)
    except Refused:
        return not found or found[0] == ROOT
    except expat.ExpatError:
        pass
    return found[:1] == [ROOT]


def read_census(path: Path) -> list[Table]:
    """The head of a table for each part of the census, in the order of the contracts. Raises `Refused`."""
    heads = {part: [_header(part)] for part in parts()}
    more = set()
    for part, row in _rows(path):
        if len(heads[part]) < HEAD_ROWS:
            heads[part].append(row)
        else:
            more.add(part)
    return [make_table(part, None, None, iter(rows + [["more"]] * (part in more))) for part, rows in heads.items()]


def part_records(path: Path, part: str) -> Iterator[list[str]]:
    """The header and every row of one part. Raises `Refused`."""
    yield _header(part)
    for name, row in _rows(path):
        if name == part:
            yield row


def _rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Part and cells of every row of the file, read block by block."""
    reader = _Reader()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            reader.feed(block)
            yield from reader.take()
    reader.feed(b"", is_last=True)
    yield from reader.take()


class _Reader:
    """Elements in, rows out. A row is whole when its child is, for what holds for all of them may come last."""

    def __init__(self):
        self.fed = 0
        self.depth: list[str] = []
        self.opened = lambda name: None
        self.text: list[str] = []
        self.letters = 0
        self.has_children = False
        self.scopes: list[dict[str, str]] = []
        self.waiting: list[tuple[str, list[dict[str, str]]]] = []
        self.rows: list[tuple[str, list[str]]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.EntityDeclHandler = self._declared
        self.parser.ExternalEntityRefHandler = self._declared

    def feed(self, block: bytes, is_last: bool = False) -> None:
        self.fed += len(block)
        try:
            self.parser.Parse(block, is_last)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise Refused("The XML has a tag of over 1 MB", CENSUS, EXPORT_AGAIN)

    def take(self) -> Iterator[tuple[str, list[str]]]:
        rows, self.rows = self.rows, []
        yield from rows

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

    def _start(self, name: str, _attributes) -> None:
        name = name.rpartition(":")[2]
        self.opened(name)
        self.depth.append(name)
        if len(self.depth) > MAX_DEPTH:
            raise Refused(f"The XML has elements within elements over {MAX_DEPTH} deep", CENSUS, EXPORT_AGAIN)
        if name in SCOPES or name in parts():
            self.scopes.append({})
        if name in parts():
            self.waiting.append((name, list(self.scopes)))
            if len(self.waiting) > MAX_CHILD_ROWS:
                raise Refused(f"The XML has a child with over {MAX_CHILD_ROWS:,} entries", CENSUS, EXPORT_AGAIN)
        self.text, self.letters, self.has_children = [], 0, False

    def _characters(self, text: str) -> None:
        self.letters += len(text)
        if self.letters > MAX_TEXT:
            raise Refused(f"The XML has an element of over {MAX_TEXT:,} letters", CENSUS, EXPORT_AGAIN)
        self.text.append(text)

    def _end(self, name: str) -> None:
        name = self.depth.pop()
        if not self.has_children and self.scopes and name in _known():
            self._keep(name, "".join(self.text).strip())
        self.text, self.letters, self.has_children = [], 0, True
        if name in SCOPES or name in parts():
            self.scopes.pop()
        if name == CHILD:
            self._finish()

    def _keep(self, name: str, text: str) -> None:
        scope = self.scopes[-1]
        if name not in scope:
            scope[name] = text
        elif name in _repeated():
            scope[name] += f",{text}"
            if len(scope[name]) > MAX_TEXT:
                raise Refused(f"The XML has elements of over {MAX_TEXT:,} letters in one entry", CENSUS, EXPORT_AGAIN)

    def _finish(self) -> None:
        for part, scopes in self.waiting:
            *around, own = scopes
            known: dict[str, str] = {}
            for scope in around:
                known |= {name: text for name, text in scope.items() if name in _shared()}
            known |= own
            cells = [next((known[name] for name in names if name in known), "") for names in parts()[part]]
            self.rows.append((part, cells))
        self.waiting = []
