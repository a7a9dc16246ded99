"""Identify the extract that a table is, by its headers and row labels alone, never by the name of its file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from data_quality.contracts import Column, Contract, ListContract, ReturnContract, financial_month, fold
from data_quality.our_words import quoted
from ingestion.identify_list import ListCandidate, identify_list, list_candidates
from ingestion.left_aside import left_aside
from ingestion.tables import HEADER_SEARCH_ROWS, MISSES_SHOWN, Identified, NotUsedError, RefusedError, Table, nearest

WORDS_FOR_YEAR_TO_DATE = {
    "total",
    "cumulative",
    "year",
    "to",
    "date",
    "so",
    "far",
    "this",
    "fy",
    "fytd",
    "ytd",
    "annual",
    "sum",
}
NEAR_MISS = 0.5  # a table with half of the rows of a return is meant to be that return


def is_list(table: Table, contracts: Iterable[Contract]) -> bool:
    """Return whether a table is, or nearly is, a list of one of the contracts."""
    lists = list_candidates(table, [c for c in contracts if isinstance(c, ListContract)])
    return bool(lists) and lists[0].is_near


def _leave_part_aside(table: Table, best: ListCandidate) -> None:
    """Raise `NotUsedError` for a table whose sheet or title says that it is a part of what we read, such as males."""
    title = table.sheet or next((" ".join(row) for row in table.rows[: best.header_row] if row), "")
    words = set(re.findall("[a-z]+", title.casefold()))
    if part := words & set(best.contract.left_aside_if_called):
        raise NotUsedError(f"{best.contract.title}: of {min(part)} alone")


@dataclass(frozen=True)
class _Candidate:
    contract: ReturnContract
    header_row: int
    columns: dict[str, int]
    ambiguous: tuple[str, ...]
    rows: dict[int, str]

    @property
    def share(self) -> float:
        return len(set(self.rows.values())) / len(self.contract.rows)


def identify(table: Table, contracts: Iterable[Contract], reporting_month: date) -> Identified:
    """Return the extract that a table is, with the header row, columns and rows that we read it by.

    Raises:
        RefusedError: No contract recognises the table. `extract` names the one that it nearly is, if any.
        NotUsedError: The table belongs to a dataset, and no measure needs it.
    """
    contracts = list(contracts)
    lists = list_candidates(table, [c for c in contracts if isinstance(c, ListContract)])
    is_whole = bool(lists) and not lists[0].missing
    if not is_whole and (title := left_aside(table)):
        raise NotUsedError(title)
    if lists and lists[0].is_near:
        _leave_part_aside(table, lists[0])
        return identify_list(lists)
    folded = [[fold(cell) for cell in row] for row in table.rows]
    best = max(
        (_candidate(table, folded, c, reporting_month) for c in contracts if isinstance(c, ReturnContract)),
        key=lambda c: (c.share, len(c.rows)),
    )
    if best.share < NEAR_MISS:
        raise _unrecognised(table, best, lists)
    _refuse_another_month(table, best, reporting_month)
    if problems := _problems(table, best, reporting_month):
        raise RefusedError(
            found="; ".join(problems),
            expected=f"the return {quoted(best.contract.title)}: every row, and {_header_names(best, reporting_month)}",
            action="Correct the file and drop it in the same folder again; nothing of it was loaded",
            extract=best.contract.extract,
        )
    return Identified(
        extract=best.contract.extract,
        header_row=best.header_row,
        columns=best.columns,
        rows=best.rows | _unrecognised_rows(table, best),
    )


def _candidate(table: Table, folded: list[list[str]], contract: ReturnContract, reporting_month: date) -> _Candidate:
    headers = {column.name: column.accepted_headers(reporting_month) for column in contract.columns}
    figures = [name for name in headers if name != "label"]
    search = folded[:HEADER_SEARCH_ROWS]

    def found_in(row: list[str], name: str) -> list[int]:
        return [i for i, cell in enumerate(row) if cell in headers[name]]

    header_row = max(
        range(len(search)),
        key=lambda i: (sum(bool(found_in(search[i], name)) for name in figures), -i),
        default=0,
    )
    header = search[header_row] if search else []
    positions = {name: found_in(header, name) for name in figures}
    columns = {name: found[0] for name, found in positions.items() if found}
    ambiguous = tuple(name for name, found in positions.items() if len(found) > 1)

    labels = contract.labels()
    below = list(enumerate(folded))[header_row + 1 :]

    def rows_by(column: int) -> dict[int, str]:
        cells = ((i, row[column]) for i, row in below if column < len(row))
        return {i: labels[cell] for i, cell in cells if cell in labels}

    label_columns = [column for column in range(max(table.width, 1)) if column not in columns.values()] or [0]
    label = max(label_columns, key=lambda column: (len(rows_by(column)), -column))
    return _Candidate(contract, header_row, {"label": label} | columns, ambiguous, rows_by(label))


def _problems(table: Table, best: _Candidate, reporting_month: date) -> list[str]:
    """Return everything that prevents a recognised return from being loaded, one sentence each."""
    contract, header = best.contract, table.rows[best.header_row]
    unused = [text for position, text in enumerate(header) if position not in best.columns.values()]
    problems = []
    missing = [c for c in contract.required_columns(reporting_month) if c.name not in best.columns]
    if len(missing) > len(contract.columns) // 2:
        problems.append("no header row with the months and the year to date")
    else:
        problems += [_missing_column(column, unused, reporting_month) for column in missing]
    problems += [f"two columns are headed as {name.upper()}" for name in best.ambiguous]
    seen = list(best.rows.values())
    problems += [
        f"the row {quoted(_first_label(contract, measure))} appears {seen.count(measure)} times"
        for measure in contract.measure_ids
        if seen.count(measure) > 1
    ]
    problems += _too_wide(table, best)
    absent = [m for m in contract.required_measure_ids if m not in seen]
    spare = [_label(table, best, i) for i in _unrecognised_rows(table, best)]
    problems += [_missing_row(_first_label(contract, m), spare) for m in absent[:MISSES_SHOWN]]
    if len(absent) > MISSES_SHOWN:
        problems.append(f"{len(absent) - MISSES_SHOWN} further rows are missing")
    return problems


def _refuse_another_month(table: Table, best: _Candidate, reporting_month: date) -> None:
    """Raise `RefusedError` for a return whose last month is another one than that of its folder.

    That is the last month in which half of its rows have a figure. A column that is there and blank was not filled in.
    """
    filled = {
        column.financial_month: sum(_is_filled(table.rows[i], best.columns[column.name]) for i in best.rows)
        for column in best.contract.columns
        if column.financial_month and column.name in best.columns
    }
    own = financial_month(reporting_month)
    last = max((month for month, rows in filled.items() if rows * 2 >= len(best.rows)), default=own)
    unknown = [text for i, text in enumerate(table.rows[best.header_row]) if text and i not in best.columns.values()]
    is_whole = set(best.contract.required_measure_ids) <= set(best.rows.values()) and not unknown
    if last == own or (last < own and (own in filled or not is_whole)):
        return
    # of this year and the last, the month that is nearer: a return of March in the folder of April is of last year
    ahead = (last - own) if last - own <= 6 else last - own - 12
    month = reporting_month + relativedelta(months=ahead)
    raise RefusedError(
        found=f"a return with figures up to {month:%B %Y}",
        expected=f"figures up to {reporting_month:%B %Y}, the month of its folder",
        action=f"Move the file to the folder {month:%Y-%m}, or put the return of {reporting_month:%B %Y} in its place",
        extract=best.contract.extract,
    )


def _is_filled(row: tuple[str, ...], position: int) -> bool:
    return position < len(row) and any(character.isdigit() for character in row[position])


def _too_wide(table: Table, best: _Candidate) -> list[str]:
    """Return the rows with text beyond the header's last cell: an unquoted 2,196 has moved what follows it.

    Only in text: in a workbook a comma cannot divide a cell, and a remark may stand next to the table.
    """
    if not table.delimiter:
        return []
    width = max(len(table.rows[best.header_row]), 1 + max(best.columns.values()))  # the labels have no header
    wide = [i for i in best.rows if len(table.rows[i]) > width]
    said = [
        f"the row {quoted(_label(table, best, i))} (row {i + 1}) has {len(table.rows[i])} cells under a header of "
        f"{width}; put quotation marks around a figure such as 2,196"
        for i in wide[:MISSES_SHOWN]
    ]
    return said + ([f"{len(wide) - MISSES_SHOWN} further rows have too many cells"] if wide[MISSES_SHOWN:] else [])


def _unrecognised_rows(table: Table, best: _Candidate) -> dict[int, None]:
    """Return the rows below the header that have figures under an unknown label; footnotes and headers do not count."""
    header = table.rows[best.header_row]
    label = best.columns["label"]
    figures = [position for name, position in best.columns.items() if name != "label"]
    return {
        i: None
        for i, row in enumerate(table.rows)
        if i > best.header_row
        and i not in best.rows
        and row != header
        and any(p < len(row) and row[p] for p in figures)
        and label < len(row)
    }


def _label(table: Table, best: _Candidate, i: int) -> str:
    return table.rows[i][best.columns["label"]]


def _first_label(contract: ReturnContract, measure_id: str) -> str:
    return next(row.labels[0] for row in contract.rows if row.measure_id == measure_id)


def _header_names(best: _Candidate, reporting_month: date) -> str:
    required = best.contract.required_columns(reporting_month)[1:]
    return ", ".join(next(iter(_shown(column, reporting_month))) for column in required)


def _shown(column: Column, reporting_month: date) -> list[str]:
    return list(reversed(column.accepted_headers(reporting_month).values()))


def _missing_column(column: Column, unused: list[str], reporting_month: date) -> str:
    shown = _shown(column, reporting_month)
    near = nearest(shown, unused, "header")
    if not near and column.financial_month is None:
        near = next(filter(None, map(_meant_as_year_to_date, unused)), "")
    return f"the column {shown[0]} is missing{near}"


def _meant_as_year_to_date(header: str) -> str:
    """Return a question where every word of a header is one that councils use for the year to date."""
    words = re.findall("[a-z]+", header.casefold())
    if not words or not set(words) <= WORDS_FOR_YEAR_TO_DATE:
        return ""
    return f" ({quoted(header)} is not known; if it is the year to date, add it to its headers in the contract)"


def _missing_row(label: str, spare: list[str]) -> str:
    return f"the row {quoted(label)} is missing{nearest([label], spare, 'label')}"


def _unrecognised(table: Table, best: _Candidate, lists: list[ListCandidate]) -> RefusedError:
    size = f"a table of {'' if table.is_complete else 'more than '}{len(table.rows)} rows and {table.width} columns"
    nearest_list = max((c for c in lists if c.own), key=lambda c: c.share, default=None)
    if nearest_list and nearest_list.share > best.share:
        known = f"{nearest_list.found} of its {len(nearest_list.contract.required)} required columns are there"
        size += f"; nearest is the list {quoted(nearest_list.contract.title)} ({known})"
    elif best.rows:
        known = f"{len(best.rows)} of its {len(best.contract.rows)} rows are there"
        size += f"; nearest is the return {quoted(best.contract.title)} ({known})"
    return RefusedError(
        found=f"{size}; no extract is recognised by its headers and row labels",
        expected="one of the extracts that `csc status` lists, with the labels of its contract",
        action="Check that it is the right file, its header and labels complete, or take it out of the folder",
    )
