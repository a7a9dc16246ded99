"""Publications of a small warehouse of three authorities: who is held back, what readers see of it, and until when."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb
import pytest
from conftest import ask

from data_quality import findings
from data_quality.checks import audit_checks, contract_checks, isolating_checks
from ingestion import commentary, ledger
from orchestration.settings import Settings
from orchestration.settled import settled
from publication.erase import erase
from publication.holding import HeldBack
from publication.publications import NotALinkError, current, publications, rollback
from publication.publish import publish

BARNET, BRENT, CROYDON = "E09000003", "E09000005", "E09000008"
REFUSED = audit_checks()["files_are_accepted"]
LOST = audit_checks()["every_printed_figure_is_in_kpi_monthly"]
BLANK = contract_checks()["annex_a_cpp_decisive_columns_are_filled"]
YTD = audit_checks()["ytd_agrees_with_months"]
BLOCKING = {REFUSED.check_id, LOST.check_id, BLANK.check_id}


class Small:
    """A private warehouse whose every figure is the number of the month it was made in, and its publications."""

    def __init__(self, path):
        self.file, self.published = path / "warehouse.duckdb", path / "published"
        self.do(
            "create schema reference",
            "create schema marts",
            "create schema core",
            "create table reference.authorities (authority_code varchar, authority_name varchar, folder varchar)",
            *(
                f"insert into reference.authorities values ('{code}', '{name}', '{name.lower()}')"
                for code, name in ((BARNET, "Barnet"), (BRENT, "Brent"), (CROYDON, "Croydon"))
            ),
            "create table core.dim_authority as select authority_code, authority_name from reference.authorities",
            "create table marts.kpi_monthly (authority_code varchar, month date, value double)",
            "comment on table marts.kpi_monthly is 'A figure a month.'",
            "create view core.fct_doubled as select authority_code, 2 * value as doubled from marts.kpi_monthly",
        )

    def do(self, *statements):
        with duckdb.connect(str(self.file)) as con:
            ledger.prepare(con)
            findings.prepare(con)
            for statement in statements:
                con.execute(statement)

    def month(self, number, *codes):
        """Figures of a month for these authorities; each delivers a file."""
        came = f"date '2013-{number:02}-01' as reporting_month, timestamp '2014-01-01' as loaded_at"
        self.do(
            *(f"insert into marts.kpi_monthly values ('{code}', '2013-{number:02}-01', {number})" for code in codes),
            *(
                f"""
                insert into quality.ingest_ledger by name
                select '{code}{number}' as delivery_id, {came}, '{code}' as authority_code, 'accepted' as status, 'overview' as extract,
                    'a.csv' as file_path, 'a.csv' as file_name, '' as file_sha256, 1 as file_bytes, 1 as modified_ns,
                    true as is_present, timestamp '2014-01-01' as received_at, received_at as presence_changed_at
                """
                for code in codes
            ),
        )

    def judge(self, *found, breaches=None, run_id="run", seen="2014-01-05 06:00", month=12):
        """A verdict of each check, with an open finding for each (check, authority) `found`, and no other."""
        counted = {check.check_id: sum(c == check for c, _ in found) for check in (REFUSED, LOST, BLANK, YTD)}
        if breaches is not None:
            counted = {check_id: breaches if n else 0 for check_id, n in counted.items()}
        with duckdb.connect(str(self.file)) as con:
            said = [
                (c, "failed" if counted[c.check_id] else "passed", counted[c.check_id]) for c in (REFUSED, LOST, BLANK)
            ]
            findings.record(con, run_id, "great_expectations", said)
            con.execute("update quality.findings set status = 'resolved'")
            for check, code in found:
                con.execute("delete from quality.findings where finding_id = ?", [f"{check.check_id}{code}"])
                con.execute(
                    """
                    insert into quality.findings by name
                    select ? as finding_id, ? as check_id, ? as severity, ? as authority_code, 'x' as message,
                        'open' as status, cast(? as timestamp) as first_seen_at, first_seen_at as last_seen_at,
                        make_date(2013, ?, 1) as reporting_month, 'overview' as extract
                    """,
                    [f"{check.check_id}{code}", check.check_id, check.severity, code, seen, month],
                )

    @contextmanager
    def without(self, delivery_ids):
        """A copy without the figures of these deliveries: what a build of the others gives."""
        copied = self.file.parent / "without" / self.file.name
        copied.parent.mkdir()
        shutil.copy2(self.file, copied)
        with duckdb.connect(str(copied)) as con:
            con.execute(
                """
                delete from marts.kpi_monthly
                where list_contains(?, authority_code || extract('month' from month))
                """,
                [list(delivery_ids)],
            )
        yield copied
        shutil.rmtree(copied.parent)

    def publish(self, run_id="run", **how):
        how = {"isolating": isolating_checks(), "without": self.without} | how
        return publish(self.file, self.published, run_id, BLOCKING, **how)

    def sees(self, sql):
        return ask(self.published / "csc.duckdb", sql)

    def months(self, code):
        own = f"from marts.kpi_monthly where authority_code = '{code}' order by month"
        return [month for (month,) in self.sees(f"select extract('month' from month) {own}")]

    def figures(self):
        return dict(self.sees("select authority_code, max(value) from marts.kpi_monthly group by all"))


@pytest.fixture
def small(tmp_path):
    """Everybody's November is published."""
    made = Small(tmp_path)
    made.month(11, BARNET, BRENT, CROYDON)
    made.judge((YTD, BARNET))
    made.publish()
    return made


