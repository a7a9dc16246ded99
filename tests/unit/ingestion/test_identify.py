"""What a file is taken for, and what is said of one that is not taken. Without a run."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from returns import clean_returns, write_csv, write_workbook

from data_quality.contracts import load_contracts
from ingestion import load, vault
from ingestion.identify import identify
from ingestion.landing import Delivery, authority_of, deliveries, month_of
from ingestion.ledger import pending, prepare
from ingestion.receive import receive
from ingestion.tables import RefusedError, make_table
from publication.private import deliveries as counted

DECEMBER = date(2013, 12, 1)


def identified(rows, month=DECEMBER):
    return identify(make_table(None, "utf-8", ",", iter(rows)), load_contracts().values(), month)


def refusal(rows, month=DECEMBER):
    with pytest.raises(RefusedError) as refused:
        identified(rows, month)
    return refused.value


def clean(extract, month=DECEMBER):
    return clean_returns(month).tables[extract]


@pytest.mark.parametrize(
    "extract", [name for name, contract in load_contracts().items() if contract.dataset == "summary_returns"]
)
def test_a_return_is_told_by_its_headers_and_labels(extract):
    match = identified(clean(extract))
    assert (match.extract, match.header_row, match.columns["label"]) == (extract, 0, 0)
    assert (match.columns["apr"], match.columns["dec"], match.columns["ytd"]) == (1, 9, 10)
    assert list(match.rows.values()) == list(load_contracts()[extract].measure_ids)


def test_case_spacing_and_order_of_headers_and_rows_never_matter():
    header, *rows = clean("assessment_timespan")
    header = [" Indicator", *(f" {head.lower()} " for head in header[1:-1]), "2013 / 14  ytd"]
    rows = [[f" {row[0].upper().replace(' ', '  ')}", *row[1:]] for row in rows]
    match = identified([["A title"], [], *(row[::-1] for row in [header, *rows[::-1]])])
    assert (match.extract, match.header_row) == ("assessment_timespan", 2)
    assert match.columns == {"label": 10, "ytd": 0} | {
        name: 9 - n for n, name in enumerate(("apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
    }
    assert match.rows[3] == "grand_total"
    assert match.rows[8] == "days_1_15"


def test_in_january_the_financial_year_is_still_the_one_that_began_in_april():
    january = date(2014, 1, 1)
    match = identified(clean("overview", january), january)
    assert (match.columns["apr"], match.columns["jan"], match.columns["ytd"]) == (1, 10, 11)
    assert clean("overview", january)[0][-2:] == ["JAN", "2013/14 YTD"]
    header, *rows = clean("overview", january)
    assert identified([["", *header[1:-2], "Jan-14", "YTD"], *rows], january).columns["jan"] == 10
    refused = refusal([["", *header[1:-2], "Jan-13", "YTD"], *rows], january)
    assert 'the column JAN is missing (the nearest header in the file is "Jan-13")' in refused.found


def test_a_missing_column_is_named_with_the_nearest_header():
    refused = refusal(clean_returns().rehead("overview", "DEC", "Decembre").tables["overview"])
    assert refused.extract == "overview"
    assert refused.found == 'the column DEC is missing (the nearest header in the file is "Decembre")'
    assert '"Overview"' in refused.expected
    assert "NOV, DEC, 2013/14 YTD" in refused.expected
    assert "Correct the file and drop it in the same folder again" in refused.action
    assert str(refused) == f"{refused.found}. Expected {refused.expected}. {refused.action}."


def test_another_word_for_the_year_to_date_is_asked_about():
    refused = refusal(clean_returns().rehead("overview", "YTD", "Cumulative total").tables["overview"])
    assert '("Cumulative total" is not known; if it is the year to date, add it to its headers' in refused.found


def test_a_row_with_a_cell_too_many_is_refused_by_name():
    header, first, *rows = clean("overview")
    refused = refusal([header, [first[0], "2", "196", *first[2:]], *rows])
    assert refused.extract == "overview"
    assert f'the row "{first[0]}" (row 2) has {len(header) + 1} cells under a header of {len(header)}' in refused.found
    assert identified([header, [*first, "", " "], *rows]).extract == "overview"


def test_a_missing_row_is_named_with_the_nearest_label():
    refused = refusal(clean_returns().relabel("overview", "cpp_new", "(New CCP)").tables["overview"])
    assert refused.found == 'the row "(New CPP)" is missing (the nearest label in the file is "(New CCP)")'


def test_a_return_without_a_row_that_is_not_required_is_complete():
    overview = load_contracts()["overview"]
    rows = tuple(row.model_copy(update={"required": row.measure_id != "cpp_new"}) for row in overview.rows)
    table = make_table(None, "utf-8", ",", iter(clean_returns().drop("overview", "cpp_new").tables["overview"]))
    match = identify(table, [overview.model_copy(update={"rows": rows})], DECEMBER)
    assert match.extract == "overview" and "cpp_new" not in match.rows.values()


def test_a_label_that_is_not_near_is_not_repeated():
    refused = refusal(clean_returns().relabel("overview", "cpp_new", "A. Nonymous").tables["overview"])
    assert refused.found == 'the row "(New CPP)" is missing'


def test_everything_wrong_with_a_file_is_said_at_once():
    returns = clean_returns().drop("overview", head="NOV").drop("overview", "referrals").drop("overview", "cin_new")
    assert refusal(returns.tables["overview"]).found == (
        'the column NOV is missing; the row "# of referrals" is missing; the row "(New CIN)*" is missing'
    )


def test_a_row_printed_twice_is_refused():
    rows = clean("lac_movement")
    assert refusal([*rows, rows[2]]).found == 'the row "Current UASC LAC" appears 2 times'


def test_a_column_headed_twice_is_refused():
    rows = [[*row, row[9]] for row in clean("lac_movement")]
    assert refusal(rows).found == "two columns are headed as DEC"


def test_a_year_to_date_of_another_financial_year_is_refused():
    refused = refusal(clean_returns().rehead("overview", "YTD", "2012/13 YTD").tables["overview"])
    assert refused.found == ('the column 2013/14 YTD is missing (the nearest header in the file is "2012/13 YTD")')


@pytest.mark.parametrize(
    ("of", "lies_in", "moved_to"),
    [((2013, 10), (2013, 12), "2013-10"), ((2014, 2), (2014, 1), "2014-02"), ((2013, 3), (2013, 4), "2013-03")],
)
def test_a_return_in_the_folder_of_another_month_is_sent_to_its_own(of, lies_in, moved_to):
    refused = refusal(clean("overview", date(*of, 1)), date(*lies_in, 1))
    assert refused.found == f"a return with figures up to {date(*of, 1):%B %Y}"
    assert refused.action.startswith(f"Move the file to the folder {moved_to}")


def test_a_return_with_a_blank_month_or_a_figure_too_early_stays_where_it_is():
    header, *rows = clean("overview")
    blank = [[*row[:9], "", row[10]] for row in rows]
    assert identified([header, *blank]).extract == "overview"
    early = [*header[:10], "JAN", header[10]]
    filled = [[*row[:10], "7", row[10]] for row in rows]
    assert refusal([early, *filled]).found == "a return with figures up to January 2014"
    assert identified([early, filled[0], *([*row[:10], "", row[10]] for row in rows[1:])]).extract == "overview"


def test_a_table_that_is_no_return_is_described_but_not_quoted():
    refused = refusal([["Child", "Worker"], ["A. Nonymous", "B. Nonymous"], ["C. Nonymous", "D. Nonymous"]])
    assert refused.extract is None
    assert refused.found == ("a table of 3 rows and 2 columns; no extract is recognised by its headers and row labels")
    assert "csc status" in refused.expected
    assert "take it out of the folder" in refused.action
    assert "Nonymous" not in str(refused)


def test_a_row_with_figures_under_an_unknown_label_is_kept_and_a_footnote_is_not():
    rows = clean("lac_movement")
    rows = [*rows, ["Of whom placed out of area", *map(str, range(10))], ["* provisional"], rows[0]]
    match = identified(rows)
    assert match.rows == {1: "lac_indigenous", 2: "lac_uasc", 3: "lac_total", 4: None}


# The folder a file lies in


def delivery(file_path):
    return Delivery(Path(file_path), file_path, 1, 1)


@pytest.mark.parametrize(
    ("folder", "code"), [("croydon", "E09000008"), ("Croydon", "E09000008"), ("E09000033", "E09000033")]
)
def test_an_authority_is_its_folder_or_its_code_in_any_case(folder, code):
    assert authority_of(delivery(f"{folder}/2013-12/a.csv")) == code


def test_a_folder_that_is_no_authority_is_refused_with_the_nearest():
    with pytest.raises(RefusedError) as refused:
        authority_of(delivery("croydn/2013-12/a.csv"))
    assert refused.value.found == 'the folder "croydn", which is not a known authority'
    assert 'the nearest is "croydon"' in refused.value.action


@pytest.mark.parametrize(
    ("folder", "when", "others"),
    [
        (
            "cumbria/2023-04",
            "ended in 2023-03",
            '"cumberland" or "westmorland-and-furness", which took its place',
        ),
        (
            "poole/2019-04",
            "ended in 2019-03",
            '"bournemouth-christchurch-and-poole", which took its place',
        ),
        ("cumberland/2023-03", "began in 2023-04", '"cumbria", which was there before'),
        ("bournemouth-christchurch-and-poole/2019-03", "began", '"bournemouth" or "dorset" or "poole", which was'),
    ],
)
def test_an_authority_that_is_no_more_or_not_yet_is_refused_with_those_in_its_place(folder, when, others):
    with pytest.raises(RefusedError) as refused:
        authority_of(delivery(f"{folder}/a.csv"))
    assert when in refused.value.found
    assert refused.value.expected.startswith(f"the folder {others}")


def test_what_changed_its_code_keeps_its_folder():
    assert [authority_of(delivery(f"dorset/{month}/a.csv")) for month in ("2019-03", "2019-04")] == [
        "E10000009",
        "E06000059",
    ]


FIRST, TODAY = date(2010, 4, 1), datetime.now(UTC).date()
NEXT_MONTH = (TODAY.replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.mark.parametrize(
    ("file_path", "found"),
    [
        ("croydon/2013-13/a.csv", 'the folder "2013-13", which is not a month'),
        ("croydon/December 2013/a.csv", 'the folder "December 2013", which is not a month'),
        (f"croydon/{NEXT_MONTH:%Y-%m}/a.csv", f'the folder "{NEXT_MONTH:%Y-%m}", a month that has not begun'),
        ("croydon/2010-03/a.csv", 'the folder "2010-03", a month before April 2010'),
        ("croydon/a.csv", "no month folder directly around the file"),
        ("croydon/2013-12/new/a.csv", "no month folder directly around the file"),
    ],
)
def test_a_file_outside_a_folder_of_its_month_is_refused(file_path, found):
    with pytest.raises(RefusedError) as refused:
        month_of(delivery(file_path), FIRST, TODAY)
    assert refused.value.found == found
    assert "such as croydon/2013-12" in refused.value.expected
    assert refused.value.action == "Move the file to the folder of its month"


def test_the_month_of_a_file_is_that_of_its_folder_from_the_first_month_to_the_current():
    for month in (FIRST, DECEMBER, TODAY.replace(day=1)):
        assert month_of(delivery(f"croydon/{month:%Y-%m}/a.csv"), FIRST, TODAY) == month


def test_what_desktops_leave_behind_is_no_delivery(tmp_path):
    for name in ("a.csv", "Thumbs.db", ".DS_Store", "~$a.xlsx", ".hidden/b.csv"):
        path = tmp_path / "croydon" / "2013-12" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert [d.file_path for d in deliveries(tmp_path)] == ["croydon/2013-12/a.csv"]


def test_a_refused_file_no_longer_counts_once_it_is_corrected_under_its_name_or_taken_away(tmp_path):
    folder = tmp_path / "landing" / "croydon" / "2013-12"
    with duckdb.connect() as con:
        prepare(con)

        def received():
            receive(con, tmp_path / "landing", tmp_path / "vault", load_contracts(), FIRST)
            present = "select file_name, status from quality.ingest_ledger where is_present order by file_name"
            return con.execute(present).fetchall()

        for name in ("a.csv", "b.csv"):
            write_csv([["no", "return"], ["at", "all"]], folder / name)
        assert received() == [("a.csv", "refused"), ("b.csv", "refused")]
        assert received() == [("a.csv", "refused"), ("b.csv", "refused")]
        write_csv(clean("overview"), folder / "a.csv")
        (folder / "b.csv").unlink()
        assert received() == [("a.csv", "accepted")]


def test_bytes_that_come_back_after_a_correction_are_a_correction_too(tmp_path):
    file = tmp_path / "landing" / "croydon" / "2013-12" / "a.csv"
    first, second = clean("overview"), [*clean("overview"), ["a footnote"]]
    with duckdb.connect() as con:
        prepare(con)
        seen = []
        for rows in (first, second, first, first):
            write_csv(rows, file)
            receive(con, tmp_path / "landing", tmp_path / "vault", load_contracts(), FIRST)
            seen.append(
                con.execute("select version, is_present from quality.ingest_ledger order by version").fetchall()
            )
    assert seen[0] == [(1, True)]
    assert seen[1] == [(1, False), (2, True)]
    assert seen[2] == seen[3] == [(1, False), (2, False), (3, True)]


def test_a_refused_sheet_stays_refused_while_the_sheets_beside_it_load_once(tmp_path):
    path = tmp_path / "landing" / "croydon" / "2013-12" / "a.xlsx"
    broken = [row for row in clean("lac_movement") if row[0] != "Current UASC LAC"]
    write_workbook({"one": clean("overview"), "two": clean("overview"), "three": broken, "notes": [["read me"]]}, path)
    with duckdb.connect() as con:
        prepare(con)
        for _ in range(2):
            receive(con, tmp_path / "landing", tmp_path / "vault", load_contracts(), FIRST)
            entered = con.execute("select sheet, status, extract from quality.ingest_ledger order by sheet").fetchall()
            assert entered == [
                ("notes", "ignored", None),
                ("one", "accepted", "overview"),
                ("three", "refused", "lac_movement"),
                ("two", "refused", "overview"),
            ]


@pytest.mark.parametrize("keeps_its_time", [True, False])
def test_a_file_moved_to_another_folder_is_withdrawn_where_it_lay(tmp_path, keeps_its_time):
    landing, said = tmp_path / "landing", []
    write_csv(clean("overview"), landing / "hackney" / "2013-12" / "overview.csv")
    with duckdb.connect() as con:
        prepare(con)
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST)
        (landing / "hackney").rename(landing / "haringey")
        if not keeps_its_time:  # it was copied, and deleted where it lay
            os.utime(landing / "haringey" / "2013-12" / "overview.csv", (0, 0))
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST, said.append)
        entered = con.execute("select authority_code, status from quality.ingest_ledger order by all").fetchall()
    assert entered == [("E09000012", "withdrawn"), ("E09000014", "accepted")]
    there = "hackney/2013-12/overview.csv, which no longer counts there"
    assert [line for line in said if "moved" in line] == [f"haringey/2013-12/overview.csv: moved from {there}"]


def test_a_file_that_is_moved_withdraws_no_other_with_the_same_bytes(tmp_path):
    landing = tmp_path / "landing"
    with duckdb.connect() as con:
        prepare(con)
        for time, place in enumerate(["hackney", "harringay"]):
            os.utime(write_csv(clean("overview"), landing / place / "2013-12" / "a.csv"), (time, time))
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST)
        (landing / "hackney" / "2013-12" / "a.csv").unlink()
        (landing / "harringay").rename(landing / "haringey")  # it was refused where it lay
        receive(con, landing, tmp_path / "vault", load_contracts(), FIRST)
        entered = con.execute("select authority_code, status from quality.ingest_ledger order by all").fetchall()
        assert entered == [("E09000012", "accepted"), ("E09000014", "accepted"), (None, "refused")]
        assert [gone.file for gone in counted.gone(con)] == ["hackney/2013-12/a.csv"]


def test_a_list_without_rows_withdraws_none_of_an_earlier_month(tmp_path):
    landing, vault_dir, contracts = tmp_path / "landing", tmp_path / "vault", load_contracts()
    headers = [column.headers[0] for column in contracts["annex_a_contacts"].columns]
    with duckdb.connect() as con:
        prepare(con)
        load.prepare(con, [contracts["annex_a_contacts"]])
        for time, month in enumerate(["2013-11", "2013-12"]):
            os.utime(write_csv([headers], landing / "hackney" / month / "contacts.csv"), (time, time))
            receive(con, landing, vault_dir, contracts, FIRST)
            load.load(con, contracts.values(), vault_dir, pending(con))
            (landing / "hackney" / month / "contacts.csv").unlink()  # each is put away after its run
        entered = con.execute("select reporting_month, status from quality.ingest_ledger order by all").fetchall()
    assert entered == [(date(2013, 11, 1), "accepted"), (DECEMBER, "accepted")]


def test_a_file_that_cannot_be_read_is_refused_and_the_others_are_taken(tmp_path, monkeypatch):
    folder = tmp_path / "landing" / "croydon" / "2013-12"
    for name in ("a.csv", "b.csv"):
        write_csv([*clean("overview"), [name]], folder / name)
    keep = vault.keep

    def locked(path, *place):
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return keep(path, *place)

    monkeypatch.setattr(vault, "keep", locked)
    with duckdb.connect() as con:
        prepare(con)
        received = receive(con, tmp_path / "landing", tmp_path / "vault", load_contracts(), FIRST)
        refused = con.execute(
            "select authority_code, found from quality.ingest_ledger where status = 'refused'"
        ).fetchall()
    assert received == [("croydon/2013-12/a.csv", "refused"), ("croydon/2013-12/b.csv", "accepted")]
    assert refused == [("E09000008", "the file cannot be read (Permission denied)")]


def test_what_excel_makes_of_a_dash_and_of_september_is_known_and_a_column_may_stand_before_the_labels():
    rows = [["Ref", *row] for row in clean("assessment_timespan")]
    header = [cell.replace("SEP", "Sept") for cell in rows[0]]
    header[1] = "Performance measure"
    dashed = [[str(i), row[1].replace("-", "\u2013"), *row[2:]] for i, row in enumerate(rows[1:])]
    assert identified([header, *dashed]).extract == "assessment_timespan"


def test_what_is_plainly_no_table_is_left_aside_and_holds_nobody_back(tmp_path):
    folder = tmp_path / "landing" / "croydon" / "2013-12"
    write_csv(clean("overview"), folder / "overview.csv")
    write_csv(clean("lac_movement"), folder / "movement.txt")
    write_csv([["Team", "Cases"], ["A", "3"], ["B", "4"]], folder / "unknown.txt")
    (folder / "cover.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "printed.csv").write_bytes(b"%PDF-1.7\n")
    (folder / "notes.txt").write_text("Hello,\nhere are December, and November again.\n\nSam, Performance, 2nd floor\n")
    for name, files in {"all.zip": ("a/overview.csv", "b.xlsx", "readme.md"), "logos.zip": ("logo.png",)}.items():
        with ZipFile(folder / name, "w") as archive:
            for file in files:
                archive.writestr(file, "x")
    (folder / "old.rar").write_bytes(b"Rar!")
    with duckdb.connect() as con:
        prepare(con)
        receive(con, tmp_path / "landing", tmp_path / "vault", load_contracts(), FIRST)
        entered = con.execute(
            "select file_name, status, notes, action is not null from quality.ingest_ledger order by file_name"
        ).fetchall()
    assert entered == [
        ("all.zip", "ignored", "It is a packed file with 2 that may be tables. We do not look into them.", True),
        ("cover.pdf", "ignored", "It is a PDF document, not a table.", False),
        ("logos.zip", "ignored", "It is a packed file without a table in it.", False),
        ("movement.txt", "accepted", None, False),
        ("notes.txt", "ignored", "It is text without a table.", False),
        ("old.rar", "ignored", "It is a packed file (.rar). We do not look into it.", True),
        ("overview.csv", "accepted", None, False),
        ("printed.csv", "refused", None, True),
        ("unknown.txt", "refused", None, True),
    ]


@pytest.mark.parametrize("is_headed_once", [False, True])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_returns_under_each_other_are_read_each_by_itself(tmp_path, form, is_headed_once):
    returns, rows, expected = clean_returns(), [["Monthly report"]], {}
    for extract, (header, *below) in returns.tables.items():
        rows += [[], [f"Table: {extract}"]] + ([header] if not expected or not is_headed_once else [])
        expected[extract] = [(len(rows) + n, cells[1]) for n, cells in enumerate(below, start=1)]
        rows += below
    path = tmp_path / "landing" / "croydon" / "2013-12" / f"report.{form}"
    write_csv(rows, path) if form == "csv" else write_workbook({"Report": rows}, path)
    with duckdb.connect() as con:
        prepare(con)
        contracts = load_contracts()
        receive(con, tmp_path / "landing", tmp_path / "vault", contracts, FIRST)
        entered = con.execute("select extract, status, sheet from quality.ingest_ledger order by header_row, sheet")
        found = {extract: (status, sheet) for extract, status, sheet in entered.fetchall()}
        assert found.keys() == expected.keys()
        assert {status for status, _ in found.values()} == {"accepted"}
        assert found["lac_movement"][1].endswith(
            f"rows {expected['lac_movement'][0][0]} to {expected['lac_movement'][-1][0]}"
        )
        load.prepare(con, contracts.values())
        load.load(con, contracts.values(), tmp_path / "vault", [date(2013, 12, 1)])
        for extract, cells in expected.items():
            read = con.execute(f"select source_row, apr from raw.{extract} order by source_row").fetchall()
            assert read == cells
        assert receive(con, tmp_path / "landing", tmp_path / "vault", contracts, FIRST) == []
