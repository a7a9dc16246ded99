"""Find the rows of some children in everything that an authority ever delivered, and take them out of the vault."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from data_quality.contracts import ListContract, load_contracts
from ingestion import encryption, vault
from ingestion.erasures import Rewritten
from ingestion.without_rows import Taken, rewrite

# the macro normalised_id, whose Python is without_rows.normalised
BARE = """regexp_replace(upper(trim({column})), '^[=]?["'']+|["'']+$', '', 'g')"""
NORMALISED = f"""
case
    when regexp_full_match({BARE}, '[0-9]+([.]0+)?')
        then coalesce(nullif(ltrim(split_part({BARE}, '.', 1), '0'), ''), '0')
    else {BARE}
end
"""


@dataclass(frozen=True)
class Found:
    """The files of the vault in which children are, or may be, and the rows of each raw table that are theirs."""

    files: dict[str, Taken]
    """By SHA-256."""
    raw_rows: dict[str, int]
    searched: int
    """Of the files: those that were refused or left aside, which have to be looked into."""


@dataclass(frozen=True)
class _Row:
    extract: str
    sha256: str
    sheet: str | None
    number: int


def ids_of(con: duckdb.DuckDBPyConnection, authority_code: str) -> set[str]:
    """Return the normalised id of every child that an authority ever delivered."""
    found: set[str] = set()
    for contract in _with_children():
        rows = con.execute(
            f"""
            select distinct {NORMALISED.format(column="child_id")} from raw.{contract.extract}
            where authority_code = ?
            """,  # noqa: S608 (named by a contract)
            [authority_code],
        ).fetchall()
        found |= {child_id for (child_id,) in rows if child_id}
    return found


def find(con: duckdb.DuckDBPyConnection, authority_code: str, ids: frozenset[str]) -> Found:
    """Return where the children with these normalised ids are, in every version of every file."""
    con.execute("create or replace temporary table erased_ids as select unnest(?::varchar[]) as id", [sorted(ids)])
    rows = [*_own_rows(con, authority_code), *_linked_rows(con, authority_code)]
    numbers: dict[str, dict[str | None, set[int]]] = defaultdict(lambda: defaultdict(set))
    counts: dict[str, int] = defaultdict(int)
    for row in set(rows):
        numbers[row.sha256][row.sheet].add(row.number)
        counts[row.extract] += 1
    used, unused = _sheets(con, authority_code)
    files = {
        sha256: Taken(
            rows={sheet: frozenset(of_sheet) for sheet, of_sheet in numbers[sha256].items()},
            ids=ids,
            used=frozenset(used[sha256]),
        )
        for sha256 in numbers.keys() | unused
    }
    return Found(files, dict(sorted(counts.items())), len(unused - numbers.keys()))


def authorities(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the codes of the authorities that deliver lists."""
    found = set()
    for contract in _with_children():
        rows = con.execute(f"select distinct authority_code from raw.{contract.extract}").fetchall()  # noqa: S608 (named by a contract)
        found |= {code for (code,) in rows}
    return sorted(found)


def still_landing(con: duckdb.DuckDBPyConnection, sha256s: list[str]) -> list[str]:
    """Return the paths of these files that still lie in the landing folder, which we never change."""
    rows = con.execute(
        """
        select distinct file_path from quality.ingest_ledger
        where is_present and list_contains(?, file_sha256) order by file_path
        """,
        [sha256s],
    ).fetchall()
    return [path for (path,) in rows]


def _with_children() -> Iterator[ListContract]:
    for contract in load_contracts().values():
        if isinstance(contract, ListContract) and any(column.name == "child_id" for column in contract.columns):
            yield contract


