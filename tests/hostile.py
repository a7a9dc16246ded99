"""SYNTHETIC files that are small to send and dear to read: `python tests/hostile.py FOLDER` writes them all.

They cost by what they claim to hold: columns, merged cells, blank rows, cells, or letters that unpack. No cell is of a
person.
"""

import struct
import sys
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

HEADERS = [
    "Child Unique ID",
    "Gender",
    "Ethnicity",
    "Date of Birth",
    "Age of Child (Years)",
    "Date of Contact",
    "Contact Source",
]
SPREADSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = f"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET_TYPE}.worksheet+xml"/></Types>"""
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
Target="{target}"/></Relationships>"""
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = f"""<?xml version="1.0"?><workbook xmlns="{SPREADSHEET}"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Contacts" sheetId="1" r:id="rId1"/></sheets></workbook>"""


def text(reference: str, words: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c>'


def head(is_list: bool = True) -> str:
    return row(1, HEADERS if is_list else ["Overview", "APR", "MAY"])


def row(number: int, cells) -> str:
    written = "".join(text(f"{get_column_letter(i)}{number}", cell) for i, cell in enumerate(cells, start=1))
    return f'<row r="{number}">{written}</row>'


def workbook(path: Path, rows, after: str = "", book: str = BOOK) -> Path:
    """A workbook of one sheet, from the XML of its rows and of what stands below them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr(
            "xl/_rels/workbook.xml.rels", RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")
        )
        archive.writestr("xl/workbook.xml", book)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<?xml version="1.0"?><worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode())
            for part in rows:
                sheet.write(part.encode())
            sheet.write(f"</sheetData>{after}</worksheet>".encode())
    return path


def many_merges(path: Path, count: int = 20_000) -> Path:
    """Merged cells over the whole width of a sheet, one below the other."""
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + 1}"/>' for n in range(3, 3 + 2 * count, 2))
    return workbook(path, [head(), row(2, ["1"] * 7)], f'<mergeCells count="{count}">{merges}</mergeCells>')


def tall_merges(path: Path, count: int = 20_000, is_list: bool = False) -> Path:
    """Merged cells from the first row to the last, one beside and over the other."""
    merges = "".join(
        f'<mergeCell ref="{get_column_letter(1 + n % 16_384)}3:{get_column_letter(1 + n % 16_384)}1048576"/>'
        for n in range(count)
    )
    return workbook(path, [head(is_list), row(2, ["1"] * 7)], f'<mergeCells count="{count}">{merges}</mergeCells>')


def wide_rows(path: Path, rows: int = 1_000, columns: int = 16_384) -> Path:
    """A text in the first and in the last column that a sheet has, in each of many rows."""
    last = get_column_letter(columns)
    body = (f'<row r="{n}">{text(f"A{n}", "1")}{text(f"{last}{n}", "1")}</row>' for n in range(2, rows + 2))
    return workbook(path, [head(), *body])


def full_rows(path: Path, rows: int = 200, columns: int = 16_384) -> Path:
    """A text in every cell of wide rows."""
    return workbook(path, [head(), *(row(n, ["1"] * columns) for n in range(2, rows + 2))])


def far_cell(path: Path) -> Path:
    """One text in the last cell that a sheet has."""
    return workbook(path, [head(), row(2, ["1"] * 7), f'<row r="1048576">{text("XFD1048576", "1")}</row>'])


def blank_rows(path: Path, rows: int = 1_000_000, is_list: bool = True) -> Path:
    """A list of one child, and then a row without a text for each row that a sheet has."""
    blank = (f'<row r="{n}"><c r="A{n}"/></row>' for n in range(3, rows + 3))
    return workbook(path, [head(is_list), row(2, ["1"] * 7), *blank])


def blank_rows_of_a_return(path: Path) -> Path:
    """The same below a table that is no list, which we read as printed."""
    return blank_rows(path, is_list=False)


def many_errors(path: Path, rows: int = 20_000) -> Path:
    """Error cells that never end: the reader of one looks for its value in all that follow."""
    body = (f'<row r="{n}"><c t="e" r="A{n}"/></row>' for n in range(2, rows + 2))
    return workbook(path, [head(), *body])


def wide_text(path: Path, columns: int = 250_000, rows: int = 3) -> Path:
    """A CSV of very many columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(",".join(["a"] * columns) + "\n" for _ in range(rows)))
    return path


