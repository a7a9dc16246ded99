"""What a file is before anybody drops it: it is read as a run would read it, and nothing of it is kept."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from dateutil.relativedelta import relativedelta

from alerting.facts import measures
from data_quality.contracts import Contract, ListContract, ReturnContract, load_contracts
from data_quality.spellings import judge as spellings
from ingestion import ledger
from ingestion.landing import Delivery, authority_of, month_of
from ingestion.load import load, prepare
from ingestion.receive import receive
from ingestion.tables import RefusedError
from orchestration.settings import Settings
from publication import publications
from reporting.words import counted

FIGURE = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")
LETTERS_FOR_DIGITS = str.maketrans("OoQlIiSsB", "000111558")
MONTHS_BACK = 12
ENOUGH_FOR_LIMITS = 8  # months; before that, half and twice of what was seen
MOVING_RANGES = 2.66  # from the mean to the limits of an XmR chart
EXAMPLES = 3


@dataclass
class Preview:
    """One table of a file: what it is, why it would be refused, and what to look at before it is dropped."""

    file: str
    sheet: str | None
    status: str
    extract: str | None
    authority_code: str | None
    month: date | None
    rows: int | None
    refusal: str | None = None
    notes: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Return whether nothing keeps it out, and nothing looks odd."""
        return self.status != "refused" and not self.odd


def preview(settings: Settings, files: list[Path], authority: str | None, month: str | None) -> list[Preview]:
    """Read the files as a run would, and compare their figures with the published ones.

    Args:
        settings: Where the landing folder and the published file are.
        files: What to read. A file in `<authority>/<YYYY-MM>/` is of these, unless the next two say otherwise.
        authority: The folder of the authority whose files they are.
        month: The folder of their month, YYYY-MM.

    Raises:
        ValueError: Nothing says whose file it is, or of which month.
        OSError: A file cannot be read.
    """
    contracts = load_contracts()
    with TemporaryDirectory() as kept, duckdb.connect() as con:
        landing, names = Path(kept) / "landing", {}
        for number, path in enumerate(files):
            folders = authority or path.absolute().parent.parent.name, month or path.absolute().parent.name
            _check_place(path, *folders, settings.first_month, settings.today)
            place = landing / folders[0] / folders[1] / f"{number}{path.suffix}"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            names[place.relative_to(landing).as_posix()] = str(path)
        _take_in(con, landing, Path(kept) / "vault", contracts, settings.first_month)
        shown = publications.current(settings.published)
        if shown:
            con.execute(f"attach '{settings.published / 'csc.duckdb'}' as published (read_only)")
        parts = con.execute(
            """
            select file_path, sheet, status, extract, authority_code, reporting_month, row_count, found, expected,
                action, notes
            from quality.ingest_ledger order by file_path, sheet
            """
        )
        columns = [column[0] for column in parts.description]
        found = [dict(zip(columns, part, strict=True)) for part in parts.fetchall()]
        return [_judged(con, part, names, contracts, is_published=bool(shown)) for part in found]


def _check_place(path: Path, authority: str, month: str, first: date, today: date) -> None:
    stat = path.stat()
    delivery = Delivery(path, f"{authority}/{month}/{path.name}", stat.st_size, stat.st_mtime_ns)
    try:
        authority_of(delivery)
        month_of(delivery, first, today)
    except RefusedError as refused:
        raise ValueError(
            f"{path}: {refused.found}. Say whose file it is and of which month: "
            "csc check FILE --authority croydon --month 2013-12"
        ) from None


def _take_in(
    con: duckdb.DuckDBPyConnection, landing: Path, vault: Path, contracts: dict[str, Contract], first: date
) -> None:
    ledger.prepare(con)
    spellings.prepare(con)
    for contract in contracts.values():
        prepare(con, contract)
    vault.mkdir()
    receive(con, landing, vault, contracts, first)
    load(con, contracts.values(), vault, ledger.pending(con))
    spellings.judge(con, contracts.values())


