"""What a file is before anybody drops it: it is read as a run would read it, and nothing of it is kept."""

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from data_quality.contracts import Contract, ReturnContract, load_contracts
from data_quality.spellings import judge as spellings
from ingestion import ledger
from ingestion.landing import Delivery, authority_of, month_of
from ingestion.load import load, prepare
from ingestion.receive import receive
from ingestion.tables import RefusedError
from orchestration.preview.figures import changed_figures, odd_figures
from orchestration.preview.previewed import Preview
from orchestration.preview.rows import odd_rows
from orchestration.settings import Settings
from publication import publications


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
    if not path.is_file():
        raise ValueError(f"{path} is a pipe, a socket or a device. Give csc check a file.")
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
    prepare(con, contracts.values())
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
        made.odd = list(odd_figures(con, contract, made, is_published))
        made.changes = list(changed_figures(con, contract, made)) if is_published else []
    else:
        made.odd = list(odd_rows(con, contract, made, is_published))
    return made
