"""The clock of the machine is set ahead and back: what came last still counts, and an earlier publication is earlier."""

from datetime import datetime, timedelta

import duckdb
import pytest
from test_publication import BARNET, BLOCKING, BRENT, CROYDON, REFUSED, Small

from alerting import outbox
from alerting.digest import Rendered
from data_quality import findings, moments
from data_quality.checks import isolating_checks
from data_quality.moments import next_moment
from ingestion import ledger
from ingestion.landing import Delivery
from publication.publications import current, publications, rollback
from publication.publish import publish

TODAY = datetime(2014, 1, 6, 9)
PART = {"sheet": None, "authority_code": CROYDON, "reporting_month": datetime(2013, 12, 1), "extract": "overview"}


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock this far from today."""

    def set_to(**ahead):
        monkeypatch.setattr(moments, "now", lambda: TODAY + timedelta(**ahead))
        monkeypatch.setattr(findings, "now", moments.now)
        monkeypatch.setattr(ledger, "now", moments.now)

    set_to()
    return set_to


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -1}, {"days": -2}])
def test_an_authority_found_at_fault_after_the_clock_went_back_is_held_back(tmp_path, clock, back):
    small = Small(tmp_path)
    small.month(11, BARNET, BRENT, CROYDON)
    small.judge(run_id="first")
    first = small.publish("first")
    clock(**back)
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge((REFUSED, BARNET), run_id="second")
    made = small.publish("second")
    assert [held.authority_name for held in made.held_back] == ["Barnet"]
    assert small.figures() == {BARNET: 11, BRENT: 12, CROYDON: 12}
    assert [p.run_id for p in publications(small.published)] == ["second", "first"]
    assert rollback(small.published).publication_id == first.publication_id == current(small.published)


def test_a_verdict_made_before_a_file_came_stays_too_old_when_the_clock_went_back(tmp_path, clock):
    warehouse, published = tmp_path / "warehouse.duckdb", tmp_path / "published"
    with duckdb.connect(str(warehouse)) as con:
        ledger.prepare(con)
        findings.prepare(con)
        findings.record(con, "first", "great_expectations", [(REFUSED, "passed", 0)])
        clock(days=-1)
        refused = PART | {"status": "refused", "found": "a PDF", "expected": "a table", "action": "Send it"}
        ledger.write(con, Delivery(tmp_path, "croydon/2013-12/a.pdf", 1, 1), "a", refused)
    with pytest.raises(Exception, match="files_are_accepted made before the last file came"):
        publish(warehouse, published, "second", BLOCKING, isolating=isolating_checks())


def test_receipts_are_numbered_and_keep_the_time_that_the_clock_told(tmp_path, clock):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        ledger.prepare(con)
        accepted = PART | {"status": "accepted"}
        ledger.write(con, Delivery(tmp_path, "croydon/2013-12/a.csv", 1, 1), "a", accepted)
        clock(days=-2)
        ledger.write(con, Delivery(tmp_path, "croydon/2013-12/b.csv", 1, 1), "b", accepted)
        rows = con.execute(
            "select received_number, version, received_at, presence_changed_at from quality.ingest_ledger order by 1"
        ).fetchall()
        assert [(number, version) for number, version, *_ in rows] == [(1, 1), (2, 2)]
        assert rows[1][2] == TODAY - timedelta(days=2)
        assert rows[0][3] < rows[1][3] < next_moment(con)


def test_digests_keep_their_order_when_the_clock_went_back(tmp_path):
    with outbox.opened(tmp_path) as box:
        ids = []
        for now in (TODAY, TODAY - timedelta(days=2), TODAY - timedelta(hours=1), TODAY + timedelta(hours=1)):
            ids.append(outbox.next_id(box, now))
            outbox.post(box, Rendered(ids[-1], "well", "subject", "text", "html", "brief"), ["file"])
    assert ids == sorted(set(ids))
