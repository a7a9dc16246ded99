"""Deliveries that are broken at random: each file of an authority in one way, drawn from a seed."""

import csv
import io
import random
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from pathlib import Path

from synthesis.layouts import LAYOUTS
from synthesis.synthesise import Request, synthesise
from synthesis.targets import Span

Rows = list[list[str]]
SPAN = Span(date(2013, 4, 1), 2)
JUNK = [
    *("#N/A", "#REF!", "NULL", "-1", "9999-12-31", "1900-01-01", "31/02/2013", "04/13/2013", "1.23E+11", '="12"'),
    *("'0012", "<5", "..", "0", "-", "\u200b", "\u00a0", "x" * 5_000, "=1+1", "a\nb", '"', ";", "\U0001f600", "١٢"),
]


def _some_row(rows: Rows, draw: random.Random) -> int:
    return draw.randrange(1, len(rows)) if len(rows) > 1 else 0


def _some_column(rows: Rows, draw: random.Random) -> int:
    return draw.randrange(max(len(rows[0]), 1))


def _with(row: list[str], column: int, text: str) -> list[str]:
    return [*row[:column], text, *row[column + 1 :]]


def repeat_a_row(rows: Rows, draw: random.Random) -> Rows:
    return [*rows, *[rows[_some_row(rows, draw)]] * draw.randrange(1, 4)]


def repeat_a_row_with_another_cell(rows: Rows, draw: random.Random) -> Rows:
    column = _some_column(rows, draw)
    donor = rows[_some_row(rows, draw)]
    return [*rows, _with(rows[_some_row(rows, draw)], column, donor[column])]


def repeat_every_row(rows: Rows, draw: random.Random) -> Rows:
    return [rows[0], *rows[1:], *rows[1:]]


def drop_a_row(rows: Rows, draw: random.Random) -> Rows:
    dropped = _some_row(rows, draw)
    return rows[:dropped] + rows[dropped + 1 :] if dropped else rows


def drop_every_row(rows: Rows, draw: random.Random) -> Rows:
    return rows[:1]


def shuffle_the_rows(rows: Rows, draw: random.Random) -> Rows:
    return [rows[0], *draw.sample(rows[1:], len(rows) - 1)]


def blank_a_cell(rows: Rows, draw: random.Random) -> Rows:
    row, column = _some_row(rows, draw), _some_column(rows, draw)
    return [*rows[:row], _with(rows[row], column, ""), *rows[row + 1 :]]


def blank_a_column(rows: Rows, draw: random.Random) -> Rows:
    column = _some_column(rows, draw)
    return [rows[0], *(_with(row, column, "") for row in rows[1:])]


def blank_rows_between(rows: Rows, draw: random.Random) -> Rows:
    place = _some_row(rows, draw)
    return [*rows[:place], [""] * len(rows[0]), [], *rows[place:]]


def drop_a_column(rows: Rows, draw: random.Random) -> Rows:
    column = _some_column(rows, draw)
    return [row[:column] + row[column + 1 :] for row in rows]


def repeat_a_column(rows: Rows, draw: random.Random) -> Rows:
    column = _some_column(rows, draw)
    return [[*row, *row[column : column + 1]] for row in rows]


def shuffle_the_columns(rows: Rows, draw: random.Random) -> Rows:
    order = draw.sample(range(len(rows[0])), len(rows[0]))
    return [[row[i] for i in order if i < len(row)] for row in rows]


def swap_two_headers(rows: Rows, draw: random.Random) -> Rows:
    one, other = _some_column(rows, draw), _some_column(rows, draw)
    return [_with(_with(rows[0], one, rows[0][other]), other, rows[0][one]), *rows[1:]]


def swap_two_cells(rows: Rows, draw: random.Random) -> Rows:
    one, other, column = _some_row(rows, draw), _some_row(rows, draw), _some_column(rows, draw)
    changed = [list(row) for row in rows]
    changed[one][column], changed[other][column] = rows[other][column], rows[one][column]
    return changed


def rename_a_header(rows: Rows, draw: random.Random) -> Rows:
    column = _some_column(rows, draw)
    return [_with(rows[0], column, rows[0][column][:-1] + draw.choice(["", "s", " (Y/N)", "_2"])), *rows[1:]]


def put_junk_into_a_cell(rows: Rows, draw: random.Random) -> Rows:
    row, column = _some_row(rows, draw), _some_column(rows, draw)
    return [*rows[:row], _with(rows[row], column, draw.choice(JUNK)), *rows[row + 1 :]]