def _own_rows(con: duckdb.DuckDBPyConnection, authority_code: str) -> Iterator[_Row]:
    for contract in _with_children():
        rows = con.execute(
            f"""
            select file_sha256, sheet, source_row from raw.{contract.extract}
            where authority_code = ? and {NORMALISED.format(column="child_id")} in (select id from erased_ids)
            """,  # noqa: S608 (named by a contract)
            [authority_code],
        ).fetchall()
        yield from (_Row(contract.extract, *row) for row in rows)


def _linked_rows(con: duckdb.DuckDBPyConnection, authority_code: str) -> Iterator[_Row]:
    """Yield the rows of lists without a child's id, by the id of an assessment or a period of care of the child."""
    for linked in load_contracts().values():
        if not isinstance(linked, ListContract) or any(column.name == "child_id" for column in linked.columns):
            continue
        keys = [column.name for column in linked.columns if column.type == "identifier" and column.name in linked.key]
        for key in keys:
            for owner in _with_children():
                if owner.dataset == linked.dataset and any(column.name == key for column in owner.columns):
                    rows = con.execute(
                        f"""
                        select file_sha256, sheet, source_row from raw.{linked.extract}
                        where authority_code = $authority_code and {NORMALISED.format(column=key)} in (
                            select {NORMALISED.format(column=key)} from raw.{owner.extract}
                            where authority_code = $authority_code and {key} <> ''
                                and {NORMALISED.format(column="child_id")} in (select id from erased_ids)
                        )
                        """,  # noqa: S608 (named by contracts)
                        {"authority_code": authority_code},
                    ).fetchall()
                    yield from (_Row(linked.extract, *row) for row in rows)


def _sheets(con: duckdb.DuckDBPyConnection, authority_code: str) -> tuple[dict[str, set[str | None]], set[str]]:
    """Return the sheets of each file that we use, None for a text, and the files with a part that we do not.

    A file in a folder of no authority may be anybody's.
    """
    parts = con.execute(
        """
        select file_sha256, regexp_replace(sheet, '(, |^)rows [0-9]+ to [0-9]+$', '') as sheet,
            status in ('refused', 'ignored') as is_unused
        from quality.ingest_ledger
        where file_sha256 <> '' and coalesce(authority_code, $authority_code) = $authority_code
        """,
        {"authority_code": authority_code},
    ).fetchall()
    used: dict[str, set[str | None]] = defaultdict(set)
    for sha256, sheet, is_unused in parts:
        if not is_unused:
            used[sha256].add(sheet or None)
    return used, {sha256 for sha256, _, is_unused in parts if is_unused}


class Rewriting:
    """New bytes for files of the vault, beside it until they take the place of the old."""

    def __init__(self, vault_dir: Path, files: dict[str, Taken]) -> None:
        """Write every file that changes without its rows."""
        self.folder = TemporaryDirectory(dir=vault_dir, prefix=vault.TEMPORARY)
        self.made: list[tuple[Path, Path]] = []
        self.files: list[Rewritten] = []
        for sha256, taken in sorted(files.items()):
            for kept in sorted(vault_dir.glob(f"{sha256[:2]}/{sha256}*")):
                plain = kept.with_name(kept.name.removesuffix(vault.SEALED))
                to = Path(self.folder.name) / plain.name
                with vault.opened(vault_dir, sha256, plain.suffix) as came:
                    if rows := rewrite(came, to, taken):
                        self.files.append(Rewritten(sha256, came.stat().st_size, rows, vault.fingerprint(to)))
                        self.made.append((self._as_kept(to, kept), kept))

    def _as_kept(self, made: Path, kept: Path) -> Path:
        """Encrypt new bytes where the old ones were."""
        key = encryption.key()
        if key is None or kept.suffix != vault.SEALED:
            return made
        vault.seal(made, vault.sealed_name(made), key)
        return vault.sealed_name(made)

    def put(self) -> None:
        """Replace the old bytes, each file at once."""
        for to, kept in self.made:
            to.chmod(0o400)
            with to.open("rb") as file:
                os.fsync(file.fileno())
            to.replace(kept)
        self.folder.cleanup()
