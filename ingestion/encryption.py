"""Encryption at rest: DuckDB encrypts the private database, and AES-GCM the files of the vault, with one key.

That key is made at random and lies in the keyring, wrapped by CSC_ENCRYPTION_KEY. So a new CSC_ENCRYPTION_KEY wraps it
anew, and no database or file has to be written again.
"""

import hashlib
import importlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

KEYRING = "keyring.json"
EXTENSION = "duckdb_extension_httpfs"  # DuckDB's own cryptography reads encrypted databases and does not write them
NOT_YET = "CSC_ENCRYPTION_KEY is set, but {what} is not encrypted. Encrypt it once: csc encrypt"
KEEP_IT = "Without it nobody can read the private warehouse or the vault."


@dataclass
class _InUse:
    """The setting and the home of this process, and the key once it is known."""

    secret: str | None = None
    home: Path = Path()
    key: bytes | None = None


_in_use = _InUse()


def use(secret: str | None, home: Path) -> None:
    """Open and write what is private in this home with the key that this secret wraps; None for no encryption."""
    global _in_use
    _in_use = _InUse(secret, home)


def in_use() -> tuple[str | None, Path]:
    """Return what `use` was given, for a process that helps this one."""
    return _in_use.secret, _in_use.home


def key() -> bytes | None:
    """Return the key of what is private, None where nothing is encrypted. A new home gets one.

    Raises `ValueError` where the setting and the home do not belong together.
    """
    secret, home = _in_use.secret, _in_use.home
    if _in_use.key:
        return _in_use.key
    keyring = home / KEYRING
    if not keyring.exists():
        if secret is None:
            return None
        if (home / "warehouse.duckdb").exists() or (home / "vault").exists():
            raise ValueError(NOT_YET.format(what=home))
        make_keyring(secret, home)
    if secret is None:
        raise ValueError(f"{home} is encrypted, and CSC_ENCRYPTION_KEY is not set. {KEEP_IT}")
    _in_use.key = unwrapped(secret, home)
    return _in_use.key


def make_keyring(secret: str, home: Path) -> None:
    """Make a key for a home, and wrap it."""
    wrap(secret, home, os.urandom(32))


def wrap(secret: str, home: Path, made: bytes) -> None:
    """Write the keyring with this key in it, whole or not at all."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # few homes are encrypted

    nonce = os.urandom(12)
    wrapped = AESGCM(_wrapping(secret)).encrypt(nonce, made, None)
    arriving = home / f".{KEYRING}"
    with open(arriving, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump({"nonce": nonce.hex(), "wrapped": wrapped.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    arriving.replace(home / KEYRING)


def unwrapped(secret: str, home: Path) -> bytes:
    """Return the key in the keyring of a home. Raises `ValueError` for another secret than it was wrapped with."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    found = json.loads((home / KEYRING).read_text())
    try:
        return AESGCM(_wrapping(secret)).decrypt(bytes.fromhex(found["nonce"]), bytes.fromhex(found["wrapped"]), None)
    except InvalidTag:
        raise ValueError(f"CSC_ENCRYPTION_KEY is not the key that {home} was encrypted with. {KEEP_IT}") from None


def _wrapping(secret: str) -> bytes:
    return hashlib.sha256(b"csc keyring" + secret.encode()).digest()


def connect(
    path: Path, read_only: bool = False, config: dict[str, str | bool | int | float | list[str]] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a private database. Raises what `duckdb.connect` raises, and `ValueError` for a wrong or missing key."""
    if key() is None:
        return duckdb.connect(str(path), read_only=read_only, config=config or {})
    # its temporary files have children's rows too
    con = duckdb.connect(config={"temp_directory": f"{path}.tmp", "temp_file_encryption": True})
    try:
        if not read_only:
            load_cipher(con)
        con.execute(attached(path, path.stem, read_only))
        con.execute(f'use "{path.stem}"')
    except BaseException as error:
        con.close()
        if isinstance(error, duckdb.CatalogException) and "is not encrypted" in str(error):
            raise ValueError(NOT_YET.format(what=path)) from None
        raise
    return con


def cursor(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a cursor of the private database for another thread: one of its own begins in no database."""
    own = con.cursor()
    if key():
        own.execute(f'use "{_name(own)}"')
    return own


def _name(con: duckdb.DuckDBPyConnection) -> str:
    [(name,)] = con.execute("select database_name from duckdb_databases() where path is not null").fetchall()
    return str(name)


def attached(path: Path, alias: str, read_only: bool = True) -> str:
    """Return the SQL that attaches a private database. It has the key in it: do not log it."""
    options = ["read_only"] if read_only else ["storage_version 'v1.5.0'"]
    if found := key():
        options.append(f"encryption_key '{found.hex()}'")
    elif not read_only:
        options = []
    place = str(path).replace("'", "''")
    return f"attach '{place}' as \"{alias}\"" + (f" ({', '.join(options)})" if options else "")


def load_cipher(con: duckdb.DuckDBPyConnection) -> None:
    """Load what DuckDB writes encrypted databases with. Raises `ValueError` where it is not installed."""
    try:
        package = importlib.import_module(EXTENSION)
    except ImportError:
        raise ValueError(
            "CSC_ENCRYPTION_KEY needs the package duckdb-extension-httpfs. Install it: make .venv/installed"
        ) from None
    version = duckdb.__version__
    file = Path(str(package.__file__)).parent / "extensions" / f"v{version}" / "httpfs.duckdb_extension"
    if not file.exists():
        raise ValueError(f"CSC_ENCRYPTION_KEY needs duckdb-extension-httpfs=={version}, the version of DuckDB")
    con.execute(f"load '{file}'")  # DuckDB checks its signature
