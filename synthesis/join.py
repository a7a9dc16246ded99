"""Put the parts of files together, each file under its headers."""

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from synthesis.layouts import NOTICE, Layout
from synthesis.targets import Span
from synthesis.write import Month

BUFFER = 1 << 22
DISTINCT = """
copy (select distinct * from read_csv($parts, header = false, all_varchar = true, delim = ',') order by all)
to $path (format csv, header false)
"""


def join(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    columns: Mapping[str, Sequence[str]],
    work: Path,
    folder: Path,
    span: Span,
    idx: int,
    month: Month,
) -> None:
    """Write one month's extract from the parts in `work`.

    Its contacts are those of every month since April, the same bytes as in earlier extracts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SYNTHETIC.txt").write_text(NOTICE + layout.scope)
    since_april = range(max(1, span.index(month.april)), idx + 1)
    for name in layout.files:
        contacts = [part for at in since_april for part in sorted(work.glob(f"{name}-c-{at:03d}-*.csv"))]
        others = sorted(work.glob(f"{name}-q-{idx:03d}-*.csv"))
        before, after = layout.wraps.get(name, ("", ""))
        parts = contacts + others
        if name in layout.distinct and parts:
            path = work / f"{name}-distinct.csv"
            con.execute(DISTINCT, {"parts": [str(part) for part in parts], "path": str(path)})
            parts = [path]
        header = before.format(year=month.last.year, last=month.last) or _line(layout.header(name, columns[name]))
        with (folder / f"{name}{layout.suffix}").open("wb") as file:
            file.write(header.encode())
            for part in parts:
                with part.open("rb") as rows:
                    shutil.copyfileobj(rows, file, BUFFER)
            file.write(after.encode())
        for part in others:
            part.unlink()


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
