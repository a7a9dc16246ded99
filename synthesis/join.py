"""Putting the parts of lists together into files, each under the headers of Annex A."""

import csv
import io
import shutil
from pathlib import Path

from synthesis.layout import HEADERS, LISTS, NOTICE
from synthesis.targets import Span

BUFFER = 1 << 22


def join(work: Path, folder: Path, span: Span, idx: int) -> None:
    """One month's extract. Its contacts are those of every month since April, the same bytes as in earlier extracts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SYNTHETIC.txt").write_text(NOTICE)
    april = max(1, idx - (span.month(idx).month - 4) % 12)
    for name in LISTS:
        since = april if name == LISTS[0] else idx
        parts = [part for at in range(since, idx + 1) for part in sorted(work.glob(f"{name}-{at:03d}-*.csv"))]
        with (folder / f"{name}.csv").open("wb") as file:
            file.write(_header(name))
            for part in parts:
                with part.open("rb") as rows:
                    shutil.copyfileobj(rows, file, BUFFER)
        for part in parts if name != LISTS[0] else ():
            part.unlink()


def _header(name: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(HEADERS[name])
    return text.getvalue().encode()
