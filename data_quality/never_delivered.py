"""Which datasets no authority ever delivered: their models are there, and empty."""

import duckdb

from data_quality.contracts import child_level, load_contracts
from ingestion import ledger


def never_delivered(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the datasets of which no file was ever accepted."""
    extracts = ledger.extracts(con)
    return set(child_level()) - {c.dataset for c in load_contracts().values() if c.extract in extracts}
