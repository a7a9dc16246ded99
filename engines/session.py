"""The Spark session that dbt runs in: begun here, because it needs the key of the children's hash."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestration.child_key_secret import padded_keys

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


@contextmanager
def begun(remote: str, secret: str | None) -> Iterator["SparkSession"]:
    """Connect to a Spark Connect server and yield the session, which dbt then takes for its own.

    The padded keys of HMAC-SHA256 are variables of this session alone, as in DuckDB: the secret is in no table and in
    nothing that dbt compiles. Without a secret they are null.
    """
    # dbt-spark asks for Hive at each statement, which a server that runs already cannot take; it tells so each time
    warnings.filterwarnings("ignore", message=".*spark.sql.catalogImplementation.*")
    warnings.filterwarnings("ignore", message=".*pandas >= 3.*")  # nothing here becomes a data frame
    from pyspark.sql import SparkSession

    os.environ["SPARK_REMOTE"] = remote  # dbt-spark looks here
    session = SparkSession.builder.remote(remote).getOrCreate()
    pads = padded_keys(secret) if secret else (None, None)
    for name, pad in zip(("csc_inner_pad", "csc_outer_pad"), pads, strict=True):
        value = f"X'{pad.hex()}'" if pad else "null"
        session.sql(f"declare or replace variable {name} binary default {value}").collect()
    try:
        yield session
    finally:
        session.stop()  # while the server is there: at exit it would be asked for ten minutes
