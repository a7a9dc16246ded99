"""Publishing: check first, then one atomic step that shows readers a new file, whole.

An authority that is held back stands in the new publication as it stood in the one that readers saw until then, or, if
months without an error came, with those.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path

import duckdb

from data_quality import moments
from ingestion import encryption
from publication import carrying, good_months, holding, outside, per_authority, publications, queries, readers, tables
from publication.carrying import Carrying
from publication.file_names import of as file_names
from publication.good_months import Without
from publication.publications import HeldBackAuthority, Publication
from publication.tables import Table, literal
from publication.visibility import Visibility

HERE = Path(__file__).parent
EVERYTHING = Visibility()


def publish(
    warehouse: Path,
    published: Path,
    run_id: str,
    blocking: Iterable[str],
    visibility: Visibility = EVERYTHING,
    memory: str = "800MB",
    isolating: Iterable[str] = (),
    by_authority: bool = False,
    say: Callable[[str], None] | None = None,
    without: Without | None = None,
    group: int | None = None,
) -> Publication:
    """Copy what readers may see of the private warehouse into a new publication, and point `published` at it.

    Of the `blocking` checks, the `isolating` ones hold back only the authorities at fault. `by_authority` adds a folder
    for each authority. Raises `HeldBack` when the latest verdict on any other blocking check, or on a dbt test, is not
    a pass, and when nothing that readers may see is new.

    `without` is needed where an authority that is held back has new months without an error. `group` is the id of the
    group of readers; without it files keep the group of the account.
    """
    blocking = sorted(blocking)
    kept = published.parent / "publications"
    for left in kept.glob(".*"):  # by a run that was killed while publishing
        shutil.rmtree(left, ignore_errors=True)
    with encryption.connect(warehouse, read_only=True) as con:
        held = holding.authorities(con, holding.not_passed(con, blocking), set(isolating), published)
        names = file_names(con)
    now = moments.now().replace(tzinfo=UTC)
    publication_id = f"{now:%Y%m%dT%H%M%S%f}"
    arriving = kept / f".{publication_id}"
    kept.mkdir(parents=True, exist_ok=True)
    readers.open_to(kept, readers.FOLDER, group)
    arriving.mkdir()
    try:
        with ExitStack() as stack, duckdb.connect(str(arriving / "csc.duckdb")) as con:
            con.execute(f"set memory_limit = {literal(memory)}")
            outside.prepare(con, names)
            # under its own name, because the views in it name their catalog
            con.execute(encryption.attached(warehouse, "warehouse"))
            carried = Carrying(held, carrying.attach_earlier(con, published) if held else {}, blocking)
            if carried.with_good_months:
                copied = stack.enter_context(good_months.of(held, visibility, without))
                con.execute(f"attach {literal(copied)} as good (read_only)")
            whole, held_back = _copy(con, carried, visibility, published, now.isoformat(timespec="seconds"))
            for table in whole:
                tables.write_parquet(con, table, "csc", arriving / "parquet")
            if by_authority:
                per_authority.write(con, whole, arriving / "authorities")
            made = Publication(
                publication_id=publication_id,
                published_at=now.isoformat(timespec="seconds"),
                run_id=run_id,
                code_version=queries.value(con, HERE / "code_version.sql"),
                months=[month for (month,) in queries.run(con, HERE / "published_months.sql").fetchall()],
                tables=len(whole),
                held_back=held_back,
                number=max((p.number for p in publications.publications(published)), default=0) + 1,
            )
            con.execute("detach warehouse")
            con.execute("detach database if exists good")
        made.write(arriving)
        _seal(arriving, group)
        arriving.rename(kept / publication_id)
    except BaseException:
        shutil.rmtree(arriving, ignore_errors=True)
        raise
    publications.show(published, publication_id)
    publications.prune(published)
    if say:
        say(f"Published {made.tables} tables as {publication_id}")
        for authority in made.held_back:
            say(f"Held back {authority.authority_name}: {', '.join(authority.checks)}")
    return made


def _copy(
    con: duckdb.DuckDBPyConnection, carried: Carrying, visibility: Visibility, published: Path, now: str
) -> tuple[list[Table], list[HeldBackAuthority]]:
    """Copy every table, and say who is held back; return what is published now."""
    new = tables.of(con, "warehouse", visibility)
    con.begin()  # or the disk would be waited for after each of some 1,500 statements
    for table in new:
        tables.copy(con, table, carried.rows(table), "csc")
    before = publications.readers_see(published)
    held_back = carrying.held_back(con, carried, carried.absent(new), before, now)
    carrying.write_held_back(con, held_back)
    con.commit()
    return tables.of(con, "csc"), held_back


def _seal(folder: Path, group: int | None) -> None:
    """Make each file read-only for its owner and the group of readers, and wait until the disk has it."""
    for file in [folder, *folder.rglob("*")]:
        if file.is_dir():
            readers.open_to(file, readers.FOLDER, group)
        else:
            readers.open_to(file, readers.PUBLISHED, group)
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
