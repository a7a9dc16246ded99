"""A plugin of dbt-duckdb: gives each session the keys of HMAC-SHA256 from CSC_CHILD_KEY_SECRET, as variables.

So the secret is in no SQL: neither in what dbt compiles below CSC_HOME, nor in its logs, nor in the warehouse.
"""

import hashlib
import os

from dbt.adapters.duckdb.plugins import BasePlugin

BLOCK = 64  # bytes, of SHA-256


def padded_keys(secret: str) -> tuple[bytes, bytes]:
    """The inner and the outer padded key of RFC 2104."""
    key = secret.encode()
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)


class Plugin(BasePlugin):
    """Sets the variables csc_inner_pad and csc_outer_pad where there is a secret."""

    def configure_cursor(self, cursor) -> None:
        if secret := os.environ.get("CSC_CHILD_KEY_SECRET"):
            for name, pad in zip(("csc_inner_pad", "csc_outer_pad"), padded_keys(secret), strict=True):
                cursor.execute(f"set variable {name} = $1", [pad])
