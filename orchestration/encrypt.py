"""Encrypt what is private in a home that was begun without, and change the key."""

import logging
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ingestion import encryption, vault
from orchestration.run_lock import run_lock
from orchestration.settings import Settings

log = logging.getLogger("csc")
NO_KEY = "CSC_ENCRYPTION_KEY is not set. Make one with openssl rand -hex 32, and keep a copy with the passwords."


def encrypt(settings: Settings) -> int:
    """Encrypt the vault and the private warehouse, and return how many files of the vault that were.

    What is encrypted already stays as it is, so an encryption that was stopped goes on. Raises `LookupError` without a
    key.
    """
    if settings.encryption_key is None:
        raise LookupError(NO_KEY)
    with run_lock(settings.home_dir):
        if not (settings.home_dir / encryption.KEYRING).exists():
            encryption.make_keyring(settings.encryption_key.get_secret_value(), settings.home_dir)
        key = encryption.key()
        assert key  # noqa: S101 (there is a keyring)
        files = _plain(settings.vault)
        for file in files:
            _seal(file, key)
        _encrypt_database(settings.warehouse)
    return len(files)


def change_key(settings: Settings, secret: str) -> None:
    """Wrap the key of a home with another secret. Raises `LookupError` for a home that is not encrypted."""
    with run_lock(settings.home_dir):
        key = encryption.key()
        if key is None:
            raise LookupError(NO_KEY)
        encryption.wrap(secret, settings.home_dir, key)


def _plain(vault_dir: Path) -> list[Path]:
    """Return the files that came and are not encrypted; the record and the receipts name no child."""
    return [file for file in sorted(vault_dir.glob("[0-9a-f][0-9a-f]/*")) if file.suffix != vault.SEALED]


def _seal(file: Path, key: bytes) -> None:
    arriving = file.parent.parent / f"{vault.ARRIVING}{os.getpid()}"
    vault.seal(file, arriving, key)
    arriving.chmod(0o400)
    with arriving.open("rb") as written:
        os.fsync(written.fileno())
    arriving.replace(vault.sealed_name(file))
    file.unlink()


def _encrypt_database(file: Path) -> None:
    if not file.exists() or not _is_plain(file):
        return
    log.info("Encrypting %s", file.name)
    with TemporaryDirectory(dir=file.parent, prefix=".encrypting-") as scratch:
        made = Path(scratch) / file.name
        with encryption.connect(made) as con:  # under its own name, because the views in it name their catalog
            con.execute(f"attach '{file}' as plain (read_only)")
            con.execute(f'copy from database plain to "{file.stem}"')
            con.execute("detach plain")
        made.chmod(0o600)
        made.replace(file)
    file.with_suffix(".duckdb.wal").unlink(missing_ok=True)


def _is_plain(file: Path) -> bool:
    """Return whether a database can be opened without a key; what a killed run left beside it is then in it."""
    try:
        with duckdb.connect(str(file)):
            return True
    except duckdb.CatalogException:
        return False