def test_a_held_back_authority_stands_as_it_was_and_the_others_are_new(small):
    small.month(12, BARNET, BRENT, CROYDON)
    small.do("insert into marts.kpi_monthly values (null, '2013-12-01', 0)")  # of nobody
    small.judge((REFUSED, BARNET), (YTD, BRENT))
    made = small.publish()
    assert small.figures() == {BARNET: 11, BRENT: 12, CROYDON: 12, None: 0}
    assert small.sees(f"select doubled from core.fct_doubled where authority_code = '{BARNET}'") == [(22,)]
    [held] = made.held_back
    first = publications(small.published)[1]
    assert (held.authority_name, held.checks, held.absent_from) == ("Barnet", [REFUSED.check_id], [])
    assert (held.since, held.published_at) == ("2014-01-05T06:00:00+00:00", first.published_at)
    shown_as_of = datetime.fromisoformat(first.published_at).astimezone(UTC).replace(tzinfo=None)
    assert small.sees("from quality.held_back") == [
        (BARNET, REFUSED.check_id, datetime(2014, 1, 5, 6), shown_as_of, "December 2013", None)
    ]
    assert publications(small.published)[0] == made


def test_readers_are_told_what_holds_an_authority_back_and_keep_its_other_findings_as_they_were(small):
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge((REFUSED, BARNET), (YTD, BRENT))  # Barnet's year to date is right again, in figures that nobody sees
    small.publish()
    told = small.sees("select authority_code, check_id from quality.findings where status = 'open' order by all")
    assert told == [(BARNET, REFUSED.check_id), (BARNET, YTD.check_id), (BRENT, YTD.check_id)]
    came = small.sees("select count(*) from quality.ingest_ledger where authority_code = 'E09000003'")
    assert came == [(2,)]  # what came is told at once


def test_no_median_of_other_authorities_holds_a_figure_that_is_held_back(small):
    small.do(
        """
        create view marts.mart_comparators as
        select
            kpi.authority_code, month, measure_id, basis, 'value' as statistic, value, comparator,
            if(comparator = 'published', 7, median) as comparator_value
        from (select *, 'referrals_pct' as measure_id, 'computed' as basis from marts.kpi_monthly) as kpi
        cross join (values ('published'), ('median of other authorities')) as comparators (comparator)
        cross join lateral (
            select median(value) as median from marts.kpi_monthly as other
            where other.month = kpi.month and other.authority_code <> kpi.authority_code
        ) as others
        """
    )
    small.judge()
    small.publish()
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge((REFUSED, BARNET))
    small.publish()
    compared = (
        "select authority_code, comparator, comparator_value from marts.mart_comparators where month = '2013-1{}-01'"
    )
    medians = [(code, "median of other authorities", 11) for code in (BARNET, BRENT, CROYDON)]
    assert [row for row in sorted(small.sees(compared.format(1))) if row[1] != "published"] == medians
    assert sorted(small.sees(compared.format(2))) == [(BRENT, "published", 7), (CROYDON, "published", 7)]


def test_it_is_held_back_since_the_first_time_until_it_is_put_right(small):
    first = publications(small.published)[0]
    small.month(12, BARNET, BRENT, CROYDON)
    for seen in ("2014-01-05 06:00", "2014-02-05 06:00"):  # another file each time
        small.judge((REFUSED, BARNET), seen=seen)
        made = small.publish()
    [held] = made.held_back
    assert small.sees("select first_seen_at from quality.findings where severity = 'error'") == [
        (datetime(2014, 2, 5, 6),)
    ]
    assert (held.since, held.published_at) == ("2014-01-05T06:00:00+00:00", first.published_at)
    small.judge()
    assert small.publish().held_back == []
    assert small.figures()[BARNET] == 12
    assert small.sees("from quality.held_back") == []
    assert rollback(small.published).held_back == [held]


