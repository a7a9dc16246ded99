"""The pack as a workbook: a sheet for each section, numbers as numbers, charts that Excel draws itself."""

import io
import textwrap
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter, quote_sheetname

from reporting.pack import xlsx_charts
from reporting.pack.document import Block, Cell, Chart, Glance, Pack, Section, Table, Text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

BLUE, GREY = "#12436d", "#505a5f"
TONES = {"good": "#00703c", "bad": "#b10e1e", "middling": "#a1470c"}
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")
CHARTS_ON_A_PAGE = 3
PAGE_WIDE, PAGE_HIGH = 620, 940  # pixels of an upright A4 page within its margins, with some to spare
ROW_POINTS, PIXELS_A_POINT, COLUMN_WIDE = 15, 96 / 72, 64
FIRST_ROW = 3  # of a section's blocks, below its title
MOST_OF_A_TAB = 31
HIGH = 8  # rows of a frozen pane that leave room on a small screen
GLANCE_WIDTHS = (40, 12, 24, 34, 34, 22, 30, 44)
FIRST_WIDTH, NUMBER_WIDTH, TEXT_WIDTH, LONG_WIDTH, LEAST_COLUMNS = 52, 10, 18, 60, 8


def render(pack: Pack) -> bytes:
    """Return the workbook."""
    import xlsxwriter  # only a pack needs it

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"{pack.title}: {pack.authority_name}, {pack.month}", "comments": pack.banner})
        formats = _Formats(book)
        names = [_name(section, number) for number, section in enumerate(pack.sections)]
        links = _links(pack, names)
        for section, name in zip(pack.sections, names, strict=True):
            _Sheet(book, formats, name, section, links).write(pack)
        _data(book, formats, pack.data)
    return made.getvalue()


def _name(section: Section, number: int) -> str:
    """Return a sheet's name, never the same twice and of whole words: Excel takes 31 characters."""
    words = f"{number + 1} {section.tab or section.title}".translate(FORBIDDEN).split()
    while len(" ".join(words)) > MOST_OF_A_TAB or words[-1] in ("a", "and", "by", "in", "of", "the", "to", "with"):
        words.pop()
    return " ".join(words)


def _data(book: "Workbook", formats: "_Formats", table: Table) -> None:
    """Write the sheet to pivot: headings in the first row, and nothing but rows below them."""
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, name in enumerate(table.columns):
        sheet.set_column(column, column, FIRST_WIDTH if name == "Measure" else 14)
        sheet.write(0, column, name, formats(bold=True, bottom=2))
    for down, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells):
            if cell.number is not None:
                sheet.write_number(down, column, cell.number, formats(align="right"))
            elif cell.text:
                sheet.write_string(down, column, cell.text, formats())
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _links(pack: Pack, names: list[str]) -> dict[str, str]:
    """Return where links lead: to a row of a table with row ids."""
    found = {}
    for section, name in zip(pack.sections, names, strict=True):
        row = FIRST_ROW
        for block in section.blocks:
            if isinstance(block, Table):
                for n, row_id in enumerate(block.row_ids):
                    found[row_id] = f"internal:{quote_sheetname(name)}!A{row + 2 + n + 1}"
            row += _height(block)
    return found


