"""The order of deliveries, and the vault's record of it: what is current depends on neither, and comes back from it."""

import os
import random
from datetime import date

import duckdb
import pytest

from data_quality.contracts import load_contracts
from ingestion import arrivals, ledger, load
from ingestion.receive import receive
from ingestion.replay import replay

CONTRACTS = {name: load_contracts()[name] for name in ("annex_a_contacts", "annex_a_referrals", "overview")}
FIRST = date(2010, 4, 1)
SEED, RUNS = int(os.environ.get("CSC_FUZZ_SEED", "1")), 10 * int(os.environ.get("CSC_FUZZ_RUNS", "1"))
LISTS = ("contacts", "referrals")


class Place:
    """A landing folder with its vault, and a warehouse in memory."""

    def __init__(self, path):
        self.landing, self.vault, self.time = path / "landing", path / "vault", 1_700_000_000
        self.landing.mkdir(parents=True)
        self.con = duckdb.connect()
        ledger.prepare(self.con)
        load.prepare(self.con, CONTRACTS.values())

    def drop(self, place, text):
        file = self.landing / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.time += 1
        os.utime(file, (self.time, self.time))

    def receive(self):
        receive(self.con, self.landing, self.vault, CONTRACTS, FIRST)
        load.load(self.con, CONTRACTS.values(), self.vault, ledger.pending(self.con))

    def current(self):
        """The rows of the latest version of each authority, month and list."""
        return {
            name: sorted(
                self.con.execute(
                    f"""
                    select * exclude (version, loaded_at) from raw.{name}
                    qualify version = max(version) over (partition by authority_code, reporting_month)
                    """
                ).fetchall(),
                key=repr,
            )
            for name in CONTRACTS
        }

    def everything(self):
        """Every version, and what the ledger has of it, but not when this warehouse wrote it."""
        raw = {
            name: self.con.execute(f"select * exclude loaded_at from raw.{name} order by all").fetchall()
            for name in CONTRACTS
        }
        columns = (
            "* exclude (loaded_at, presence_changed_at) replace (date_trunc('minute', received_at) as received_at)"
        )
        return raw | {
            "ledger": self.con.execute(f"select {columns} from quality.ingest_ledger order by all").fetchall()
        }


def rows(kind, *children):
    """A list with every column of its contract, and a row of each child."""
    columns = load_contracts()[f"annex_a_{kind}"].columns
    cells = {"identifier": "{child}", "date": "01/03/2024"}
    row = ",".join(cells.get(column.type, "") for column in columns)
    head = ",".join(f'"{column.headers[0]}"' for column in columns)
    return "\n".join([head, *(row.format(child=f"C{child}") for child in children), ""])


@pytest.mark.parametrize("seed", range(SEED, SEED + RUNS))
def test_what_is_current_depends_only_on_the_latest_of_each_list_and_month(tmp_path, seed):
    """Months in any order, repeated, corrected twice, and corrected back."""
    chance = random.Random(seed)
    steps = [
        (chance.randint(1, 3), chance.choice(sorted(LISTS)), chance.randint(0, 2)) for _ in range(chance.randint(1, 9))
    ]
    come, latest = Place(tmp_path / "come"), {}
    for month, kind, content in steps:
        latest[month, kind] = content
        come.drop(f"croydon/2024-0{month}/{kind}.csv", rows(kind, *range(content + 1)))
        come.receive()
    fresh, last = Place(tmp_path / "fresh"), list(latest.items())
    chance.shuffle(last)
    for (month, kind), content in last:
        fresh.drop(f"croydon/2024-0{month}/{kind}.csv", rows(kind, *range(content + 1)))
        if chance.random() < 0.5:  # else together with the next
            fresh.receive()
    fresh.receive()
    assert any(fresh.current().values())
    assert come.current() == fresh.current()


@pytest.fixture
def place(tmp_path):
    """A year of what councils do: corrected, corrected back, moved to the right month, refused and put right."""
    made = Place(tmp_path / "one")
    made.drop("croydon/2024-03/contacts.csv", rows("contacts", 1, 2))
    made.drop("croydon/2024-03/notes of a child.csv", "no,table\n1,2\n")
    made.receive()
    made.drop("croydon/2024-03/contacts.csv", rows("contacts", 1, 2, 3))
    made.drop("croydon/2024-02/referrals.csv", rows("referrals", 7))
    made.receive()
    made.drop("croydon/2024-03/contacts.csv", rows("contacts", 1, 2))
    (made.landing / "croydon/2024-02/referrals.csv").rename(made.landing / "croydon/2024-03/referrals.csv")
    made.receive()
    (made.landing / "croydon/2024-03/notes of a child.csv").unlink()
    made.receive()
    return made


def test_the_vault_alone_makes_the_same_ledger_and_every_version_again(place, tmp_path):
    again = Place(tmp_path / "again")
    files = replay(again.con, place.vault, again.landing, CONTRACTS, FIRST)
    assert files == 6
    assert again.everything() == place.everything()
    assert [
        v for (v,) in again.con.execute("select distinct version from raw.annex_a_contacts order by 1").fetchall()
    ] == [1, 2, 3]
    left = {str(p.relative_to(again.landing)) for p in again.landing.rglob("*") if p.is_file()}
    assert left == {"croydon/2024-03/contacts.csv", "croydon/2024-03/referrals.csv"}
    before = (place.vault / arrivals.RECORD).read_bytes()
    receive(again.con, again.landing, place.vault, CONTRACTS, FIRST)  # nothing is new, also not in the record
    assert (place.vault / arrivals.RECORD).read_bytes() == before


def test_a_vault_from_before_there_were_records_gets_one_from_the_ledger(place, tmp_path):
    (place.vault / arrivals.RECORD).unlink()
    place.receive()
    again = Place(tmp_path / "again")
    replay(again.con, place.vault, again.landing, CONTRACTS, FIRST)
    assert again.current() == place.current()
    versions = "select file_path, status, version, is_present from quality.ingest_ledger order by all"
    assert again.con.execute(versions).fetchall() == place.con.execute(versions).fetchall()


def test_a_record_that_a_kill_cut_short_goes_on_at_its_last_whole_line(place, tmp_path):
    record = place.vault / arrivals.RECORD
    whole = record.read_bytes()
    record.write_bytes(whole + b'{"run": 9, "file_pa')
    assert sum(map(len, arrivals.recorded(place.vault))) == len(whole.splitlines())
    place.drop("croydon/2024-01/contacts.csv", rows("contacts", 5))
    place.receive()
    again = Place(tmp_path / "again")
    replay(again.con, place.vault, again.landing, CONTRACTS, FIRST)
    assert again.everything() == place.everything()
    assert record.stat().st_mode & 0o77 == 0


def test_a_vault_that_lacks_a_file_or_the_record_says_so(place, tmp_path):
    again = Place(tmp_path / "again")
    next(place.vault.rglob("*.csv")).unlink()
    with pytest.raises(LookupError, match="The vault does not have [0-9a-f]{64}, which lay at croydon/"):
        replay(again.con, place.vault, again.landing, CONTRACTS, FIRST)
    with pytest.raises(LookupError, match="has no record of what arrived"):
        replay(again.con, again.vault, again.landing, CONTRACTS, FIRST)
