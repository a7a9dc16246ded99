"""Receipts of erased children, in the vault, so that they outlive the private file.

A receipt names no child. It has the keyed hash under which the child appeared, so that a later delivery of the child is
found; the SHA-256 and the size of every file that was rewritten, as proof that it came; and how often the children had
counted in each measure, so that what was published stays as it was.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import duckdb

FOLDER = "erasures"
TABLES = """
create schema if not exists decisions;
create table if not exists decisions.erased_children (
    authority_code varchar not null,
    child_key varchar not null,
    erased_on date not null
);
comment on table decisions.erased_children is 'One row per child whose data was erased, under the keyed hash.';
create table if not exists decisions.erased_counts (
    authority_code varchar not null,
    month date not null,
    measure_id varchar not null,
    members integer not null
);
comment on table decisions.erased_counts is
    'One row per authority, month and measure that counted children who are erased since: how many.';
"""


@dataclass(frozen=True)
class Rewritten:
    """A file of the vault whose bytes were replaced; it keeps its name, the SHA-256 of what came."""

    sha256: str
    file_bytes: int
    rows: int
    sha256_now: str


@dataclass(frozen=True)
class Count:
    """How many members of a measure were erased. `month` is YYYY-MM-DD."""

    month: str
    measure_id: str
    members: int


@dataclass(frozen=True)
class Receipt:
    """What one erasure took out; `removed` counts rows by place."""

    number: int
    erased_at: str
    erased_by: str
    reason: str
    authority_code: str
    child_keys: list[str]
    removed: dict[str, int]
    files: list[Rewritten] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def write(self, vault_dir: Path) -> Path:
        """Write the receipt into the vault, whole or not at all, and return its file."""
        folder = vault_dir / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        arriving = folder / f".{self.number:04}"
        arriving.write_text(json.dumps(asdict(self), indent=1))
        arriving.chmod(0o600)
        return arriving.replace(folder / f"{self.number:04}.json")


def receipts(vault_dir: Path) -> list[Receipt]:
    """Return every receipt of a vault, the oldest first."""
    return [_read(file) for file in sorted((vault_dir / FOLDER).glob("[0-9]*.json"))]


def _read(file: Path) -> Receipt:
    content = json.loads(file.read_text())
    files = [Rewritten(**one) for one in content.pop("files")]
    counts = [Count(**one) for one in content.pop("counts")]
    return Receipt(**content, files=files, counts=counts)


def prepare(con: duckdb.DuckDBPyConnection, vault_dir: Path) -> None:
    """Fill the tables of what was erased from the receipts of the vault."""
    con.execute(TABLES)
    children, counts = set(), Counter[tuple[str, str, str]]()
    for receipt in receipts(vault_dir):
        day = date.fromisoformat(receipt.erased_at[:10])
        children |= {(receipt.authority_code, key, day) for key in receipt.child_keys}
        for count in receipt.counts:
            counts[receipt.authority_code, count.month, count.measure_id] += count.members
    con.begin()
    for table, rows in (
        ("erased_children", sorted(children)),
        ("erased_counts", [(*of, members) for of, members in sorted(counts.items())]),
    ):
        con.execute(f"delete from decisions.{table}")  # noqa: S608 (named here)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            con.executemany(f"insert into decisions.{table} values ({marks})", rows)  # noqa: S608 (named here)
    con.commit()