def test_an_authority_that_was_never_published_is_absent_and_said_so(tmp_path):
    small = Small(tmp_path)
    small.month(12, BARNET, BRENT)
    small.judge((REFUSED, BARNET))
    for _ in range(2):
        [held] = small.publish().held_back
        assert (held.published_at, held.absent_from) == (None, [])
        assert small.figures() == {BRENT: 12}
    assert ("Barnet",) in small.sees("select authority_name from core.dim_authority")


def test_it_is_absent_from_tables_that_have_other_columns_since_and_no_others(small):
    small.do(
        "create or replace view core.fct_doubled as select authority_code, 24 as other from marts.kpi_monthly",
        "create table marts.added as select authority_code, 1 as one from reference.authorities",
        "create or replace table marts.kpi_monthly as select month, value, authority_code from marts.kpi_monthly",
    )
    small.do("update marts.kpi_monthly set value = 12, month = '2013-12-01'")
    small.judge((REFUSED, BARNET))
    for _ in range(2):  # also when the publication before has those columns
        [held] = small.publish().held_back
        assert held.absent_from == ["core.fct_doubled", "marts.added"]
        assert small.figures() == {BARNET: 11, BRENT: 12, CROYDON: 12}
        assert small.sees("select authority_code from marts.added order by 1") == [(BRENT,), (CROYDON,)]
        assert small.sees("select absent_from from quality.held_back") == [("core.fct_doubled, marts.added",)]


def test_good_months_of_an_authority_held_back_are_published_and_the_bad_one_is_left_out(tmp_path):
    small = Small(tmp_path)
    for number in (10, 11, 12):
        small.month(number, BARNET, BRENT)
    small.judge((REFUSED, BARNET), month=11)
    made = small.publish()
    [held] = made.held_back
    assert (held.published_at, held.months_left_out) == (made.published_at, ["November 2013"])
    assert small.months(BARNET) == [10, 12]
    assert small.months(BRENT) == [10, 11, 12]
    assert small.sees("select months_left_out from quality.held_back") == [("November 2013",)]
    assert small.sees("select check_id from quality.findings") == [(REFUSED.check_id,)]
    small.publish()  # nothing is new: it stays
    small.month(9, BARNET)
    small.publish()
    assert small.months(BARNET) == [9, 10, 12]
    small.judge()
    assert small.publish().held_back == []
    assert small.months(BARNET) == [9, 10, 11, 12]


def test_the_only_authority_publishes_its_good_months_too_and_then_waits(tmp_path):
    small = Small(tmp_path)
    small.month(11, BARNET)
    small.month(12, BARNET)
    small.judge((BLANK, BARNET))
    small.publish()
    assert small.months(BARNET) == [11]
    with pytest.raises(HeldBack):
        small.publish()


def test_a_bad_correction_leaves_the_month_that_readers_see(small):
    small.do("insert into marts.kpi_monthly values ('E09000003', '2013-11-01', -1)")  # of rows that they know
    small.month(12, BARNET, BRENT)
    small.judge((REFUSED, BARNET), month=11)
    [held] = small.publish().held_back
    assert held.months_left_out == []
    assert small.months(BARNET) == [11, 11, 12]
    small.month(10, BARNET)
    small.judge((BLANK, BARNET), month=11)  # rows that readers have are bad, so nothing says what is right
    [held] = small.publish().held_back
    assert held.months_left_out == ["October 2013"]
    assert small.months(BARNET) == [11, 11, 12]


EVERYTHING = {
    "a fault of the warehouse": ([(LOST, BARNET)], None),
    "one beside a refused file": ([(REFUSED, BARNET), (LOST, BRENT)], None),
    "a file of nobody": ([(REFUSED, None)], None),
    "one of two files of nobody": ([(REFUSED, BARNET), (REFUSED, None)], None),
    "more breaches than findings": ([(BLANK, BARNET)], 2),
    "files of everybody": ([(REFUSED, BARNET), (REFUSED, BRENT), (BLANK, CROYDON)], None),
}


@pytest.mark.parametrize("case", EVERYTHING)
def test_everything_is_held_back_where_no_authority_answers_for_it_or_none_is_left(small, case):
    found, breaches = EVERYTHING[case]
    before = current(small.published)
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge(*found, breaches=breaches)
    with pytest.raises(HeldBack, match=found[-1][0].check_id):
        small.publish()
    assert current(small.published) == before
    assert small.figures()[CROYDON] == 11


