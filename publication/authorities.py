"""Authorities by code, name or folder."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from publication import queries
from publication.nearest import did_you_mean, nearest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Authority:
    """A local authority. `folder` is its name below the landing folder."""

    authority_code: str
    authority_name: str
    folder: str


def authorities(con: duckdb.DuckDBPyConnection) -> list[Authority]:
    """Return every known authority; none before the first build."""
    if not queries.value(con, HERE / "authorities_table.sql"):
        return []
    return queries.rows(con, HERE / "authorities.sql", Authority)


def names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the name of each authority by its code."""
    return {authority.authority_code: authority.authority_name for authority in authorities(con)}


def code_of(con: duckdb.DuckDBPyConnection, named: str) -> str:
    """Return the code of an authority given by code, name or folder, in any case.

    Raises `LookupError` for an unknown one, with the nearest that is known.
    """
    known: dict[str, str] = {}
    for authority in authorities(con):
        spellings = (authority.authority_code, authority.authority_name, authority.folder)
        known |= {spelling.lower(): authority.authority_code for spelling in spellings}
    if named.lower() not in known:
        raise LookupError(f'"{named}" is not a known authority.{did_you_mean(nearest(named.lower(), known))}')
    return known[named.lower()]
