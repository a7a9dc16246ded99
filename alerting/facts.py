"""Findings of the warehouse in words that may leave it.

A message or a file name may repeat anything in a file, so a digest holds neither. Its words come from lists in this
project (checks, contracts, measures, authorities), and its numbers and months from aggregated figures. So the name or
id of a child in any column of a finding cannot get into a digest.
"""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from alerting import pages
from data_quality.checks import audit_checks, contract_checks
from data_quality.contracts import fold, load_contracts
from data_quality.our_words import authority_folders, is_our_name, shown_file
from publication import file_names
from publication.private import findings

REFERENCE = Path(__file__).parent.parent / "seeds" / "reference"
SEVERITIES = ("error", "warning", "info")
LONDON = ZoneInfo("Europe/London")
ABOUT_A_FILE = {"files_are_accepted", "folders_are_of_authorities", "packed_files_are_unpacked"}
"""Checks whose findings are of a whole file, which one has to find among others."""
PLACE = re.compile(
    r"(?P<folder>[^/]+)/(?P<month>\d{4}-\d\d)/(?P<file>[^/]+?)(?:, sheet (?P<sheet>.*?))?"
    r"(?:, row (?P<row>\d{1,7}))?(?:, column (?P<column>[^()]*?))?(?: \(cell (?P<cell>[A-Z]{1,3}\d{1,7})\))?"
)
NEAREST = re.compile(r'the nearest is "([a-z-]+)"')
QUOTED = re.compile(r"[\"'\u2018\u201c]([^\"'\u2019\u201d]{2,80})[\"'\u2019\u201d]")


@dataclass(frozen=True)
class Item:
    """One finding in words that may leave: the figure, what is wrong with it, and its file and cell."""

    what: str
    says: str
    where: str


@dataclass(frozen=True)
class Finding:
    """A finding, open or resolved; `distance` is how far the figure is off, as a share of what it should be.

    A figure that `is_lost` is told before any that is off.
    """

    key: str
    check_id: str
    severity: str
    is_open: bool
    first_seen: datetime
    distance: float
    is_lost: bool
    row: dict[str, Any]

    @cached_property
    def item(self) -> Item:
        """Return the finding in words that may leave."""
        return item(self.row)


