"""SYNTHETIC deliveries with a made-up child and worker in every place that a file has, and a search for them.

The child is in cells, headers, titles, labels, remarks, sheet and file names, folders, rows that are a cell short, cells
of codes, dates and figures, a workbook's properties, notes, names of ranges and page headers, names of commentaries. `found` says where any of it can be read outside the places that may have it.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import duckdb
import pypdfium2
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from returns import clean_returns

from data_quality.contracts import load_contracts

NAME, WORKER, ID, POSTCODE, BORN = "Zebedee Quillfeather", "Wilhelmina Ottershaw", "QX7731942", "ZE99 9QF", "17/09/2007"
EMAIL = "zebedee.q@ottershaw.example"
PLANTED = (NAME, ID, POSTCODE, BORN, WORKER, EMAIL)
TRACES = ("zebedee", "quillfeather", "wilhelmina", "ottershaw", "qx7731942", "ze99", BORN, "2007-09-17", "17092007")
ALLOWED = ("landing", "vault", "commentary", "warehouse.duckdb", "warehouse.duckdb.wal")
CODED = {
    "gender_code": "a) Male",
    "ethnicity_code": "a) WBRI",
    "disability_code": "a) Yes",
    "birth_date": "05/06/2005",
}


def write(landing: Path) -> None:
    """Deliveries of Croydon for two months, which are taken; of Camden, which are refused; and files in no folder."""
    for month in ("2013-11", "2013-12"):
        folder = landing / "croydon" / month
        folder.mkdir(parents=True)
        for extract in ("contacts", "referrals", "cin", "lac", "assessments", "section_47"):
            _list(folder / f"{extract} {NAME} {month[-2:]}.csv", f"annex_a_{extract}")
        _workbook(folder / f"{ID}.xlsx", "annex_a_cpp", ID)
    camden = landing / "camden" / "2013-12"
    camden.mkdir(parents=True)
    _workbook(camden / f"{POSTCODE} {ID}.xlsx", "annex_a_cpp", f"{NAME} 1", WORKER)
    _returns(landing / "croydon" / "2013-12", camden)
    for strange in (f"{NAME}/2013-12/overview.csv", f"camden/{NAME}/overview.csv", f"camden/2013-12/{NAME}/a.csv"):
        file = landing / strange
        file.parent.mkdir(parents=True)
        file.write_text(f"{NAME},{ID}\n{WORKER},{POSTCODE}\n")
    (landing / f"{NAME}.csv").write_text(f"{NAME},b\n1,2\n")
    _commentaries(landing.parent / "commentary")
    (camden / f"{BORN.replace('/', ' ')} contacts.pdf").write_bytes(b"%PDF-1.4 " + NAME.encode())


def _list(path: Path, extract: str) -> None:
    columns = load_contracts()[extract].columns
    rows = [[f"Report for {NAME}"], [column.headers[0] for column in columns] + [f"Notes on {NAME} {ID}"]]
    rows += _rows(columns)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def _rows(columns) -> list[list[str]]:
    """Rows of which each has something of the child in another column; then one a cell short, and one that is whole."""
    rows = []
    for place, planted in product(range(len(columns) + 1), PLANTED):
        cells = [*_whole(columns, f"{ID}{place}{PLANTED.index(planted)}"), f"see {WORKER}"]
        cells[place] = planted
        rows.append(cells)
    short = _whole(columns, NAME)
    rows.append([NAME, ID, *short[2:-1]])
    rows.append([*_whole(columns, ID)])
    return rows


def _whole(columns, child: str) -> list[str]:
    cells = []
    for column in columns:
        if column.type == "identifier":
            cells.append(child)
        elif column.type == "date":
            cells.append(BORN if column.name == "birth_date" else "02/11/2013")
        elif column.type == "text":
            cells.append(POSTCODE if "postcode" in column.name else WORKER)
        else:
            cells.append(CODED.get(column.name, ""))
    return cells


def _workbook(path: Path, extract: str, *sheets: str) -> None:
    """A workbook of sheets that are the same list, and one of remarks, with the child around the cells as well."""
    columns = load_contracts()[extract].columns
    book = Workbook()
    book.remove(book.active)
    about = book.properties
    about.creator, about.lastModifiedBy, about.title, about.subject = WORKER, EMAIL, NAME, ID
    about.description, about.keywords, about.category = POSTCODE, BORN, NAME
    book.custom_doc_props.append(StringProperty(name=NAME, value=ID))
    for name in sheets:
        sheet = book.create_sheet(name)
        sheet.append([column.headers[0] for column in columns] + [ID, EMAIL])
        for row in _rows(columns):
            sheet.append(row)
        sheet["A1"].comment = Comment(f"About {NAME}, {EMAIL}", WORKER)
        sheet.oddHeader.center.text = f"{NAME} {BORN}"
        book.defined_names[f"{ID}_rows"] = DefinedName(f"{ID}_rows", attr_text=f"'{name}'!$A$1")
    book.create_sheet("ZE99 9QF").append([f"Remarks on {NAME}", BORN])
    book.save(path)


def _commentaries(folder: Path) -> None:
    """One that is used, and three with the child in their names, which are not."""
    words = "In December there were 1,125 contacts.\n"
    for name in ("croydon/2013-12.md", f"{NAME}.md", f"croydon/{ID} 2013-12.md", f"{NAME}/2013-12.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words)


def _returns(folder: Path, refused: Path) -> None:
    """Returns with the child in a label, a title, a header, and in cells of figures; one lacks a row so that it is refused."""
    made = clean_returns()
    made.set("overview", "contacts", "MAY", NAME).set("overview", "referrals", "JUN", BORN)
    made.set("overview", "cin_new", "YTD", ID).set("overview", "cpp_new", "APR", f"12 ({WORKER})")
    made.add_row("lac_movement", f'"{NAME}" {POSTCODE}', "1", "2")
    made.relabel("cpp_duration", "cpp_current", f"No. of {NAME}")
    made.tables["placement_stability"][0].append(f"{NAME} {ID}")
    for extract, rows in made.tables.items():
        text = io.StringIO()
        csv.writer(text).writerows([[f"{NAME} {BORN}"], *rows])
        into = refused if extract == "cpp_duration" else folder
        (into / f"{extract} {WORKER}.csv").write_text(text.getvalue())
    quoted = [c.headers[0] for c in load_contracts()["quoted_figures"].columns]
    typed = {"measure": NAME, "period": BORN, "statistic": WORKER, "value": ID, "topic": POSTCODE}
    lines = [
        quoted,
        [typed.get(h.lower(), NAME) for h in quoted],
        ["contacts", "2013-12", "value", "1", NAME][: len(quoted)],
    ]
    with (folder / f"quoted {NAME}.csv").open("w", newline="") as file:
        csv.writer(file).writerows(lines)


def found(home: Path) -> dict[str, set[str]]:
    """Every file below a CSC_HOME, apart from those that may have them, with the traces that it shows."""
    seen: dict[str, set[str]] = {}
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        if relative.parts[0] in ALLOWED or path.is_symlink() or not path.is_file():
            continue
        if traces := traces_in(str(relative).encode(), *_contents(path)):
            seen[str(relative)] = traces
    return seen


def traces_in(*contents: bytes) -> set[str]:
    """The traces in any of these bytes, whatever their case, and with or without the blanks between letters."""
    shown = set()
    for content in contents:
        for text in (content.decode("utf-8", "ignore"), content.decode("utf-16-le", "ignore")):
            folded = text.casefold()
            shown |= {trace for trace in TRACES if trace in folded or trace in folded.replace(" ", "")}
    return shown


def _contents(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if content[8:12] == b"DUCK":
        yield from _rows_of(path)
    elif content[:4] == b"PAR1":
        yield repr(duckdb.read_parquet(str(path)).fetchall()).encode()
    elif content[:2] == b"PK":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif content[:4] == b"%PDF":
        yield "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)).encode()
    for start in (found.start() for found in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", content)):
        for window in (31, 15):
            try:
                yield zlib.decompressobj(window).decompress(content[start:])
            except zlib.error:
                continue


def _rows_of(path: Path) -> Iterator[bytes]:
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "select database_name, schema_name, table_name, comment from duckdb_tables() where not internal"
        ).fetchall()
        for database, schema, table, _ in tables:
            yield repr(con.execute(f'from "{database}"."{schema}"."{table}"').fetchall()).encode()
