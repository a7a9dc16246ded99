"""Every bad file gets what is said of it, and no file, whatever is in it, ends with anything but tables or a refusal."""

import os
import random
import time
from datetime import date

import bad_files
import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import ledger, load
from ingestion.reading import read_tables
from ingestion.receive import receive
from ingestion.tables import RefusedError

FIRST = date(2010, 4, 1)
SEED, CASES = int(os.environ.get("CSC_FUZZ_SEED", "1")), 150 * int(os.environ.get("CSC_FUZZ_RUNS", "1"))
SECONDS = 60  # of one small file; a reader that hangs takes longer, a busy machine does not


@pytest.fixture(scope="module")
def received(tmp_path_factory):
    """The ledger after all of the corpus came at once, each file in a month of its own folder's copy."""
    place = tmp_path_factory.mktemp("bad")
    folder = place / "landing" / "croydon" / "2013-12"
    folder.mkdir(parents=True)
    files = bad_files.corpus()
    for bad in files:
        (folder / bad.name).write_bytes(bad.content)
    with duckdb.connect() as con:
        ledger.prepare(con)
        load.prepare(con, load_contracts().values())
        receive(con, place / "landing", place / "vault", load_contracts(), FIRST)
        load.load(con, load_contracts().values(), place / "vault", ledger.pending(con))
        told = con.execute("select file_name, status, coalesce(found, '') from quality.ingest_ledger").fetchall()
    return files, {name: (status, found) for name, status, found in told}


def test_every_file_of_the_corpus_gets_what_is_expected(received):
    files, told = received
    assert len(files) >= 150
    assert len({bad.name for bad in files}) == len(files)
    # of two files of the same list the later one is another version, or has the same bytes
    wrong = {
        bad.name: told[bad.name]
        for bad in files
        if told[bad.name][0].replace("duplicate", "accepted") != bad.status or bad.words not in told[bad.name][1]
    }
    assert wrong == {}


def test_no_mangled_file_ends_in_anything_but_tables_or_a_refusal(tmp_path):
    """Bytes changed, cut, doubled and mixed at random, of every kind of file."""
    chance = random.Random(SEED)
    kinds = [bad for bad in bad_files.corpus() if len(bad.content) < 100_000]
    ends = {"tables": 0, "refused": 0}
    for _ in range(CASES):
        bad, other = chance.choice(kinds), chance.choice(kinds)
        content = bytearray(bad.content)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content) + 1)
            match chance.randrange(4):
                case 0:
                    content[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del content[at : at + chance.randint(1, 40)]
                case 2:
                    content[at:at] = other.content[:200]
                case 3:
                    content[at:at] = content[at : at + 60] * chance.randint(1, 5)
        file = tmp_path / bad.name
        file.write_bytes(content)
        began = time.process_time()
        try:
            read_tables(file)
            ends["tables"] += 1
        except RefusedError:
            ends["refused"] += 1
        assert time.process_time() - began < SECONDS
    assert min(ends.values()) > CASES // 20, ends
