"""Receiving everything again that a vault has a record of, in the order in which it came."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb

from data_quality.contracts import Contract
from ingestion import arrivals, ledger, load, withdraw
from ingestion.receive import receive


def replay(
    con: duckdb.DuckDBPyConnection,
    vault_dir: Path,
    landing: Path,
    contracts: dict[str, Contract],
    first_month: date,
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Fill an empty warehouse as it was filled, and return how many files came.

    `landing` is an empty folder, which then has what lay in the landing folder last. The contracts are those of today,
    so a file that they read otherwise is another delivery now. Raises `LookupError` where the vault lacks a file.
    """
    files = 0
    for came in arrivals.recorded(vault_dir):
        for arrival in came:
            arrival.put(vault_dir, landing)
        last = ledger.last_number(con)
        # not by its bytes: those of a file are others since a child in it was erased
        kept_as = {arrival.file_path: arrival.sha256 for arrival in came if arrival.sha256}
        receive(con, landing, vault_dir, contracts, first_month, say=say, is_recorded=False, kept_as=kept_as)
        for arrival in came:
            files += bool(arrival.sha256)
            ledger.set_received_at(con, arrival.file_path, last, datetime.fromisoformat(arrival.at))
        load.load(con, contracts.values(), vault_dir, ledger.pending(con), say=say)
        withdraw.repeat(con)
    return files
