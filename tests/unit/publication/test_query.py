"""What a reader's SQL gives: right and complete in every format, within its limits."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import pyarrow.parquet as pq
import pytest

from publication import query
from reporting import terminal

LONG_JOIN = "select sum(a.range * b.range) from range(10000000) a, range(10000000) b where a.range + b.range > 3"
EVERY_TYPE = (
    "select * from test_all_types() union all by name "
    "select date 'infinity' as date, timestamp '-infinity' as timestamp, 'nan'::double as double"
)


@pytest.fixture
def published(tmp_path):
    with duckdb.connect(str(tmp_path / "csc.duckdb")) as con:
        con.execute("create table t as select 1 as a, 'x' as b union all select 2, 'y'")
    return tmp_path


def written(published, sql, form):
    file = published / f"out.{form}"
    query.write(query.query(published, sql, form), form, file)
    return file


def test_columns_of_one_name_are_all_there_in_every_format(published):
    sql = "select l.a, r.a, l.b as A_1, r.b as B from t l join t r on l.a < r.a"
    names, values = ["a", "a_2", "A_1", "B"], [1, 2, "x", "y"]
    assert list(csv.reader(written(published, sql, "csv").open())) == [names, ["1", "2", "x", "y"]]
    assert json.loads(written(published, sql, "json").read_text()) == [dict(zip(names, values, strict=True))]
    assert pq.read_table(written(published, sql, "parquet")).to_pylist() == [dict(zip(names, values, strict=True))]
    rows = query.query(published, sql, "table")
    assert (rows.column_names, query.python_rows(rows)) == (names, [values])


STRANGE = 'a\r\nb\nc\rd \x1b[2J\x9b31m, [/red] "e"'


def test_line_ends_and_escape_sequences_come_through_csv_and_json_as_they_are(published):
    sql = "select 1 as \"x\ny\r\x1b[31m[red]\", '{}' as b, 2 as c".format(STRANGE.replace("'", "''"))
    names, values = ["x\ny\r\x1b[31m[red]", "b", "c"], [1, STRANGE, 2]
    with written(published, sql, "csv").open(newline="") as file:
        assert list(csv.reader(file)) == [names, ["1", STRANGE, "2"]]
    again = duckdb.read_csv(str(published / "out.csv"), header=True, all_varchar=True)
    assert again.fetchall() == [("1", STRANGE, "2")]
    assert json.loads(written(published, sql, "json").read_text()) == [dict(zip(names, values, strict=True))]


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_terminal_is_shown_what_it_would_obey(published, form, monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(terminal, "out", terminal.Terminal(file=screen, width=200))
    for sql in (
        f"select 1 as \"h\x1b[31m [red]x[/blue] :smile:\", '{STRANGE}' as b",
        f"select '{STRANGE}' as b, repeat('long', 80) as c",  # wider than the screen
    ):
        rows = query.query(published, sql, form)
        if form == "table":
            terminal.show_rows(rows.column_names, query.python_rows(rows))
        else:
            query.write(rows, form, None)
    shown = screen.getvalue()
    assert not [text for text in ("\x1b[2J", "\x1b[31m", "\x9b", "\r") if text in shown]  # bold is our own
    assert "[red]x[/blue] :smile:" in shown
    assert (r"\u001b[2J" if form == "json" else r"\x1b[2J") in shown


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "table"])
def test_every_type_can_be_read_in_every_format(published, form):
    rows = query.query(published, EVERY_TYPE, form)
    assert rows.num_rows == 4
    if form == "table":
        terminal.table("", rows.column_names, query.python_rows(rows))
    else:
        assert written(published, EVERY_TYPE, form).stat().st_size


def test_an_infinite_date_is_shown_as_such(published):
    sql = "select date 'infinity' as d, sum(a) as n, 'inf'::double as f from t"
    assert json.loads(written(published, sql, "json").read_text()) == [{"d": "infinity", "n": 3, "f": "inf"}]


def test_a_pivot_may_leave_out_its_values(published):
    assert query.query(published, "pivot t on b using sum(a)", "json").to_pylist() == [{"x": 1, "y": 2}]
    with pytest.raises(query.QueryError, match="2 statements"):
        query.query(published, "create type e as enum ('x'); select 1")


def test_a_query_keeps_within_its_memory(published):
    for sql in ("select range from range(100000000)", "select list(range) from range(100000000)"):
        with pytest.raises(query.QueryError, match="CSC_MEMORY"):
            query.query(published, sql, memory="60MB")


@pytest.fixture
def long_join(published):
    """Start `csc query` on a join in which DuckDB does not look for an interruption. A process of its own ends it."""
    home = published / "home"
    home.mkdir()
    (home / "published").symlink_to(published)

    def start(**settings):
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "query", LONG_JOIN],
            env=os.environ | {"CSC_HOME": str(home)} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # a shell that starts the tests in the background has Ctrl-C ignored, by what they start too
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return start


def test_a_query_ends_when_its_time_is_up(long_join):
    process = long_join(CSC_QUERY_SECONDS="1")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert b"longer than 1 s" in said
    assert b"Traceback" not in said


def test_ctrl_c_ends_a_long_join_at_once_and_quietly(long_join):
    process = long_join()
    time.sleep(4)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10) == (b"", b"")
    assert process.returncode == 130


def test_text_that_a_spreadsheet_would_run_is_written_as_text(published):
    sql = "select '=1+1' as \"=a\", '@x' as b, '-5' as c, -5 as d, '-2+3' as e"
    [head, row] = csv.reader(written(published, sql, "csv").open())
    assert (head[0], row) == ("'=a", ["'=1+1", "'@x", "-5", "-5", "'-2+3"])