def _judged(
    con: duckdb.DuckDBPyConnection,
    part: dict[str, Any],
    names: dict[str, str],
    contracts: dict[str, Contract],
    is_published: bool,
) -> Preview:
    """Return what is said of one table of a file."""
    made = Preview(
        file=names[part["file_path"]],
        sheet=part["sheet"],
        status=part["status"],
        extract=part["extract"],
        authority_code=part["authority_code"],
        month=part["reporting_month"],
        rows=part["row_count"],
        notes=[part["notes"]] if part["notes"] else [],
    )
    if made.status == "refused":
        made.refusal = f"Found {part['found']}. Expected {part['expected']}. {part['action']}."
    if made.status != "accepted":
        return made
    contract = contracts[str(made.extract)]
    if isinstance(contract, ReturnContract):
        made.odd = list(_odd_figures(con, contract, made, is_published))
        made.changes = list(_changed_figures(con, contract, made)) if is_published else []
    else:
        made.odd = list(_odd_rows(con, contract, made, is_published))
    return made


def _cells(con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview) -> dict[tuple[str, str], str]:
    """Return the text of each cell, by measure and column."""
    found = con.execute(
        f"select * from raw.{contract.extract} where authority_code = ? and reporting_month = ?",  # noqa: S608 (named by a contract)
        [made.authority_code, made.month],
    )
    columns = [column[0] for column in found.description]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    names = [column.name for column in contract.columns if column.type == "figure"]
    return {(row["measure_id"], name): (row[name] or "").strip() for row in rows for name in names if row["measure_id"]}


def _figure(text: str) -> float | None:
    """Return the number that a cell prints, as `printed_figure` of the dbt project reads it."""
    return float(text.replace(",", "").rstrip("%")) if FIGURE.fullmatch(text) else None


def _repair(text: str) -> str:
    """Return a guess at what was meant, where letters stand for the digits that they look like."""
    meant = text.translate(LETTERS_FOR_DIGITS)
    return f" Perhaps {meant}." if meant != text and _figure(meant) is not None else ""


def _months(contract: ReturnContract, month: date) -> dict[str, date]:
    """Return the month of each column, from April to the reporting month."""
    april = date(month.year - (month.month < 4), 4, 1)
    return {
        column.name: april + relativedelta(months=column.financial_month - 1)
        for column in contract.required_columns(month)
        if column.financial_month
    }


def _odd_figures(
    con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview, is_published: bool
) -> Iterator[str]:
    month = made.month or date.min
    cells, months = _cells(con, contract, made), _months(contract, month)
    register = measures()
    if not any(cells.get((measure_id, _last(months))) for measure_id in contract.measure_ids):
        yield f"{month:%B %Y}: every figure is left blank. None counts as supplied."
        return
    for measure_id in contract.measure_ids:
        name = register[measure_id]["measure_name"]
        figures = {at: _figure(cells.get((measure_id, column), "")) for column, at in months.items()}
        for column, at in months.items():
            text = cells.get((measure_id, column), "")
            if text and figures[at] is None:
                yield f"{name}, {at:%B %Y}: '{text}' is not a number.{_repair(text)}"
        if not cells.get((measure_id, _last(months))):
            yield f"{name}, {month:%B %Y}: left blank. It counts as not supplied, not as 0."
        ytd = _figure(cells.get((measure_id, "ytd"), ""))
        supplied = [figure for figure in figures.values() if figure is not None]
        is_summed = register[measure_id]["ytd_rule"] == "sum" and len(supplied) == len(months)
        if is_summed and ytd is not None and round(sum(supplied) - ytd, 6):
            yield f"{name}, year to date: {ytd:,.0f} is printed, the months add up to {sum(supplied):,.0f}."
        if is_published and figures[month] is not None:
            yield from _beyond_the_usual(con, made, measure_id, name, float(figures[month] or 0))


def _last(months: dict[str, date]) -> str:
    return max(months, key=lambda column: months[column])