def _height(block: Block) -> int:
    """Return the rows that a block takes, with an empty one below it; charts come after all of a section's tables."""
    if isinstance(block, Text):
        return bool(block.heading) + len(block.lines) + 1
    if isinstance(block, Table):
        return 2 + len(block.rows) + len(block.footnotes) + bool(block.source) + 1
    if isinstance(block, Glance):
        return 2 * len(block.indicators) + 5
    return 0


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **kind: Any) -> "Format":
        key = tuple(sorted(kind.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top"} | kind)
        return self.made[key]


class _Sheet:
    """The sheet of one section."""

    def __init__(self, book: "Workbook", formats: _Formats, name: str, section: Section, links: dict[str, str]) -> None:
        self.book, self.format, self.name, self.section, self.links = book, formats, name, section, links
        self.sheet: Worksheet = book.add_worksheet(name)
        tables = [block for block in section.blocks if isinstance(block, Table)]
        self.widths = _widths(tables)
        self.heights: dict[int, float] = {}
        self.columns = 0  # that figures of charts are written in

    def write(self, pack: Pack) -> None:
        """Write the section, its tables in its order and then its charts."""
        sheet, section = self.sheet, self.section
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        charts = sum(isinstance(block, Chart) for block in section.blocks)
        (sheet.set_portrait if charts > 1 else sheet.set_landscape)()
        # upright, a table and a few charts fit on one page
        sheet.fit_to_pages(1, min(charts, 1))
        sheet.set_footer(f"&L{pack.authority_name}, {pack.month}&C{pack.banner.split(':')[0]}&RPage &P of &N")
        sheet.write(0, 0, section.title, self.format(bold=True, font_size=16, font_color=BLUE))
        sheet.set_row(0, 24)
        sheet.write(1, 0, f"{pack.authority_name}, {pack.month}. {pack.banner}", self.format(font_color=GREY))
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width)
        tables, row = {}, FIRST_ROW
        for block in section.blocks:
            if isinstance(block, Text):
                self._text(row, block)
            elif isinstance(block, Table):
                tables[block.table_id] = (row, block)
                self._table(row, block)
            elif isinstance(block, Glance):
                self._glance(row, block)
            row += _height(block)
        self._freeze()
        first_rows = [row]
        for block in section.blocks:
            if isinstance(block, Chart):
                first_rows.append(self._chart(first_rows[-1], block, *tables[block.table_id]))
        if charts > CHARTS_ON_A_PAGE:
            self._break_pages(first_rows)

    def _break_pages(self, first_rows: list[int]) -> None:
        """End each page before a chart, since one that ends within a chart cuts it; the last row is below the last."""
        others = COLUMN_WIDE * max(0, self.columns - len(self.widths))
        wide = max(sum(7 * width + 5 for width in self.widths) + others, xlsx_charts.WIDE)
        high = max(self._pixels(*rows) for rows in pairwise(first_rows))
        scale = min(1, PAGE_WIDE / wide, PAGE_HIGH / (CHARTS_ON_A_PAGE * high))
        breaks, begun = [], 0
        for first, below in pairwise(first_rows):
            if self._pixels(begun, below) * scale > PAGE_HIGH:
                breaks.append(first)
                begun = first
        self.sheet.set_print_scale(int(100 * scale))
        self.sheet.set_h_pagebreaks(breaks)

    def _pixels(self, first: int, below: int) -> float:
        return sum(self.heights.get(row, ROW_POINTS) for row in range(first, below)) * PIXELS_A_POINT

    def _freeze(self) -> None:
        """Keep the names in sight, and the headings of a table that the sheet begins with."""
        row = FIRST_ROW
        for block in self.section.blocks:
            if isinstance(block, Table):
                break
            row += _height(block)
        tables = sum(isinstance(block, Table) for block in self.section.blocks)
        self.sheet.freeze_panes(*((row + 2, 1) if tables == 1 and row <= HIGH else (2, 1)))
        charts = sum(isinstance(block, Chart) for block in self.section.blocks)
        if tables == 1 and charts <= CHARTS_ON_A_PAGE:  # else later pages have nothing but charts
            self.sheet.repeat_rows(row + 1)

    def _glance(self, row: int, glance: Glance) -> None:
        """Write the first page's indicators, with the months that Excel draws their lines from below them."""
        bold = self.format(bold=True, bottom=2)
        for column, name in enumerate((*glance.columns, "Why it is here", "Ask")):
            self.sheet.write_string(row, column, name, bold)
            self.sheet.set_column(column, column, GLANCE_WIDTHS[column])
        below = row + len(glance.indicators) + 4
        small = self.format(font_size=9, font_color=GREY)
        self.sheet.write_string(below - 1, 0, "Month by month, as drawn above", small)
        for n, indicator in enumerate(glance.indicators):
            at = row + 1 + n
            self._cell(at, 0, indicator.heading, is_numeric=False)
            self._cell(at, 1, indicator.value, is_numeric=True)
            said = ([*indicator.beside, *indicator.moving], indicator.good, indicator.trust)
            for column, cells in enumerate(said, 3):
                self._cell(at, column, Cell("\n".join(cell.text for cell in cells)), is_numeric=False)
            self._cell(at, 6, Cell(indicator.why), is_numeric=False)
            self._cell(at, 7, Cell(indicator.ask), is_numeric=False)
            self.sheet.set_row(at, 15 * (max(map(len, said)) + 1))
            self.sheet.write_string(below + n, 0, indicator.heading.text, small)
            for column, cell in enumerate(indicator.spark.months, 1):
                if cell.number is not None:
                    self.sheet.write_number(below + n, column, cell.number, small)
            last = _place(below + n, len(indicator.spark.months))
            area = f"{quote_sheetname(self.name)}!{_place(below + n, 1)}:{last}"
            line = {"range": area, "last_point": True, "weight": 1.5, "series_color": BLUE}
            self.sheet.add_sparkline(at, 2, line)
        self._prose(row + len(glance.indicators) + 1, glance.source, font_size=9, font_color=GREY)

    def _prose(self, row: int, text: str, **kind: Any) -> None:
        """Write a line over all columns, as high as its words need."""
        size = kind.get("font_size", 10)
        lines = -(-len(text) * size // (sum(self.widths) * 11))
        self.sheet.merge_range(row, 0, row, len(self.widths) - 1, text, self.format(text_wrap=True, **kind))
        self._high(row, max(1, lines) * size * 1.35)

    def _high(self, row: int, points: float) -> None:
        self.heights[row] = points
        self.sheet.set_row(row, points)

    def _wrapped(self, row: int, texts: Iterable[tuple[int, str]]) -> None:
        """Make a row as high as the texts of its columns need; not every program does so by itself."""
        lines = max((len(textwrap.wrap(text, self.widths[column])) for column, text in texts), default=1)
        if lines > 1:
            self._high(row, lines * 10 * 1.35)

    def _text(self, row: int, text: Text) -> None:
        if text.heading:
            self.sheet.write(row, 0, text.heading, self.format(bold=True, font_size=12))
            row += 1
        for line in text.lines:
            self._prose(row, f"• {line}" if text.is_list else line)
            row += 1

    def _table(self, row: int, table: Table) -> None:
        self.sheet.write(row, 0, table.caption, self.format(bold=True, font_size=12))
        for column, name in enumerate(table.columns):
            kind = self.format(bold=True, bottom=2, text_wrap=True, **_aligned(column, table.is_numeric[column]))
            self.sheet.write(row + 1, column, name, kind)
        self._wrapped(row + 1, enumerate(table.columns))
        for down, cells in enumerate(table.rows, row + 2):
            texts = ((n, cell.text) for n, cell in enumerate(cells) if cell.number is None and not cell.link)
            self._wrapped(down, ((n, text) for n, text in texts if not table.is_numeric[n]))
            for column, cell in enumerate(cells):
                self._cell(down, column, cell, table.is_numeric[column])
        if table.filters:
            self.sheet.autofilter(row + 1, 0, row + 1 + len(table.rows), len(table.columns) - 1)
        below = row + 2 + len(table.rows)
        for n, note in enumerate(table.footnotes):
            self._prose(below + n, f"{note.mark}  {note.text}", font_size=9)
        if table.source:
            self._prose(below + len(table.footnotes), table.source, font_size=9, font_color=GREY)

    def _cell(self, row: int, column: int, cell: Cell, is_numeric: bool) -> None:
        kind: dict[str, Any] = {"bottom": 4, "bottom_color": "#b1b4b6"}
        marks = f" {','.join(cell.marks)}" if cell.marks else ""
        if cell.number is not None:
            digits = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
            number = digits + ('"%"' if cell.is_percentage else "") + (f'"{marks}"' if marks else "")
            self.sheet.write_number(row, column, cell.number, self.format(num_format=number, align="right", **kind))
        elif cell.link in self.links:
            look = self.format(font_color="#1d70b8", underline=1, **kind)
            self.sheet.write_url(row, column, self.links[cell.link], look, cell.text)
        else:
            colour = {"font_color": TONES[cell.tone]} if cell.tone else {}
            wrapped = {} if is_numeric else {"text_wrap": True}
            look = self.format(**_aligned(column, is_numeric), **wrapped, **colour, **kind)
            self.sheet.write_string(row, column, cell.text + marks, look)

    def _chart(self, row: int, chart: Chart, table_row: int, table: Table) -> int:
        """Draw a chart from the rows of its table; return the row below it.

        Excel takes text for zero, so rows with symbols are repeated with gaps for them, and the limits are written.
        """
        data: dict[str, int] = {}
        rows: dict[str, tuple[str, list[float | None]]] = {}
        last = len(table.columns) - 2
        if chart.kind == "funnel":
            last = max(map(len, chart.limits.values()))
        else:
            row_of = {cells[0].measure_id: n for n, cells in enumerate(table.rows)}
            data = {m: table_row + 2 + row_of[m] for m in chart.measure_ids}
            of_charts = {m: table.rows[row_of[m]][: len(table.rows[0])] for m in chart.measure_ids}
            months = {m: [cell for cell in cells[1:] if cell.period][:-1] for m, cells in of_charts.items()}
            last = max(map(len, months.values()))
            if any(cell.number is None for cells in months.values() for cell in cells):
                rows = {m: (of_charts[m][0].text, [cell.number for cell in cells]) for m, cells in months.items()}
        rows |= {limit: (limit, values) for limit, values in chart.limits.items()}
        if rows:
            self.columns = max(self.columns, last + 1)
            small = {"font_size": 9, "font_color": GREY}
            self.sheet.write_string(row, 0, f"{chart.subtitle}: drawn below", self.format(**small))
            for n, (key, (words, numbers)) in enumerate(rows.items(), row + 1):
                self.sheet.write_string(n, 0, words, self.format(**small))
                for column, number in enumerate(numbers, 1):
                    if number is not None:
                        look = self.format(num_format=chart.number_format, **small)
                        self.sheet.write_number(n, column, number, look)
                data[key] = n
            row += len(rows) + 2
        area = xlsx_charts.Area(self.name, heading=table_row + 1, last=last, rows=data)
        drawn = xlsx_charts.draw(self.book, chart, area)
        self.sheet.insert_chart(row, 0, drawn, {"description": f"{chart.title}. {chart.alternative}"})
        return row + xlsx_charts.ROWS


def _place(row: int, column: int) -> str:
    return f"${get_column_letter(column + 1)}${row + 1}"


def _aligned(column: int, is_numeric: bool) -> dict[str, Any]:
    return {"align": "right"} if is_numeric else {"align": "left", "indent": int(column > 0)}


def _widths(tables: list[Table]) -> list[int]:
    """Return the width of each column that the tables need; prose runs over all of them."""
    widths = [FIRST_WIDTH]
    for column in range(1, max((len(table.columns) for table in tables), default=LEAST_COLUMNS)):
        needed = [_width(table, column) for table in tables if column < len(table.columns)]
        widths.append(max(needed, default=NUMBER_WIDTH))
    return widths


def _width(table: Table, column: int) -> int:
    if table.is_numeric[column]:
        return NUMBER_WIDTH
    longest = max((len(row[column].text) for row in table.rows), default=0)
    return LONG_WIDTH if longest > 60 else TEXT_WIDTH
