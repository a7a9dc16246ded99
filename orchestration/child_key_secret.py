"""A plugin of dbt-duckdb: gives each session the keys of HMAC-SHA256 from CSC_CHILD_KEY_SECRET, as variables.

So the secret is in no SQL: neither in what dbt compiles below CSC_HOME, nor in its logs, nor in the warehouse. The
settings read it from the environment or `.env`, so `dbt build` needs nothing else.
"""

import hashlib
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from ingestion import encryption
from orchestration.settings import settings

BLOCK = 64  # bytes, of SHA-256


def padded_keys(secret: str) -> tuple[bytes, bytes]:
    """Return the inner and the outer padded key of RFC 2104."""
    key = secret.encode()
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)


class Plugin(BasePlugin):
    """Sets the variables csc_inner_pad and csc_outer_pad where there is a secret."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Stop where `.env` names another CSC_HOME than the profile, which reads the environment only."""
        found = conn.execute("select path from duckdb_databases() where database_name = current_database()").fetchone()
        opened, home = found and found[0], settings().home_dir
        if opened and Path(opened).resolve() not in (settings().warehouse, settings().replay):
            raise ValueError(f"dbt opened {opened}, but CSC_HOME is {home}. Set CSC_HOME={home} in the environment.")
        if not opened and encryption.key():  # the profile attaches the encrypted file after this
            encryption.load_cipher(conn)

    def initialize(self, plugin_config: dict[str, Any]) -> None:  # noqa: ARG002 (dbt-duckdb's)
        """Work out the keys once: a session is opened for every node."""
        secret = settings().child_key_secret
        self.pads = padded_keys(secret.get_secret_value()) if secret else ()

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Set the variables for this session."""
        for name, pad in zip(("csc_inner_pad", "csc_outer_pad"), self.pads, strict=False):
            cursor.execute(f"set variable {name} = $1", [pad])
