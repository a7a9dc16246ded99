"""The vault's own record of what arrived, in order: what it takes to make the warehouse again from the vault alone.

It has a line of JSON for each file that came to lie in the landing folder, or went from there, and is written before
the ledger. So a run that is killed in between leaves a line too many: the file is then received again, to no effect.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ingestion import vault
from ingestion.landing import Delivery

RECORD = "arrivals.jsonl"


class Delivered(NamedTuple):
    """A file as the ledger has it."""

    file_path: str
    sha256: str
    modified_ns: int
    received_at: datetime
    is_present: bool


@dataclass(frozen=True)
class Arrival:
    """A file that came to lie at a path, or went from there: then it has no SHA-256. `run` counts the receivings."""

    run: int
    file_path: str
    at: str
    sha256: str | None = None
    modified_ns: int = 0

    def put(self, vault_dir: Path, landing: Path) -> None:
        """Do to a landing folder what happened. Raises `LookupError` for a file that the vault does not have."""
        file = landing / self.file_path
        file.unlink(missing_ok=True)
        if not self.sha256:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            vault.copy_out(vault_dir, self.sha256, file.suffix, file)
        except FileNotFoundError:
            raise LookupError(f"The vault does not have {self.sha256}, which lay at {self.file_path}.") from None
        os.utime(file, ns=(self.modified_ns, self.modified_ns))


class Record:
    """The record of one vault, open for one receiving of files."""

    def __init__(self, vault_dir: Path, is_open: bool = True) -> None:
        """Continue the record; a last line that a kill has cut short goes. Nothing is written unless it `is_open`."""
        vault_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file, self.is_open = vault_dir / RECORD, is_open
        known = list(_lines(self.file))
        self.run = known[-1].run + 1 if known else 1
        self.last = {arrival.file_path: (arrival.sha256, arrival.modified_ns) for arrival in known}
        if self.file.exists():
            content = self.file.read_bytes()
            os.truncate(self.file, content.rfind(b"\n") + 1)

    def begin(self, files: list[Delivered]) -> None:
        """Write what a ledger has, where files came before there was a record, each as if in a run of its own."""
        for n, file in enumerate(files):
            # a file that was moved went from one folder before it came to the other
            moved = {f.file_path for f in files[:n] if f.sha256 == file.sha256 and not f.is_present}
            self.gone(moved & self._lying(), file.received_at)
            self._write(Arrival(self.run, file.file_path, file.received_at.isoformat(), file.sha256, file.modified_ns))
            self.run += 1
        if files:
            self.gone(self._lying() - {f.file_path for f in files if f.is_present}, files[-1].received_at)

    def _lying(self) -> set[str]:
        return {file_path for file_path, (sha256, _) in self.last.items() if sha256}

    def arrived(self, delivery: Delivery, sha256: str, at: datetime) -> None:
        """Note that a file lies at its path with these bytes, unless that was the last to be noted of it."""
        if self.last.get(delivery.file_path) != (sha256, delivery.modified_ns):
            self._write(Arrival(self.run, delivery.file_path, at.isoformat(), sha256, delivery.modified_ns))

    def gone(self, file_paths: set[str], at: datetime) -> None:
        """Note that nothing lies at these paths any more."""
        for file_path in sorted(file_paths):
            self._write(Arrival(self.run, file_path, at.isoformat()))

    def _write(self, arrival: Arrival) -> None:
        self.last[arrival.file_path] = (arrival.sha256, arrival.modified_ns)
        if not self.is_open:
            return
        with open(self.file, "ab", opener=_privately) as file:
            file.write(json.dumps(asdict(arrival)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lines(file: Path) -> Iterator[Arrival]:
    if file.exists():
        whole = file.read_bytes().rpartition(b"\n")[0].splitlines()
        yield from (Arrival(**json.loads(line)) for line in whole)


def recorded(vault_dir: Path) -> list[list[Arrival]]:
    """Return everything that arrived or went, in order, by the run that received it.

    Raises `LookupError` for a vault without a record.
    """
    lines = list(_lines(vault_dir / RECORD))
    if not lines:
        raise LookupError(
            f"{vault_dir} has no record of what arrived ({RECORD}), so nothing can be made again from it."
        )
    return [list(arrivals) for _, arrivals in groupby(lines, key=lambda arrival: arrival.run)]