def _beyond_the_usual(
    con: duckdb.DuckDBPyConnection, made: Preview, measure_id: str, name: str, figure: float
) -> Iterator[str]:
    """Say so if a figure lies outside the limits of the twelve months before, or is half or twice of what they had."""
    before = [
        value
        for (value,) in con.execute(
            """
            select value from published.marts.kpi_monthly
            where authority_code = ? and measure_id = ? and basis = 'reported' and month < ? and month >= ?
                and value is not null
            order by month
            """,
            [made.authority_code, measure_id, made.month, (made.month or date.min) - relativedelta(months=MONTHS_BACK)],
        ).fetchall()
    ]
    if len(before) >= ENOUGH_FOR_LIMITS:
        moved = mean(abs(later - earlier) for earlier, later in pairwise(before))
        lower, upper = mean(before) - MOVING_RANGES * moved, mean(before) + MOVING_RANGES * moved
    elif before:
        lower, upper = min(before) / 2, max(before) * 2
    else:
        return
    if not lower <= figure <= upper:
        seen = f"{min(before):,.5g} to {max(before):,.5g}"
        yield f"{name}, {made.month:%B %Y}: {figure:,.5g}. The {len(before)} months before had {seen}."


def _changed_figures(con: duckdb.DuckDBPyConnection, contract: ReturnContract, made: Preview) -> Iterator[str]:
    """Say which published figures of this and earlier months would change."""
    cells, months = _cells(con, contract, made), _months(contract, made.month or date.min)
    published = {
        (measure_id, month): value
        for measure_id, month, value in con.execute(
            """
            select measure_id, month, printed_value from published.marts.kpi_monthly
            where authority_code = ? and basis = 'reported' and is_supplied
            """,
            [made.authority_code],
        ).fetchall()
    }
    register = measures()
    for (measure_id, column), text in cells.items():
        if column not in months:
            continue
        before, now = published.get((measure_id, months[column])), _figure(text)
        if register[measure_id]["home_extract"] == contract.extract and before is not None and now != before:
            said = "nothing" if now is None else f"{now:,.5g}"
            yield f"{register[measure_id]['measure_name']}, {months[column]:%B %Y}: {before:,.5g} becomes {said}."


def _odd_rows(
    con: duckdb.DuckDBPyConnection, contract: ListContract, made: Preview, is_published: bool
) -> Iterator[str]:
    of_file = f"from raw.{contract.extract} where authority_code = ? and reporting_month = ?"
    place = [made.authority_code, made.month]
    headers = {column.name: column.headers[0] for column in contract.columns}
    for name in filter(None, ("child_id" if "child_id" in headers else None, contract.event_date)):
        [(blank,)] = con.execute(f"select count(*) {of_file} and coalesce(trim({name}), '') = ''", place).fetchall()
        if blank:
            yield f"{headers[name]}: {counted(blank, 'row')} without it. Such a row counts nowhere."
    key = ", ".join(contract.key)
    [(repeated,)] = con.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n {of_file} group by {key})",  # noqa: S608 (of the contract)
        place,
    ).fetchall()
    if repeated:
        yield f"{counted(repeated, 'row')} with the key of another row. They count once."
    unknown = con.execute(
        """
        select column_name, count(distinct spelling), sum(cells) from spelling.spellings_met
        where extract = ? and authority_code = ? and reporting_month = ? group by column_name order by column_name
        """,
        [contract.extract, *place],
    ).fetchall()
    for name, number, cells in unknown:
        yield f"{headers[name]}: {number} unknown spelling{'s' * (number > 1)} in {counted(cells, 'row')}."
    if is_published:
        yield from _unlike_last_month(con, made)


def _unlike_last_month(con: duckdb.DuckDBPyConnection, made: Preview) -> Iterator[str]:
    """Say so if the list has less than half, or more than twice, of the rows of the last one before."""
    last = con.execute(
        """
        select row_count, reporting_month from published.quality.ingest_ledger
        where authority_code = ? and extract = ? and status = 'accepted' and reporting_month < ? and row_count > 0
        order by reporting_month desc, version desc limit 1
        """,
        [made.authority_code, made.extract, made.month],
    ).fetchone()
    if last and made.rows is not None and not last[0] / 2 <= made.rows <= last[0] * 2:
        yield f"It has {counted(made.rows, 'row')}. That of {last[1]:%B %Y} had {last[0]:,}."