def put_junk_into_a_column(rows: Rows, draw: random.Random) -> Rows:
    column, text = _some_column(rows, draw), draw.choice(JUNK)
    return [rows[0], *(_with(row, column, text) for row in rows[1:])]


def put_the_header_between(rows: Rows, draw: random.Random) -> Rows:
    place = _some_row(rows, draw)
    return [*rows[:place], rows[0], *rows[place:]]


def put_titles_above(rows: Rows, draw: random.Random) -> Rows:
    return [["A title"], [], *rows]


def put_a_total_below(rows: Rows, draw: random.Random) -> Rows:
    return [*rows, [], ["Total", str(len(rows) - 1)]]


def cut_a_row_short(rows: Rows, draw: random.Random) -> Rows:
    row = _some_row(rows, draw)
    return [*rows[:row], rows[row][: draw.randrange(len(rows[row]) + 1)], *rows[row + 1 :]]


def add_a_cell_to_a_row(rows: Rows, draw: random.Random) -> Rows:
    row = _some_row(rows, draw)
    place = draw.randrange(len(rows[row]) + 1)
    return [*rows[:row], [*rows[row][:place], "1", *rows[row][place:]], *rows[row + 1 :]]


OF_TABLES: list[Callable[[Rows, random.Random], Rows]] = [
    *(repeat_a_row, repeat_a_row_with_another_cell, repeat_every_row, drop_a_row, drop_every_row, shuffle_the_rows),
    *(blank_a_cell, blank_a_column, blank_rows_between, drop_a_column, repeat_a_column, shuffle_the_columns),
    *(swap_two_headers, swap_two_cells, rename_a_header, put_junk_into_a_cell, put_junk_into_a_column),
    *(put_the_header_between, put_titles_above, put_a_total_below, cut_a_row_short, add_a_cell_to_a_row),
]


def mutate_table(path: Path, draw: random.Random) -> str:
    """Break a CSV file in one way, and return its name; one in ten times the bytes are cut."""
    if draw.random() < 0.1:
        data = path.read_bytes()
        path.write_bytes(data[: draw.randrange(len(data) + 1)])
        return "cut the bytes"
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    mutation = draw.choice(OF_TABLES)
    text = io.StringIO()
    csv.writer(text).writerows(mutation(rows, draw))
    path.write_text(text.getvalue(), encoding="utf-8")
    return mutation.__name__.replace("_", " ")


def mutate_census(path: Path, draw: random.Random) -> str:
    """Break a census in one way, and return its name: an element is repeated, dropped, emptied, moved or misspelt."""
    tree = ET.parse(path)
    parents = [element for element in tree.iter() if len(element)]
    parent = draw.choice(parents)
    child = draw.choice(list(parent))
    what = draw.choice(["repeat", "drop", "empty", "shuffle", "rename", "junk", "cut"])
    if what == "repeat":
        parent.append(child)
    elif what == "drop":
        parent.remove(child)
    elif what == "empty":
        child.clear()
    elif what == "shuffle":
        parent[:] = draw.sample(list(parent), len(parent))
    elif what == "rename":
        child.tag += "s"
    elif what == "junk":
        draw.choice([element for element in tree.iter() if not len(element)]).text = draw.choice(JUNK)
    tree.write(path, encoding="utf-8", xml_declaration=True)
    if what == "cut":
        data = path.read_bytes()
        path.write_bytes(data[: draw.randrange(len(data))])
    return f"{what} an element"


def write_base(folder: Path, rows: int = 15) -> None:
    """Write two months of one small authority in every dataset: `<dataset>/croydon/<month>`."""
    for dataset in LAYOUTS:
        synthesise(Request(folder / dataset, SPAN, contacts=rows, dataset=dataset))


def deliver_broken(base: Path, landing: Path, authorities: list[str], seed: int) -> list[str]:
    """Deliver one dataset for each authority, every file broken; return what was done to which."""
    done = []
    for place, authority in enumerate(authorities):
        draw = random.Random(f"{seed} {authority}")
        dataset = list(LAYOUTS)[place % len(LAYOUTS)]
        shutil.copytree(base / dataset / "croydon", landing / authority)
        for path in sorted((landing / authority).rglob("*")):
            if path.suffix in {".csv", ".xml"}:
                said = mutate_census(path, draw) if path.suffix == ".xml" else mutate_table(path, draw)
                done.append(f"{path.relative_to(landing)}: {said}")
    return done
