"""Write one annex_a.xlsx with a sheet per list instead of CSV files: dates are dates, counts are numbers."""

import csv
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from synthesis.defects import day
from synthesis.layouts import LISTS, sheet_title

SHEET_ROWS = 1_048_576  # the most that Excel takes
DAY = re.compile(r"\d\d/\d\d/\d\d\d\d")
MIDNIGHT = time()  # a workbook has no time zones


def convert(out: Path, authorities: tuple[str, ...], say: Callable[[str], None]) -> None:
    """Replace the lists of every month by one workbook. Raises ValueError where a list has more rows than a sheet."""
    for folder in sorted(month for name in authorities for month in (out / name).iterdir()):
        say(f"{folder.parent.name}: workbook of {folder.name}")
        book = Workbook(write_only=True)
        book.properties.title = "SYNTHETIC DATA"
        book.properties.created = datetime.combine(date(2013, 1, 1), MIDNIGHT)
        for name in LISTS:
            path = folder / f"{name}.csv"
            if path.exists():
                _sheet(book.create_sheet(sheet_title(name)), path)
                path.unlink()
        book.save(folder / "annex_a.xlsx")


def _sheet(sheet: WriteOnlyWorksheet, path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if number > SHEET_ROWS:
                raise ValueError(
                    f"{path.name} has more rows than an Excel sheet can have. Use --format csv, or make fewer rows"
                )
            sheet.append([_cell(sheet, text) for text in row])


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Cell | int | str | None:
    if DAY.fullmatch(text):
        try:
            cell = WriteOnlyCell(sheet, datetime.combine(day(text), MIDNIGHT))
        except ValueError:  # planted: 31 February
            return text
        cell.number_format = "dd/mm/yyyy"
        return cell
    return int(text) if text.isdigit() and len(text) < 10 else text or None
