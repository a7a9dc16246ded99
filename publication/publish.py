"""Publishing: audit first, then one atomic step that shows readers a new file, whole.

`published` is a link to one folder of `publications/`, each holding `csc.duckdb` and `parquet/`. Replacing the link
replaces both at once; a reader that has the old file open keeps it until it closes.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

SCHEMAS = ("core", "marts", "quality", "reference")
KEPT = 5


class HeldBack(Exception):
    """A blocking check failed: the previous publication stays."""


@dataclass(frozen=True)
class Publication:
    """One publication, as its `publication.json` says."""

    publication_id: str
    published_at: str
    run_id: str
    code_version: str
    months: list[str]
    tables: int


def publish(
    warehouse: Path,
    published: Path,
    run_id: str,
    blocking: Iterable[str],
    private: Iterable[str],
    memory: str = "800MB",
    say: Callable[[str], None] = lambda line: None,
) -> Publication:
    """Copy the published schemas of the private warehouse into a new publication and point `published` at it.

    `private` names what in these schemas readers never see, as schema.table.

    Raises `HeldBack` when the latest verdict on any of the `blocking` checks, or of dbt's tests, is not `passed`.
    """
    publications = published.parent / "publications"
    for left in publications.glob(".*"):  # by a run that was killed while publishing
        shutil.rmtree(left, ignore_errors=True)
    now = datetime.now(UTC)
    publication_id = f"{now:%Y%m%dT%H%M%S%f}"
    arriving = publications / f".{publication_id}"
    arriving.mkdir(parents=True)
    try:
        with duckdb.connect(str(arriving / "csc.duckdb")) as con:
            con.execute(f"set memory_limit = {_quoted(memory)}")
            # under its own name, for the views in it name their catalog
            con.execute(f"attach {_quoted(warehouse)} as warehouse (read_only)")
            _hold_back_unless_passed(con, blocking)
            tables = _copy(con, arriving / "parquet", set(private))
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
            tables,
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
    say(f"Published {tables} tables as {publication_id}")
    return made


def _hold_back_unless_passed(con: duckdb.DuckDBPyConnection, blocking: Iterable[str]) -> None:
    """Every blocking check of the register passed after the last file came and the last build, and every dbt test."""
    con.execute("create temp table blocking as select unnest(?) as check_id", [sorted(blocking)])
    failed = con.execute(
        """
        with verdicts as (
            select check_id, asset, tool, code_version, checked_at, case
                when checked_at < (
                    select max(greatest(presence_changed_at, loaded_at)) from warehouse.quality.ingest_ledger
                )
                    then 'made before the last file came'
                when tool <> 'dbt' and asset not like 'raw.%'
                    and checked_at < (select max(checked_at) from warehouse.quality.check_results where tool = 'dbt')
                    then 'made before the last build'
                else status
            end as status, breaches, severity
            from warehouse.quality.check_results
            qualify row_number() over (partition by check_id order by checked_at desc, run_id desc) = 1
        )
        select check_id, coalesce(status, 'never made'), breaches
        from blocking left join verdicts using (check_id)
        where status is distinct from 'passed'
        union all
        -- a test that is no longer in the project was last made by other code
        select check_id, status, breaches from verdicts
        where tool = 'dbt' and severity = 'error' and status = 'failed'
            and code_version = (select max_by(code_version, checked_at) from warehouse.quality.check_results)
        order by check_id
        """
    ).fetchall()
    if failed:
        raise HeldBack(
            "; ".join(f"{check_id} {status} ({breaches or 0} found)" for check_id, status, breaches in failed)
        )


def _copy(con: duckdb.DuckDBPyConnection, parquet: Path, private: set[str]) -> int:
    """Every table and view of the published schemas that is not private, with comments, to the file and as Parquet."""
    relations = con.execute(
        """
        select schema_name, table_name, comment from duckdb_tables() where database_name = 'warehouse' and not temporary
        union all
        select schema_name, view_name, comment from duckdb_views() where database_name = 'warehouse' and not internal
        order by 1, 2
        """
    ).fetchall()
    relations = [r for r in relations if r[0] in SCHEMAS and f"{r[0]}.{r[1]}" not in private]
    for schema, table, comment in relations:
        con.execute(f"create schema if not exists {schema}")
        con.execute(f"create table {schema}.{table} as from warehouse.{schema}.{table}")
        columns = con.execute(
            """
            select column_name, comment from duckdb_columns()
            where database_name = 'warehouse' and schema_name = ? and table_name = ? and comment is not null
            """,
            [schema, table],
        ).fetchall()
        commented = [(f"table {schema}.{table}", comment)] if comment else []
        commented += [(f"column {schema}.{table}.{column}", text) for column, text in columns]
        for target, text in commented:
            con.execute(f"comment on {target} is {_quoted(text)}")
        (parquet / schema).mkdir(parents=True, exist_ok=True)
        file = _quoted(parquet / schema / f"{table}.parquet")
        con.execute(f"copy {schema}.{table} to {file} (format parquet, compression zstd, compression_level 1)")
    return len(relations)


def _quoted(text: object) -> str:
    """An SQL string literal, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


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
    return [Publication(**json.loads(file.read_text())) for file in files]


def current(published: Path) -> str | None:
    """The id of the publication that readers see now."""
    return published.readlink().name if published.is_symlink() else None


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