def test_each_authority_has_a_folder_of_its_own_with_its_rows_only(small):
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge((REFUSED, BARNET))
    small.publish(by_authority=True)
    whole = small.sees("select schema_name, table_name, comment from duckdb_tables() order by all")
    for folder, code, figure in (("barnet", BARNET, 11), ("brent", BRENT, 12), ("croydon", CROYDON, 12)):
        own = small.published / "authorities" / folder / "csc.duckdb"
        tables = ask(own, "select schema_name, table_name, comment from duckdb_tables() order by all")
        assert tables == [table for table in whole if table[1] != "check_results"]
        files = own.parent.glob("parquet/*/*.parquet")
        assert sorted((file.parent.name, file.stem) for file in files) == [table[:2] for table in tables]
        assert ask(own, "select count(*) from reference.authorities") == [(3,)]
        for schema, table, _ in tables:
            if schema != "reference" and table != "as_of":
                parquet = own.parent / "parquet" / schema / f"{table}.parquet"
                for rows in (f"{schema}.{table}", f"read_parquet('{parquet}')"):
                    assert ask(own, f"select distinct authority_code from {rows}") in ([], [(code,)])
        assert ask(own, "select max(value) from marts.kpi_monthly") == [(figure,)]
        assert ask(own, "select count(*) from quality.held_back") == [(int(code == BARNET),)]


def test_a_run_that_was_killed_before_it_published_in_part_is_not_settled(small):
    small.month(12, BARNET, BRENT, CROYDON)
    settings = Settings(home=small.file.parent, _env_file=None)
    settings.landing_dir.mkdir()
    small.do(commentary.TABLES, "update quality.ingest_ledger set is_present = false, loaded_at = received_at")
    small.judge((REFUSED, BARNET), run_id="killed")
    assert settled(settings) is None
    small.publish("killed")
    assert settled(settings) == "published_in_part"
    small.judge((REFUSED, BARNET), (REFUSED, BRENT), (REFUSED, CROYDON), run_id="held back")
    assert settled(settings) == "held_back"
    small.judge(run_id="good")
    assert settled(settings) is None
    small.publish("good")
    assert settled(settings) == "published"


@pytest.mark.parametrize("umask", [0, 0o077])
def test_the_group_of_readers_and_nobody_else_opens_what_is_published(tmp_path, umask, other_group):
    before = os.umask(umask)
    try:
        small = Small(tmp_path)
        small.month(11, BARNET)
        small.do(f"create table core.fct_children as select '{BARNET}' as authority_code, 'a child' as child_key")
        small.judge()
        small.publish(by_authority=True, group=other_group.gr_gid)
        erase(small.published, {"a child"}, lambda said: None)
    finally:
        os.umask(before)
    shown = [tmp_path / "publications", *(tmp_path / "publications").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in shown if path.is_dir()} == {0o750}
    assert {path.stat().st_mode & 0o777 for path in shown if path.is_file()} == {0o440}
    assert {path.stat().st_gid for path in shown} == {other_group.gr_gid}
    assert small.sees("from core.fct_children") == []


def killed(*_):
    raise KeyboardInterrupt


def test_a_publication_that_a_killed_run_never_showed_is_none_and_the_run_is_not_settled(small, monkeypatch):
    small.month(12, BARNET, BRENT, CROYDON)
    settings = Settings(home=small.file.parent, _env_file=None)
    settings.landing_dir.mkdir()
    small.do(commentary.TABLES, "update quality.ingest_ledger set is_present = false, loaded_at = received_at")
    small.judge(run_id="killed")
    before = [p.publication_id for p in publications(small.published)]
    monkeypatch.setattr("publication.publications.show", killed)
    with pytest.raises(KeyboardInterrupt):
        small.publish("killed")
    monkeypatch.undo()
    kept = small.published.parent / "publications"
    assert len([*kept.iterdir()]) == 2  # whole, but nobody saw it
    assert [p.publication_id for p in publications(small.published)] == before
    assert settled(settings) is None
    small.publish("killed")
    assert settled(settings) == "published"
    assert len([*kept.iterdir()]) == 2 and not [*kept.rglob(".*")]
    assert rollback(small.published).publication_id == before[0]


def test_a_link_that_was_copied_as_a_folder_stops_publishing_in_words_and_hides_nothing(small):
    kept = small.published.parent / "publications"
    [name] = [folder.name for folder in kept.iterdir()]
    small.published.unlink()
    shutil.copytree(kept / name, small.published)
    small.month(12, BARNET, BRENT, CROYDON)
    small.judge()
    with pytest.raises(NotALinkError) as told:
        small.publish("late")
    assert "is not a link to a publication" in str(told.value) and "Nothing new was published" in str(told.value)
    assert {p.run_id for p in publications(small.published)} == {"run"}
    assert [folder.name for folder in kept.iterdir()] == [name]
    with pytest.raises(NotALinkError):
        rollback(small.published, name)
    mend = str(told.value).partition("Put the link back: ")[2]
    subprocess.run(mend, shell=True, check=True)
    assert current(small.published) == name
    small.publish("late")
    assert small.months(CROYDON) == [11, 12]
