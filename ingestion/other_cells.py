"""The cells of a table that its contract names no column for: kept together, as JSON, so that no statistic is lost."""

import json
from collections.abc import Iterator

from data_quality.contracts import fold

ABOVE = "above the header"  # no header is folded to this: it has spaces
LETTERS_ABOVE = 400  # a title; notes go on for longer


def with_other_cells(records: Iterator[list[str]], header_row: int, read: set[int]) -> Iterator[list[str]]:
    """Yield every record with one cell more, the first: as JSON by folded header, the cells that are not `read`.

    What stands above the header comes with each, for it may say of which year the table is. The header itself, what
    stands above it, and blank records have nothing in that cell.
    """
    names: dict[int, str] = {}
    above: list[str] = []
    for number, record in enumerate(records):
        cells = {name: record[i].strip() for i, name in names.items() if i < len(record)}
        if number < header_row:
            above += [cell.strip() for cell in record if cell.strip()]
        elif above:
            cells[ABOVE] = " ".join(above)[:LETTERS_ABOVE]
        yield [json.dumps(cells, ensure_ascii=False) if any(record) and names else "", *record]
        if number == header_row:
            names = {i: fold(text) for i, text in enumerate(record) if text.strip() and i not in read}
