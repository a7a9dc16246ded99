"""The Spark session that dbt runs in: begun here, because it needs the key of the children's hash."""

import warnings
from typing import TYPE_CHECKING

from orchestration.child_key_secret import padded_keys

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


def begin(remote: str, secret: str | None) -> "SparkSession":
    """Connect to a Spark Connect server and return the session, which dbt then takes for its own.

    The padded keys of HMAC-SHA256 are variables of this session alone, as in DuckDB: the secret is in no table and in
    nothing that dbt compiles. Without a secret they are null.
    """
    # dbt-spark asks for Hive at each statement, which a server that runs already cannot take; it tells so each time
    warnings.filterwarnings("ignore", message=".*spark.sql.catalogImplementation.*")
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).getOrCreate()
    pads = padded_keys(secret) if secret else (None, None)
    for name, pad in zip(("csc_inner_pad", "csc_outer_pad"), pads, strict=True):
        value = f"X'{pad.hex()}'" if pad else "null"
        session.sql(f"declare or replace variable {name} binary default {value}").collect()
    return session  # type: ignore[return-value]  # what a remote address gives
