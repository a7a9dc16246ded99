"""Publishing: audit first, then one atomic step that shows readers a new file, whole.

`published` is a link to one folder of `publications/`, each holding `csc.duckdb` and `parquet/`, and where it is asked
for `authorities/` with the same for each authority alone. Replacing the link replaces all at once; a reader that has
the old file open keeps it until it closes.

An authority that is held back stands in the new publication as it stood in the one that readers see until then.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from publication import holding, tables
from publication.tables import Table, literal, one_of

KEPT = 5
HELD_BACK_SQL = Path(__file__).with_name("held_back.sql")
# they tell what came and who there is, also of an authority that is held back
NEVER_HELD_BACK = {"core.dim_authority", "quality.ingest_ledger"}
OF_NO_AUTHORITY = {"quality.check_results"}  # a verdict is on the rows of all authorities together


@dataclass(frozen=True)
class HeldBackAuthority:
    """An authority whose rows are those of an earlier publication: why, and since when (ISO, UTC).

    `published_at` is when they were first published, None where they never were; `absent_from` names the tables that
    have none of them, for they are new or changed their columns since.
    """

    authority_code: str
    authority_name: str
    checks: list[str]
    since: str
    published_at: str | None
    absent_from: list[str]


@dataclass(frozen=True)
class Publication:
    """One publication, as its `publication.json` says."""

    publication_id: str
    published_at: str
    run_id: str
    code_version: str
    months: list[str]
    tables: int
    held_back: list[HeldBackAuthority] = field(default_factory=list)


def publish(
    warehouse: Path,
    published: Path,
    run_id: str,
    blocking: Iterable[str],
    private: Iterable[str],
    memory: str = "800MB",
    isolating: Iterable[str] = (),
    per_authority: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Publication:
    """Copy the published schemas of the private warehouse into a new publication and point `published` at it.

    `private` names what in these schemas readers never see, as schema.table. Of the `blocking` checks, the `isolating`
    ones hold back only the authorities at fault. `per_authority` adds a folder for each authority.

    Raises `HeldBack` when the latest verdict on any other of the `blocking` checks, or of dbt's tests, is not `passed`,
    and when nobody is left who is not held back.
    """
    blocking = sorted(blocking)
    publications = published.parent / "publications"
    for left in publications.glob(".*"):  # by a run that was killed while publishing
        shutil.rmtree(left, ignore_errors=True)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        held = holding.authorities(con, holding.not_passed(con, blocking), set(isolating))
    now = datetime.now(UTC)
    publication_id = f"{now:%Y%m%dT%H%M%S%f}"
    arriving = publications / f".{publication_id}"
    arriving.mkdir(parents=True)
    try:
        with duckdb.connect(str(arriving / "csc.duckdb")) as con:
            con.execute(f"set memory_limit = {literal(memory)}")
            # under its own name, for the views in it name their catalog
            con.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
            new = [table for table in tables.of(con, "warehouse") if str(table) not in set(private)]
            earlier = _attach_earlier(con, published) if held else {}
            for table in new:
                tables.copy(con, table, _rows(table, earlier, sorted(held), blocking), "csc")
            held_back = _held_back(con, held, _absent(new, earlier), readers_see(published), now) if held else []
            _tell_held_back(con, held_back)
            whole = tables.of(con, "csc")
            for table in whole:
                tables.write_parquet(con, table, "csc", arriving / "parquet")
            if per_authority:
                _part(con, whole, arriving / "authorities")
            months = con.execute("select distinct cast(month as varchar) from marts.kpi_monthly order by 1").fetchall()
            (code_version,) = con.execute(
                "select max_by(code_version, checked_at) from quality.check_results"
            ).fetchone()
            con.execute("detach warehouse")
        made = Publication(
            publication_id,
            now.isoformat(timespec="seconds"),
            run_id,
            code_version,
            [m for (m,) in months],
            len(whole),
            held_back,
        )
        (arriving / "publication.json").write_text(json.dumps(asdict(made), indent=1))
        for file in arriving.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
                _sync(file)
        arriving.rename(publications / publication_id)
    except BaseException:
        shutil.rmtree(arriving, ignore_errors=True)
        raise
    _show(published, publications / publication_id)
    _prune(published)
    say(f"Published {len(whole)} tables as {publication_id}")
    for authority in held_back:
        say(f"Held back {authority.authority_name}: {', '.join(authority.checks)}")
    return made


def _attach_earlier(con: duckdb.DuckDBPyConnection, published: Path) -> dict[str, Table]:
    """Attach the publication that readers see as `earlier`; its tables by name, none where nothing is published."""
    if not current(published):
        return {}
    # the file behind the link, for the link soon shows another
    con.execute(f"attach {literal((published / 'csc.duckdb').resolve())} as earlier (read_only)")
    return {str(table): table for table in tables.of(con, "earlier")}


def _is_held_back(table: Table) -> bool:
    return table.has_authorities and str(table) not in NEVER_HELD_BACK


def _rows(table: Table, earlier: dict[str, Table], held: list[str], blocking: list[str]) -> str:
    """The query for the rows that readers get: new ones, and of the held-back authorities those of `earlier`."""
    if not held or not _is_held_back(table):
        return f"from warehouse.{table}"
    is_new, was = f"coalesce(authority_code not in {one_of(held)}, true)", f"authority_code in {one_of(held)}"
    if str(table) == "quality.findings":  # what holds an authority back is told at once, the others with its figures
        is_new += f" or check_id in {one_of(blocking)}"
        was += f" and check_id not in {one_of(blocking)}"
    if str(table) == "marts.mart_comparators":  # no median of others holds a figure that is held back
        figures = "select month, measure_id, basis, statistic, value from {}.marts.mart_comparators where " + was
        published = "" if _absent([table], earlier) else f"except {figures.format('earlier')}"
        is_new += f""" and not (
            comparator = 'median of other authorities' and (month, measure_id, basis, statistic) in (
                select (month, measure_id, basis, statistic) from ({figures.format("warehouse")} {published})
            )
        )"""
    new = f"select * from warehouse.{table} where {is_new}"
    if _absent([table], earlier):
        return new
    return f"{new} union all by name select * from earlier.{table} where {was}"


def _absent(new: list[Table], earlier: dict[str, Table]) -> list[str]:
    """The tables into which no earlier rows fit."""
    return [str(t) for t in new if _is_held_back(t) and (str(t) not in earlier or earlier[str(t)].types != t.types)]


def _held_back(
    con: duckdb.DuckDBPyConnection,
    held: dict[str, list[str]],
    absent: list[str],
    before: Publication | None,
    now: datetime,
) -> list[HeldBackAuthority]:
    """What readers are told of the held-back authorities."""
    names = dict(con.execute("select authority_code, authority_name from reference.authorities").fetchall())
    first_seen = dict(
        con.execute(
            """
            select authority_code, min(first_seen_at) from quality.findings
            where status = 'open' and severity = 'error' group by authority_code
            """
        ).fetchall()
    )
    carried = [t for t in tables.of(con, "csc") if _is_held_back(t) and str(t) not in ("quality.findings", *absent)]
    codes = " union ".join(f"select authority_code from {table}" for table in carried) or "select null"
    have_rows = {code for (code,) in con.execute(codes).fetchall()}
    held_before = {authority.authority_code: authority for authority in (before.held_back if before else [])}
    made = []
    for code, checks in sorted(held.items()):
        was = held_before.get(code)
        since = first_seen[code].replace(tzinfo=UTC).isoformat(timespec="seconds")
        made.append(
            HeldBackAuthority(
                authority_code=code,
                authority_name=names.get(code, code),
                checks=checks,
                since=min(since, was.since) if was else since,
                published_at=(was or before).published_at if before and code in have_rows else None,
                absent_from=sorted({*absent, *(was.absent_from if was else [])}) if code in have_rows else [],
            )
        )
    return made


def _tell_held_back(con: duckdb.DuckDBPyConnection, held_back: list[HeldBackAuthority]) -> None:
    """Make quality.held_back."""
    con.execute(HELD_BACK_SQL.read_text())
    for a in held_back:
        con.execute(
            "insert into quality.held_back values (?, ?, ?, ?, ?)",
            [a.authority_code, ", ".join(a.checks), a.since, a.published_at, ", ".join(a.absent_from) or None],
        )


def _part(con: duckdb.DuckDBPyConnection, whole: list[Table], folder: Path) -> None:
    """For each authority that ever delivered, a folder with the same structure and only its rows."""
    delivered = con.execute(
        """
        select authority_code, folder from reference.authorities
        where authority_code in (select authority_code from quality.ingest_ledger where status = 'accepted')
        order by folder
        """
    ).fetchall()
    folder.mkdir()
    empty = folder / "empty.duckdb"  # tables and comments, a thousand statements, are made once
    parted = [table for table in whole if str(table) not in OF_NO_AUTHORITY]
    con.execute(f"attach {literal(empty)} as own")
    for table in parted:
        tables.copy(con, table, f"from csc.{table} limit 0", "own")
    con.execute("detach own")
    for code, name in delivered:
        own = folder / name
        own.mkdir()
        con.execute(f"attach {literal(shutil.copy(empty, own / 'csc.duckdb'))} as own")
        con.begin()
        for table in parted:
            condition = f" where authority_code = {literal(code)}" if table.has_authorities else ""
            con.execute(f"insert into own.{table} from csc.{table}{condition}")
            tables.write_parquet(con, table, "own", own / "parquet")
        con.commit()
        con.execute("detach own")
    empty.unlink()


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _show(published: Path, publication: Path) -> None:
    """Point `published` at a publication: one rename, so that a reader sees the old one or the new one."""
    link = published.with_name(".published-arriving")
    link.unlink(missing_ok=True)
    link.symlink_to(publication.relative_to(published.parent))
    link.replace(published)


def publications(published: Path) -> list[Publication]:
    """Every publication kept, newest first."""
    files = sorted((published.parent / "publications").glob("[!.]*/publication.json"), reverse=True)
    return [_read(file) for file in files]


def _read(file: Path) -> Publication:
    said = json.loads(file.read_text())
    return Publication(**said | {"held_back": [HeldBackAuthority(**a) for a in said.get("held_back", [])]})


def current(published: Path) -> str | None:
    """The id of the publication that readers see now."""
    return published.readlink().name if published.is_symlink() else None


def readers_see(published: Path) -> Publication | None:
    """The publication that readers see now."""
    return next((p for p in publications(published) if p.publication_id == current(published)), None)


def rollback(published: Path, publication_id: str | None = None) -> Publication:
    """Show an earlier publication: the one before the current, or the one named. Raises `LookupError` if none is."""
    kept = publications(published)
    shown = current(published)
    earlier = [p for p in kept if shown and p.publication_id < shown]
    chosen = [p for p in kept if p.publication_id == publication_id] if publication_id else earlier[:1]
    if not chosen:
        listed = ", ".join(p.publication_id for p in kept) or "none"
        what = f"publication {publication_id} is not kept" if publication_id else "there is no earlier publication"
        raise LookupError(f"{what}; kept are: {listed}")
    _show(published, published.parent / "publications" / chosen[0].publication_id)
    return chosen[0]


def _prune(published: Path) -> None:
    """Keep the last five; what a reader still has open stays readable until it closes the file."""
    for old in publications(published)[KEPT:]:
        if old.publication_id != current(published):
            shutil.rmtree(published.parent / "publications" / old.publication_id)
