"""What a person takes out no longer counts, what came before it does again, and nothing is deleted."""

from datetime import date

import duckdb
from returns import clean_returns, write_csv

from data_quality.contracts import load_contracts
from ingestion import ledger, withdraw
from ingestion.receive import receive
from publication.private import deliveries

FIRST = date(2010, 4, 1)
PATH = "croydon/2013-12/overview.csv"


def test_a_withdrawn_delivery_gives_way_to_the_version_before_and_stays_out(tmp_path):
    landing, vault = tmp_path / "landing", tmp_path / "vault"

    def deliver(returns, path):
        write_csv(returns.tables["overview"], landing / path)
        return receive(con, landing, vault, load_contracts(), FIRST)

    with duckdb.connect() as con:
        ledger.prepare(con)
        withdraw.prepare(con)
        deliver(clean_returns(), PATH)
        deliver(clean_returns().set("overview", "contacts", "YTD", "1"), PATH)
        [second] = withdraw.withdraw(con, PATH, "A test export.", "sam")
        assert (second.version, second.version_now) == (2, 1)
        # the file still lies there: no run takes it in again
        assert receive(con, landing, vault, load_contracts(), FIRST) == []
        [gone] = deliveries.gone(con)  # version 1, whose bytes the correction took the place of
        assert gone.file == PATH
        [first] = withdraw.withdraw(con, PATH, "That one too.", "sam")
        assert (first.version, first.version_now) == (1, None)
        assert withdraw.withdraw(con, PATH, "Again?", "sam") == []
        assert deliveries.counted_files(con) == []
        decided = con.execute("select reason, withdrawn_by from decisions.withdrawn order by withdrawn_at").fetchall()
        assert decided == [("A test export.", "sam"), ("That one too.", "sam")]
        assert len(list(vault.rglob("*.csv"))) == 2
        # under another name the same bytes are a delivery again
        assert deliver(clean_returns(), "croydon/2013-12/again.csv") == [("croydon/2013-12/again.csv", "accepted")]
        assert deliveries.counted_files(con) == ["croydon/2013-12/again.csv"]


def test_a_file_deleted_from_the_landing_folder_still_counts_and_is_named(tmp_path):
    landing = tmp_path / "landing"
    file = write_csv(clean_returns().tables["overview"], landing / PATH)
    with duckdb.connect() as con:
        ledger.prepare(con)
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST)
        assert deliveries.gone(con) == []
        file.unlink()
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST)
        assert [(gone.file, gone.extract) for gone in deliveries.gone(con)] == [(PATH, "overview")]
