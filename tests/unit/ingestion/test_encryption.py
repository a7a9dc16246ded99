"""The private warehouse and the vault are encrypted where there is a key; a wrong, lost or new one is told in words."""

import io
import os
import random
from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import encryption, ledger, sealed
from ingestion.load import load
from ingestion.receive import receive
from ingestion.replay import replay
from orchestration.encrypt import change_key, encrypt
from orchestration.warehouse import connect, prepare

SECRET, OTHER = "a key of thirty-two characters ..", "another key of thirty-two letters"
CHILD = "Q7731X"
CONTRACTS = {name: load_contracts()[name] for name in ("annex_a_contacts", "overview")}
FIRST = date(2010, 4, 1)


@pytest.fixture
def given(configured, tmp_path):
    """Settings of an encrypted home with a list in its landing folder."""
    pytest.importorskip(encryption.EXTENSION)
    folder = tmp_path / "landing" / "croydon" / "2024-03"
    folder.mkdir(parents=True)
    columns = CONTRACTS["annex_a_contacts"].columns
    rows = [",".join(f'"{column.headers[0]}"' for column in columns)]
    rows += [f"{CHILD}{number}{',' * (len(columns) - 1)}" for number in range(2_000)]
    (folder / "contacts.csv").write_text("\n".join(rows) + "\n")
    yield configured(CSC_ENCRYPTION_KEY=SECRET)
    encryption.use(None, tmp_path / "none")


def take_in(given):
    prepare(given.warehouse)
    with connect(given.warehouse) as con:
        receive(con, given.landing_dir, given.vault, CONTRACTS, FIRST)
        load(con, CONTRACTS.values(), given.vault, ledger.pending(con))


def loaded(given):
    with connect(given.warehouse, read_only=True) as con:
        query = "select count(*), count(distinct child_id), min(child_id) from raw.annex_a_contacts"
        return con.execute(query).fetchone()


WANTED = (2_000, 2_000, f"{CHILD}0")


def readable(home):
    """The private files in which the child stands in clear."""
    places = [home / "warehouse.duckdb", home / "warehouse.duckdb.wal", *(home / "vault").rglob("*")]
    return [path for path in places if path.is_file() and CHILD.encode() in path.read_bytes()]


def test_no_private_file_has_a_child_in_clear_and_the_vault_alone_makes_it_again(given, tmp_path):
    take_in(given)
    assert loaded(given) == WANTED
    assert readable(given.home_dir) == []
    assert not list(given.vault.glob(".*"))
    again = tmp_path / "again.duckdb"
    prepare(again)
    with connect(again) as con:
        (tmp_path / "replayed").mkdir()
        assert replay(con, given.vault, tmp_path / "replayed", CONTRACTS, FIRST) == 1
        assert con.execute("select count(*) from raw.annex_a_contacts").fetchone() == (2_000,)
    came = given.landing_dir / "croydon/2024-03/contacts.csv"
    assert (tmp_path / "replayed/croydon/2024-03/contacts.csv").read_bytes() == came.read_bytes()


def test_a_wrong_a_lost_and_a_new_key(given, configured, monkeypatch):
    take_in(given)
    home = given.home_dir
    for key, said in ((OTHER, "is not the key that"), (None, "CSC_ENCRYPTION_KEY is not set. Without it nobody can")):
        encryption.use(key, home)
        with pytest.raises(ValueError, match=said):
            loaded(given)
    change_key(configured(CSC_ENCRYPTION_KEY=SECRET), OTHER)
    encryption.use(SECRET, home)
    with pytest.raises(ValueError, match="is not the key that"):
        loaded(given)
    configured(CSC_ENCRYPTION_KEY=OTHER)
    assert loaded(given) == WANTED


def test_a_home_that_began_without_a_key_is_encrypted_by_one_command_that_may_be_stopped(given, configured):
    encryption.use(None, given.home_dir)
    take_in(given)
    assert len(readable(given.home_dir)) == 2
    with connect(given.warehouse) as con:
        con.execute("create schema marts")
        con.execute('create view marts.shown as select child_id from "warehouse".raw.annex_a_contacts')
        con.execute("comment on view marts.shown is 'ours'")
    with_key = configured(CSC_ENCRYPTION_KEY=SECRET)
    with pytest.raises(ValueError, match="is not encrypted. Encrypt it once: csc encrypt"):
        loaded(with_key)
    encryption.make_keyring(SECRET, given.home_dir)  # and then it was stopped
    with pytest.raises(ValueError, match="csc encrypt"):
        loaded(with_key)
    assert encrypt(with_key) == 1
    assert readable(given.home_dir) == []
    assert loaded(with_key) == WANTED
    with connect(given.warehouse, read_only=True) as con:
        assert con.execute("select count(*) from marts.shown").fetchone() == (2_000,)
        assert con.execute("select comment from duckdb_views() where view_name = 'shown'").fetchone() == ("ours",)
    assert encrypt(with_key) == 0


@pytest.mark.parametrize("size", [0, 1, sealed.BLOCK - 1, sealed.BLOCK, sealed.BLOCK + 1, 3 * sealed.BLOCK])
def test_a_sealed_file_comes_back_and_any_change_is_noticed(tmp_path, size):
    key, chance = os.urandom(32), random.Random(size)
    content, file = chance.randbytes(size), tmp_path / "sealed"
    pieces = [content[at : at + 700_000] for at in range(0, size, 700_000)]
    written = io.BytesIO()
    sealed.write(iter(pieces), written, key)
    file.write_bytes(written.getvalue())
    assert b"".join(sealed.read(file, key)) == content
    whole = written.getvalue()
    block = sealed.BLOCK + sealed.TAG
    start = len(sealed.MARK) + sealed.PREFIX
    at = chance.randrange(start, len(whole))
    broken = {
        "one bit": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "cut": whole[: max(start + 1, len(whole) - block)],
        "last block gone": whole[: start + block] if len(whole) > start + block else whole[:start],
        "none of ours": b"Child Unique ID,Gender\n",
        "empty": b"",
    }
    for name, changed in broken.items():
        file.write_bytes(changed)
        with pytest.raises(ValueError, match="changed or cut|another key"):
            print(name, len(b"".join(sealed.read(file, key))))
    file.write_bytes(whole)
    with pytest.raises(ValueError, match="another key"):
        b"".join(sealed.read(file, os.urandom(32)))


def test_without_the_package_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(encryption, "EXTENSION", "no_such_package")
    with duckdb.connect() as con, pytest.raises(ValueError, match="needs the package duckdb-extension-httpfs"):
        encryption.load_cipher(con)
