"""Returns that stand under each other on one sheet, as a printed report has them: each becomes a table of its own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from data_quality.contracts import Contract, ReturnContract, fold
from ingestion.identify import NEAR_MISS
from ingestion.tables import Table

LEAST_HEADERS = 2  # months and the year to date, in one row: it is the header of what follows


@dataclass
class _Block:
    """Rows without a blank row or a title between them, and the header above them."""

    header: int
    rows: list[int]


def unstacked(table: Table, contracts: Iterable[Contract], reporting_month: date) -> list[Table]:
    """Return a table for each return that a sheet or text file holds, or the table itself where it holds one.

    Rows keep their places, so that a finding names the row that the council sees.
    """
    returns = [contract for contract in contracts if isinstance(contract, ReturnContract)]
    labels = {contract.extract: contract.labels() for contract in returns}
    found: dict[str, list[_Block]] = {}
    seen: dict[str, set[str]] = {}
    before = ""
    for block in _blocks(table, returns, reporting_month):
        matched = {extract: _measures(table, block, known) for extract, known in labels.items()}
        best = max(matched, key=lambda extract: (len(matched[extract]), extract == before), default="")
        if best and matched[best]:
            before = best
            found.setdefault(best, []).append(block)
            seen.setdefault(best, set()).update(matched[best])
    whole = [c.extract for c in returns if len(seen.get(c.extract, ())) >= NEAR_MISS * len(c.rows)]
    if len(whole) < 2:
        return [table]
    return sorted((_part(table, found[extract]) for extract in whole), key=lambda part: _first(part))


def _blocks(table: Table, returns: list[ReturnContract], reporting_month: date) -> list[_Block]:
    headers = Counter(
        header
        for contract in returns
        for column in contract.columns
        if column.name != "label"
        for header in column.accepted_headers(reporting_month)
    )
    blocks: list[_Block] = []
    header, is_open = -1, False
    for i, row in enumerate(table.rows):
        if sum(fold(cell) in headers for cell in row) >= LEAST_HEADERS:
            header, is_open = i, False
        elif sum(map(bool, row)) < 2:  # a blank row, a title
            is_open = False
        elif header >= 0:
            if not is_open:
                blocks.append(_Block(header, []))
                is_open = True
            blocks[-1].rows.append(i)
    return blocks


def _measures(table: Table, block: _Block, labels: dict[str, str]) -> set[str]:
    """Return the measures of a return whose labels stand in the rows of a block."""
    return {labels[folded] for i in block.rows for cell in table.rows[i] if (folded := fold(cell)) in labels}


def _part(table: Table, blocks: list[_Block]) -> Table:
    """Return the table with the rows of these blocks and of their header alone, the others blank."""
    kept = {row for block in blocks for row in block.rows}
    rows = tuple(row if i in kept or i == blocks[0].header else () for i, row in enumerate(table.rows))
    name = f"rows {min(kept) + 1} to {max(kept) + 1}"
    return replace(table, sheet=f"{table.sheet}, {name}" if table.sheet else name, rows=rows)


def _first(part: Table) -> int:
    """Return the first row of a part below its header."""
    return [i for i, row in enumerate(part.rows) if row][1]
