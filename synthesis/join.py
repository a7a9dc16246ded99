"""Putting the parts of files together, each under the headers of its layout."""

import csv
import io
import shutil
from pathlib import Path

import duckdb

from synthesis.layout import NOTICE
from synthesis.layouts import Layout
from synthesis.targets import Span

BUFFER = 1 << 22


def join(con: duckdb.DuckDBPyConnection, layout: Layout, work: Path, folder: Path, span: Span, idx: int) -> None:
    """One month's extract. Its contacts are those of every month since April, the same bytes as in earlier extracts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SYNTHETIC.txt").write_text(NOTICE + layout.scope)
    april = max(1, idx - (span.month(idx).month - 4) % 12)
    last = con.execute("select last from month where idx = ?", [idx]).fetchone()[0]
    for name in layout.files:
        contacts = [part for at in range(april, idx + 1) for part in sorted(work.glob(f"{name}-c-{at:03d}-*.csv"))]
        others = sorted(work.glob(f"{name}-q-{idx:03d}-*.csv"))
        before, after = layout.wraps.get(name, ("", ""))
        parts = contacts + others
        if name in layout.distinct and parts:
            parts = [_distinct(con, parts, work / f"{name}-distinct.csv")]
        with (folder / f"{name}{layout.suffix}").open("wb") as file:
            file.write(before.format(year=last.year, last=last).encode() or _header(layout.headers[name]))
            for part in parts:
                with part.open("rb") as rows:
                    shutil.copyfileobj(rows, file, BUFFER)
            file.write(after.encode())
        for part in others:
            part.unlink()


def _distinct(con: duckdb.DuckDBPyConnection, parts: list[Path], path: Path) -> Path:
    con.execute(
        f"""
        copy (select distinct * from read_csv($parts, header = false, all_varchar = true, delim = ',') order by all)
        to '{str(path).replace("'", "''")}' (format csv, header false)
        """,
        {"parts": [str(part) for part in parts]},
    )
    return path


def _header(columns: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(columns)
    return text.getvalue().encode()