@cache
def _reference(name: str, key: str) -> dict[str, dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def measures() -> dict[str, dict[str, str]]:
    """Return the measure register, by measure id."""
    return _reference("measures", "measure_id")


def authority_name(authority_code: str) -> str:
    """Return the name of an authority from our list; no other text leaves."""
    known = _reference("authorities", "authority_code").get(authority_code)
    return known["authority_name"] if known else "an unknown authority"


def figure(value: float | None, measure_id: str | None) -> str | None:
    """Return a figure as people write it, for example 1,784 or 7.94%, or None if there is none."""
    if value is None or measure_id not in measures():
        return None
    rounded = Decimal(repr(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{rounded:,.2f}".removesuffix("0").removesuffix("0").removesuffix(".")
    return text + ("%" if measures()[measure_id]["unit"] == "percentage" else "")


def _file(name: str, sheet: str | None, folder: str, title: str) -> str:
    """Return a file's name if it has only words of ours, else its number and type, and the list it was taken for."""
    shown = shown_file(name, folder, None)
    known = f" ({title})" if title and not is_our_name(Path(name).stem, folder) else ""
    is_shown = sheet and (sheet.isdigit() or is_our_name(sheet, folder))
    return shown + known + (f", sheet {sheet}" if is_shown else "")


def place(source_ref: str | None, title: str = "") -> tuple[str, str | None]:
    """Return the file and cell of a finding, and its column, as far as they have our own form and words.

    `title` is that of the list in the file; it stands for a name that may not leave.
    """
    found = PLACE.fullmatch(source_ref or "")
    if not found or found["folder"].lower() not in authority_folders():
        return "", None
    columns = {fold(column.name): column.name for c in load_contracts().values() for column in c.columns}
    column = columns.get(fold(found["column"] or ""))
    parts = [f"{found['folder']}/{found['month']}/{_file(found['file'], found['sheet'], found['folder'], title)}"]
    if found["row"]:
        parts.append(f"row {found['row']}")
    if column:
        parts.append(f"column {column.upper()}")
    if found["cell"] and (column or not found["column"]):
        parts[-1] += f" (cell {found['cell']})"
    return ", ".join(parts), column


@cache
def _known_names() -> dict[str, str]:
    """Return every header, label and title of the contracts, by its folded form."""
    names: dict[str, str] = {}
    for contract in load_contracts().values():
        names[fold(contract.title)] = contract.title
        for column in contract.columns:
            names |= {fold(header): header for header in column.headers if header and "{" not in header}
        for row in getattr(contract, "rows", ()):
            names |= {fold(label): label for label in row.labels}
    return names


@cache
def _labels() -> dict[str, set[str]]:
    """Return the labels of each measure."""
    labels: dict[str, set[str]] = {}
    for contract in load_contracts().values():
        for row in getattr(contract, "rows", ()):
            labels.setdefault(row.measure_id, set()).update(row.labels)
    return labels


def names_in(message: str | None) -> list[str]:
    """Return the headers, labels and titles of contracts that a message has in quotation marks, three at most."""
    quoted = [_known_names().get(fold(text)) for text in QUOTED.findall(message or "")]
    return list(dict.fromkeys(name for name in quoted if name))[:3]


def said(check_id: str, observed: str | None, expected: str | None) -> str:
    """Return the words of a check with its figures, without the clauses whose figure is missing."""
    figures = {"observed": observed, "expected": expected}
    clauses = [clause.strip() for clause in pages.check(check_id).says.split(";") if clause.strip()]
    kept = [c for c in clauses if not any(f"{{{name}}}" in c and text is None for name, text in figures.items())]
    return "; ".join(kept).format(**{name: text or "" for name, text in figures.items()})


def _bytes(count: int) -> str:
    """Return a file's size as people write it: 8 bytes, 12 KB, 3.4 MB."""
    if count < 1000:
        return f"{count:,} byte{'' if count == 1 else 's'}"
    return f"{count / 1000:,.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"


def about_file(number: int, size: int, received_at: datetime) -> str:
    """Return what tells a file from others without its name: its number, its size and when it came (UTC)."""
    local = received_at.replace(tzinfo=UTC).astimezone(LONDON)
    return f"file {number}, {_bytes(size)}, received {local.day} {local:%B %Y, %H:%M}"


def _month(value: date | None) -> str | None:
    """Return a month in words; None for any other day than the first of a month."""
    return f"{value:%B %Y}" if value and value.day == 1 else None


def item(row: dict[str, Any]) -> Item:
    """Return a row of `quality.findings` in words that may leave."""
    contract = load_contracts().get(row["extract"] or "")
    where, column = place(row["source_ref"], contract.title if contract else "")
    measure = measures().get(row["measure_id"] or "")
    month = _month(row["month"]) or _month(row["reporting_month"])
    if month and column == "ytd":
        month = f"year to {month}"
    subject = measure["measure_name"] if measure else contract.title if contract else ""
    authority = _reference("authorities", "authority_code").get(row["authority_code"] or "")
    says = said(
        row["check_id"],
        figure(row["observed"], row["measure_id"]),
        figure(row["expected"], row["measure_id"]),
    )
    own = _labels().get(row["measure_id"] or "", set())
    if names := [name for name in names_in(row["message"]) if name not in own]:
        says = "; ".join(filter(None, [says, "see " + ", ".join(f"'{name}'" for name in names)]))
    if (near := NEAREST.search(row["message"] or "")) and near[1] in authority_folders():
        says += f"; the nearest folder of an authority is {near[1]}"
    return Item(
        what=", ".join(filter(None, [subject, month])),
        says=says,
        where=" ".join(filter(None, [where or (authority["authority_name"] if authority else ""), _told(row)])),
    )


def _told(row: dict[str, Any]) -> str:
    return f"({row['about_file']})" if row["check_id"] in ABOUT_A_FILE and row.get("about_file") else ""


def key_of(*parts: object) -> str:
    """Return the key that the outbox knows a thing by; it does not reveal the thing."""
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def _finding(row: dict[str, Any]) -> Finding:
    off = 0.0
    if row["observed"] is not None and row["expected"] is not None and row["measure_id"] in measures():
        off = abs(row["observed"] - row["expected"]) / max(abs(row["expected"]), 1.0)
    known = row["check_id"] in audit_checks() or row["check_id"] in contract_checks()
    return Finding(
        key=key_of(row["finding_id"]),
        check_id=row["check_id"] if known else pages.WAREHOUSE_TESTS,
        severity=row["severity"] if row["severity"] in SEVERITIES else "warning",
        is_open=row["status"] == "open",
        first_seen=row["first_seen_at"],
        distance=off,
        is_lost=row["is_lost"],
        row=row,
    )


def read(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Return every finding of the private warehouse, in words that may leave."""
    rows = _rows(
        con,
        """
        select
            finding_id, check_id, severity, authority_code, extract, reporting_month, month, measure_id, observed,
            expected, message, source_ref, status, first_seen_at
        from quality.findings
        order by finding_id
        """,
    )
    names, files = file_names.of(con), _files(con)
    lost = set(findings.lost(con))
    told = {path: about_file(number, *files[path]) for path, number in names.numbers.items() if number}
    for row in rows:
        row["is_lost"] = row["finding_id"] in lost
        row["about_file"] = told.get((row["source_ref"] or "").partition(", sheet ")[0])
        row["source_ref"] = row["source_ref"] and names.shown(row["source_ref"])
    return [_finding(row) for row in rows]


def _files(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, datetime]]:
    """Return the size of each delivered file, and when its last version came, by its path."""
    rows = con.execute(
        """
        select file_path, max_by(file_bytes, received_at), max(received_at)
        from quality.ingest_ledger group by file_path
        """
    ).fetchall()
    return {path: (size, received_at) for path, size, received_at in rows}


def failing_checks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, int]]:
    """Return the blocking checks that failed in a run, with their breaches; all dbt tests count as one check."""
    rows = con.execute(
        """
        select check_id, coalesce(breaches, 0) from quality.check_results
        where run_id = ? and severity = 'error' and status = 'failed' order by 1
        """,
        [run_id],
    ).fetchall()
    registered = {**audit_checks(), **contract_checks()}
    known = [(check_id, breaches) for check_id, breaches in rows if check_id in registered]
    tests = len(rows) - len(known)
    return known + ([(pages.WAREHOUSE_TESTS, tests)] if tests else [])


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = con.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
