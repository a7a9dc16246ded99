"""The outbox: one digest for whoever looks, whatever is damaged."""

import threading

import duckdb
import pytest
from digests import NEW_CPP, warehouse

from alerting import outbox
from orchestration import alerts
from orchestration.run_lock import run_lock


def test_two_that_look_at_once_make_one_digest_and_a_run_under_way_is_waited_for(tmp_path, file, configured):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "a-run")
    looks = [threading.Thread(target=alerts.tell, args=(None, [], lambda pid: True)) for _ in range(4)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    assert len(outbox.history(tmp_path)) == 1
    with run_lock(tmp_path):
        assert alerts.look(None, is_dead=lambda pid: True).startswith("A run is under way")


@pytest.mark.parametrize("damage", ["is no database", None])
def test_a_damaged_warehouse_is_told_and_what_was_open_stays_open(tmp_path, file, configured, damage):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "first")
    alerts.tell(None, [], lambda pid: True)
    kept = file.read_bytes()
    file.write_bytes(damage.encode() * 5000 if damage else kept[: len(kept) // 2])
    error = duckdb.IOException("The file is not a valid DuckDB database file!")
    outbox.begin(tmp_path, "second")
    alerts.after_run(None, "second", error)
    said = outbox.last(tmp_path)
    assert said.subject == "The run failed: the private warehouse cannot be read"
    assert "The findings could not be read" in said.text
    assert "RESOLVED" not in said.text
    file.write_bytes(kept)
    outbox.begin(tmp_path, "third")
    alerts.tell(None, [], lambda pid: True)
    assert "STILL OPEN: 1 finding" in outbox.last(tmp_path).text


def test_a_damaged_outbox_is_put_aside_and_fails_no_run(tmp_path, file, configured):
    configured()
    warehouse(file, NEW_CPP)
    outbox.begin(tmp_path, "first")
    (tmp_path / "alerts" / "outbox.sqlite").write_bytes(b"is no database" * 5000)
    alerts.begin("second")
    assert alerts.after_run(None) == []
    assert "NEW SINCE THE LAST DIGEST: 1 warning" in outbox.last(tmp_path).text
    assert len(list((tmp_path / "alerts").glob("outbox.damaged-*"))) == 1