def wide_csv(path: Path, columns: int = 16_384, rows: int = 1_000) -> Path:
    """A CSV as wide as a sheet can be, without a text below its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(",".join(HEADERS) + "\n" + ("," * (columns - 1) + "\n") * rows)
    return path


def zip_bomb(path: Path, megabytes: int = 1_100) -> Path:
    """A sheet of blanks that unpacks to more than a gigabyte."""
    return workbook(path, [head(), *(" " * (1 << 20) for _ in range(megabytes))])


def many_formats(path: Path, count: int = 400_000) -> Path:
    """Very many formats of cells, each of which takes half a kilobyte of memory: 16 KB are 500 MB."""
    formats = f'<styleSheet xmlns="{SPREADSHEET}"><cellXfs>{"<xf/>" * count}</cellXfs></styleSheet>'
    return _with(workbook(path, [head(), row(2, ["1"] * 7)]), "xl/styles.xml", formats)


def many_texts(path: Path, count: int = 400_000) -> Path:
    """Very many shared texts without a letter, below a table that is no list."""
    shared = f'<sst xmlns="{SPREADSHEET}">{"<si><t/></si>" * count}</sst>'
    return _with(workbook(path, [head(is_list=False), row(2, ["1"] * 3)]), "xl/sharedStrings.xml", shared)


def moved_texts(path: Path) -> Path:
    """The same, in a part that has another name than usual."""
    file = many_texts(path)
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/other.xml"] = parts.pop("xl/sharedStrings.xml")
    kind = f"{SPREADSHEET_TYPE}.sharedStrings+xml"
    told = f"<Override ContentType='{kind}' PartName = '/xl/other.xml'/></Types>"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", told.encode())
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def many_names(path: Path, count: int = 60_000) -> Path:
    """Very many names of ranges."""
    names = "".join(f'<definedName name="n{n}">Contacts!$A$1</definedName>' for n in range(count))
    return workbook(
        path,
        [head(), row(2, ["1"] * 7)],
        book=BOOK.replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>"),
    )


def lying(path: Path, rows: int = 20_000) -> Path:
    """A sheet of 60 MB of which the directory says that it ends after its first row, and gives the sum of that."""
    workbook(path, [head(), *(row(n, ["x" * 3_000]) for n in range(2, rows))])
    part = b"xl/worksheets/sheet1.xml"
    with ZipFile(path) as archive, archive.open(part.decode()) as sheet:
        first = sheet.read(3_000).partition(b"</row>")[0]
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\1\2", 0, content.rfind(part))
    content[entry + 16 : entry + 20] = struct.pack("<I", zlib.crc32(first))
    content[entry + 24 : entry + 28] = struct.pack("<I", len(first))
    path.write_bytes(content)
    return path


def repeated_text(path: Path, rows: int = 40_000, letters: int = 32_000) -> Path:
    """One text that each row has by its number: 350 KB are 1.3 GB of text."""
    cells = (f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, rows))
    shared = f'<sst xmlns="{SPREADSHEET}"><si><t>{"x" * letters}</t></si></sst>'
    return _with(workbook(path, [head(), *cells]), "xl/sharedStrings.xml", shared)


def many_cells(path: Path, rows: int = 60_000, columns: int = 25) -> Path:
    """A list of short cells, each of which takes more memory than room in the file."""
    cells = "<c><v>1</v></c>" * columns
    return workbook(path, [head(), *(f'<row r="{n}">{cells}</row>' for n in range(2, rows))])


def long_texts(path: Path, rows: int = 20_000) -> Path:
    """A list of long texts, 60 MB of them."""
    return workbook(path, [head(), *(row(n, ["x" * 3_000]) for n in range(2, rows))])


def long_lines(path: Path, rows: int = 20) -> Path:
    """A table of text whose lines are nearly as long as a line may be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(",".join(HEADERS) + "\n" + f"1,{'x' * 900_000}{',' * 5}\n" * rows)
    return path


def long_child(path: Path, plans: int = 200) -> Path:
    """A census with one child whose many entries have long texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plan = f"<CINdetails><CINreferralDate>{'x' * 60_000}</CINreferralDate></CINdetails>"
    path.write_text(f"<Message><Children><Child>{plan * plans}</Child></Children></Message>")
    return path


def _with(path: Path, part: str, xml: str) -> Path:
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr(part, f'<?xml version="1.0"?>{xml}')
    return path


FILES = {
    "many_formats.xlsx": many_formats,
    "many_texts.xlsx": many_texts,
    "moved_texts.xlsx": moved_texts,
    "many_names.xlsx": many_names,
    "many_merges.xlsx": many_merges,
    "tall_merges.xlsx": tall_merges,
    "wide_rows.xlsx": wide_rows,
    "full_rows.xlsx": full_rows,
    "far_cell.xlsx": far_cell,
    "blank_rows.xlsx": blank_rows,
    "blank_rows_of_a_return.xlsx": blank_rows_of_a_return,
    "many_errors.xlsx": many_errors,
    "wide_text.csv": wide_text,
    "wide_csv.csv": wide_csv,
    "zip_bomb.xlsx": zip_bomb,
    "lying.xlsx": lying,
    "repeated_text.xlsx": repeated_text,
    "many_cells.xlsx": many_cells,
    "long_texts.xlsx": long_texts,
    "long_lines.csv": long_lines,
    "long_child.xml": long_child,
}

if __name__ == "__main__":
    for name, write in FILES.items():
        written = write(Path(sys.argv[1]) / name)
        print(f"{name}: {written.stat().st_size:,} bytes")
