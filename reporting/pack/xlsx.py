"""The pack as a workbook: a sheet for each section, numbers as numbers, charts that Excel draws itself."""

import io

from reporting.pack.document import Cell, Chart, Pack, Section, Table, Text

BLUE, GREY = "#12436d", "#505a5f"
SERIES = ["#12436d", "#2073bc", "#6bace6", "#bcd9f0", "#d4351c"]
FLOWS = ["#28a197", "#a285d1"]
TONES = {"good": "#00703c", "bad": "#b10e1e", "middling": "#a1470c"}
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")
CHART_ROWS = 17
FIRST_WIDTH, NUMBER_WIDTH, TEXT_WIDTH, LONG_WIDTH, LEAST_COLUMNS = 52, 10, 18, 60, 8


def render(pack: Pack) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"title": f"{pack.title}: {pack.authority_name}, {pack.month}", "comments": pack.banner})
        _Sheets(book, pack).write()
    return made.getvalue()


class _Sheets:
    """The sheets of one workbook, with the formats they share."""

    def __init__(self, book, pack: Pack):
        self.book = book
        self.pack = pack
        self.formats: dict = {}
        self.names = {section.section_id: _name(section, n) for n, section in enumerate(pack.sections)}
        self.anchors = {}
        for section in pack.sections:  # where links lead: a row of a table with row ids
            row = 3
            for block in section.blocks:
                if isinstance(block, Table):
                    for n, row_id in enumerate(block.row_ids):
                        self.anchors[row_id] = f"internal:'{self.names[section.section_id]}'!A{row + 2 + n + 1}"
                row += _height(block)

    def write(self) -> None:
        for section in self.pack.sections:
            sheet = self.book.add_worksheet(self.names[section.section_id])
            sheet.hide_gridlines(2)
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.set_footer(
                f"&L{self.pack.authority_name}, {self.pack.month}&C{self.pack.banner.split(':')[0]}&RPage &P of &N"
            )
            sheet.write(0, 0, section.title, self.format(bold=True, font_size=16, font_color=BLUE))
            sheet.set_row(0, 24)
            sheet.write(
                1, 0, f"{self.pack.authority_name}, {self.pack.month}. {self.pack.banner}", self.format(font_color=GREY)
            )
            self._widths(sheet, section)
            tables, row = {}, 3
            charts = [block for block in section.blocks if isinstance(block, Chart)]
            for block in section.blocks:
                if isinstance(block, Text):
                    self._text(sheet, row, block)
                elif isinstance(block, Table):
                    tables[block.table_id] = (row, block)
                    self._table(sheet, row, block)
                row += _height(block)
            for chart in charts:
                row = self._chart(sheet, row, chart, *tables[chart.table_id], self.names[section.section_id])

    def format(self, **kind):
        key = tuple(sorted(kind.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top"} | kind)
        return self.formats[key]

    def _widths(self, sheet, section: Section) -> None:
        """Make every column as wide as the tables need; prose runs over all of them."""
        tables = [block for block in section.blocks if isinstance(block, Table)]
        sheet.set_column(0, 0, FIRST_WIDTH)
        self.width, self.last = FIRST_WIDTH, max((len(table.columns) for table in tables), default=LEAST_COLUMNS) - 1
        for column in range(1, self.last + 1):
            width = 0
            for table in tables:
                if column < len(table.columns):
                    longest = max((len(row[column].text) for row in table.rows), default=0)
                    width = max(
                        width, NUMBER_WIDTH if table.is_numeric[column] else LONG_WIDTH if longest > 60 else TEXT_WIDTH
                    )
            width = width or NUMBER_WIDTH
            sheet.set_column(column, column, width)
            self.width += width

    def _prose(self, sheet, row: int, text: str, **kind) -> None:
        """A line over all columns, as high as its words need."""
        size = kind.get("font_size", 10)
        lines = -(-len(text) * size // (self.width * 11))
        sheet.merge_range(row, 0, row, self.last, text, self.format(text_wrap=True, **kind))
        sheet.set_row(row, max(1, lines) * size * 1.35)

    def _text(self, sheet, row: int, text: Text) -> None:
        if text.heading:
            sheet.write(row, 0, text.heading, self.format(bold=True, font_size=12))
            row += 1
        for line in text.lines:
            self._prose(sheet, row, f"• {line}" if text.is_list else line)
            row += 1

    def _table(self, sheet, row: int, table: Table) -> None:
        sheet.write(row, 0, table.caption, self.format(bold=True, font_size=12))
        for column, name in enumerate(table.columns):
            at = {"align": "right"} if table.is_numeric[column] else {"align": "left", "indent": int(column > 0)}
            sheet.write(row + 1, column, name, self.format(bold=True, bottom=2, text_wrap=True, **at))
        for down, cells in enumerate(table.rows, row + 2):
            for column, cell in enumerate(cells):
                self._cell(sheet, down, column, cell, table.is_numeric[column])
        if table.filters:
            sheet.autofilter(row + 1, 0, row + 1 + len(table.rows), len(table.columns) - 1)
        below = row + 2 + len(table.rows)
        for n, note in enumerate(table.footnotes):
            self._prose(sheet, below + n, f"{note.mark}  {note.text}", font_size=9)
        if table.source:
            self._prose(sheet, below + len(table.footnotes), table.source, font_size=9, font_color=GREY)

    def _cell(self, sheet, row: int, column: int, cell: Cell, is_numeric: bool) -> None:
        kind = {"bottom": 4, "bottom_color": "#b1b4b6"}
        marks = f" {','.join(cell.marks)}" if cell.marks else ""
        if cell.number is not None:
            digits = ("#,##0" if not cell.decimals else "#,##0." + "0" * cell.decimals) + (
                '"%"' if cell.is_percentage else ""
            )
            sheet.write_number(
                row,
                column,
                cell.number,
                self.format(num_format=digits + (f'"{marks}"' if marks else ""), align="right", **kind),
            )
        elif cell.link in self.anchors:
            sheet.write_url(
                row, column, self.anchors[cell.link], self.format(font_color="#1d70b8", underline=1, **kind), cell.text
            )
        else:
            colour = {"font_color": TONES[cell.tone]} if cell.tone else {}
            at = {"align": "right"} if is_numeric else {"align": "left", "indent": int(column > 0), "text_wrap": True}
            sheet.write_string(row, column, cell.text + marks, self.format(**at, **colour, **kind))

    def _chart(self, sheet, row: int, chart: Chart, table_row: int, table: Table, name: str) -> int:
        """Draw the rows of a table. Excel takes text for zero, so rows with symbols are repeated with gaps for them."""
        last = len(table.columns) - 2
        place = {cells[0].measure_id: n for n, cells in enumerate(table.rows)}
        data = {m: table_row + 2 + place[m] for m in chart.measure_ids}
        rows = {}
        if any(cell.number is None for m in chart.measure_ids for cell in table.rows[place[m]][1:-1]):
            for m in chart.measure_ids:
                rows[m] = (table.rows[place[m]][0].text, [cell.number for cell in table.rows[place[m]][1:-1]])
        rows |= {limit: (limit, values) for limit, values in chart.limits.items()}
        if rows:
            small = {"font_size": 9, "font_color": GREY}
            sheet.write_string(row, 0, f"{chart.title}: drawn below", self.format(**small))
            for n, (key, (words, numbers)) in enumerate(rows.items(), row + 1):
                sheet.write_string(n, 0, words, self.format(**small))
                for column, number in enumerate(numbers, 1):
                    if number is not None:
                        sheet.write_number(n, column, number, self.format(num_format=chart.number_format, **small))
                data[key] = n
            row += len(rows) + 2
        drawn = self._drawn(chart, name, table_row + 1, last, data)
        drawn.set_title({"name": chart.title, "name_font": {"name": "Arial", "size": 12}, "overlay": False})
        drawn.set_x_axis({"num_font": {"name": "Arial"}})
        drawn.set_y_axis(
            {
                "num_format": chart.number_format,
                "major_gridlines": {"visible": True, "line": {"color": "#dee0e2"}},
                "line": {"none": True},
            }
        )
        drawn.set_legend({"position": "bottom"} if len(chart.measure_ids) + len(chart.limits) > 1 else {"none": True})
        drawn.set_size({"width": 860, "height": 320})
        drawn.show_blanks_as("gap")
        sheet.insert_chart(row, 0, drawn, {"description": f"{chart.title}. {chart.alternative}"})
        return row + CHART_ROWS

    def _drawn(self, chart: Chart, name: str, heading: int, last: int, data: dict[str, int]):
        def series(measure_id: str, colour: str, is_line: bool) -> dict:
            look = (
                {
                    "line": {"color": colour, "width": 2.25},
                    "marker": {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}},
                }
                if is_line
                else {"fill": {"color": colour}, "gap": 60}
            )
            row = data[measure_id]
            return {
                "name": [name, row, 0],
                "categories": [name, heading, 1, heading, last],
                "values": [name, row, 1, row, last],
                **look,
            }

        first, *rest = chart.measure_ids
        if chart.kind == "stacked":
            drawn = self.book.add_chart({"type": "column", "subtype": "stacked"})
            for measure_id, colour in zip(
                chart.measure_ids, SERIES if len(chart.measure_ids) > 2 else ["#12436d", "#f46a25"], strict=False
            ):
                drawn.add_series(series(measure_id, colour, is_line=False))
            return drawn
        line = self.book.add_chart({"type": "line"})
        line.add_series(series(first, "#1d70b8", is_line=True))
        for limit in chart.limits:
            dash = {"color": GREY, "width": 1, "dash_type": "solid" if limit == "Mean" else "dash"}
            line.add_series(series(limit, GREY, is_line=True) | {"line": dash, "marker": {"type": "none"}})
        if not rest:
            return line
        columns = self.book.add_chart({"type": "column"})
        for measure_id, colour in zip(rest, FLOWS, strict=False):
            columns.add_series(series(measure_id, colour, is_line=False))
        columns.combine(line)
        return columns


def _name(section: Section, number: int) -> str:
    """A sheet's name: 31 characters at most, and never the same twice."""
    return f"{number + 1} {section.title.translate(FORBIDDEN)}"[:31].strip()


def _height(block: Text | Table | Chart) -> int:
    """Rows that a block takes, with the empty one below it; charts come after all of the section's tables."""
    if isinstance(block, Text):
        return bool(block.heading) + len(block.lines) + 1
    if isinstance(block, Table):
        return 2 + len(block.rows) + len(block.footnotes) + bool(block.source) + 1
    return 0
