"""`csc who` and `csc due`: from a figure to the children behind it, for those who may see the private warehouse."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click
import duckdb

from orchestration.settings import settings
from orchestration.state import read_month
from orchestration.warehouse import connect
from reporting import terminal

MEMBERS = "intermediate.int_kpi_members"
DUE_LISTS = ("visits", "assessments", "two_year_plans", "plan_reviews", "care_reviews")
BOOKKEEPING = ("first_reporting_month", "last_reporting_month", "filing_month", "event_month")
ROWS_SHOWN = 50
DATES_SHOWN = 3


def private_warehouse() -> Path:
    """The file that knows who is behind a figure. Raises `LookupError` where there is none, or a published one."""
    file, published = settings().warehouse, settings().published / "csc.duckdb"
    if not file.exists() and not published.exists():
        raise LookupError("nothing has been run yet; run `csc run` first")
    holds = set()
    if file.exists():
        with connect(file, read_only=True) as con:
            tables = con.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
            holds = {name for (name,) in tables}
    if not any(name.startswith("raw.") for name in holds):
        raise LookupError(
            f"who is behind a figure is in the private warehouse only, and {file} is not it. "
            "What is published does not hold it: ask the performance team, who may open the private one"
        )
    if MEMBERS not in holds:
        raise LookupError(f"{file} was built before it said who is behind a figure; run `csc run --rebuild`")
    return file


def members(file: Path, measure: str, month: date, authority: str | None, part: str | None) -> list[dict]:
    """Each event behind a computed figure: part, keys, value of a median, dates, and the file and row that show it.

    Raises `LookupError` for a measure, authority or month without a list behind it, saying what there is.
    """
    with connect(file, read_only=True) as con:
        code = _authority(con, authority)
        counted = _counted(con, measure, month, code)
        parts = {"numerator", "denominator"} if len(counted) > 1 else {"value"}
        if part and part not in parts:
            raise LookupError(f"{measure} has no {part}; its part is {' or '.join(sorted(parts))}")
        con.execute(
            f"""
            create or replace temp table asked as
            select authority_code, part, event_table, event_key, child_key, value from {MEMBERS}
            where measure_id = $measure and month = $month and counted_id in $counted
                and ($code is null or authority_code = $code) and ($part is null or part = $part)
            """,
            {"measure": measure, "month": month, "counted": counted, "code": code, "part": part},
        )
        return _described(con, order="authority_code, part desc, source_file, source_sheet, source_row, event_key")


def due(file: Path, due_list: str | None, authority: str | None, as_of: date | None) -> list[dict]:
    """What teams should see to soon, the most urgent first: what each list shows on the day, and what is overdue on it.

    Without a day it is the end of the latest month that the list behind it was delivered for; a day in or after that
    month is told from the same list. Raises `LookupError` for an unknown authority or a day before every list.
    """
    with connect(file, read_only=True) as con:
        code = _authority(con, authority)
        con.execute(
            """
            create or replace temp table asked as
            with months as (
                select due_list, authority_code, max(month) as month,
                    coalesce($as_of, last_day(max(month))) as as_of
                from intermediate.int_due
                where ($list is null or due_list = $list) and ($code is null or authority_code = $code)
                    and ($as_of is null or month <= $as_of)
                group by due_list, authority_code
            )
            select due_list, authority_code, event_table, event_key, child_key, since_date, due_date, as_of,
                due_date < as_of as is_overdue
            from intermediate.int_due inner join months using (due_list, authority_code, month)
            where show_from <= as_of
            """,
            {"list": due_list, "code": code, "as_of": as_of},
        )
        delivered = """
            select 1 from intermediate.int_due where month <= $day and ($code is null or authority_code = $code)
        """
        if not con.execute(delivered, {"day": as_of or date.max, "code": code}).fetchone():
            by_then = f" for {as_of:%d/%m/%Y} or before" if as_of else ""
            raise LookupError(f"no list had been delivered{by_then}" + (f" by {authority}" if authority else ""))
        return _described(con, order="due_list, authority_code, due_date, source_file, source_sheet, source_row")


def _described(con: duckdb.DuckDBPyConnection, order: str) -> list[dict]:
    """The events of the temporary table `asked`, with the dates of their facts and the row that the fact follows."""
    tables = [name for (name,) in con.execute("select distinct event_table from asked order by 1").fetchall()]
    described = []
    for table in tables:
        columns = con.execute(
            """
            select column_name, data_type from information_schema.columns
            where table_schema = 'core' and table_name = ? order by ordinal_position
            """,
            [table],
        ).fetchall()
        key = columns[0][0]  # the grain of a fact is its first column
        dates = [f"facts.{name}" for name, kind in columns if kind == "DATE" and name not in BOOKKEEPING]
        described.append(
            f"""
            select asked.*, {", ".join(dates)},
                places.file_path as source_file, places.sheet as source_sheet, places.source_row
            from asked
            inner join core.{table} as facts on asked.event_key = facts.{key}
            left join (
                select event_key, max_by(file_path, delivery_order) as file_path,
                    max_by(coalesce(sheet, ''), delivery_order) as sheet,
                    max_by(source_row, delivery_order) as source_row
                from intermediate.int_events__sourced
                where event_table = '{table}' and event_key in (select event_key from asked)
                group by event_key
            ) as places on asked.event_key = places.event_key
            where asked.event_table = '{table}'
            """
        )
    if not described:
        return []
    result = con.execute(f"{' union all by name '.join(described)} order by {order}")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _authority(con: duckdb.DuckDBPyConnection, named: str | None) -> str | None:
    """The code of an authority given by code, name or folder."""
    if named is None:
        return None
    known = {}
    rows = con.execute("select authority_code, authority_name, folder from reference.authorities").fetchall()
    for code, *names in rows:
        known |= dict.fromkeys([code.lower(), *(name.lower() for name in names)], code)
    if named.lower() not in known:
        raise LookupError(f"there is no authority '{named}'{_nearest(named.lower(), known)}")
    return known[named.lower()]


def _counted(con: duckdb.DuckDBPyConnection, measure: str, month: date, code: str | None) -> list[str]:
    """The measures whose members stand behind the figure. Raises `LookupError` where there is no list behind it."""
    parts = con.execute(
        """
        select coalesce(numerator_id, measure_id), coalesce(denominator_id, measure_id)
        from reference.measures where measure_id = ?
        """,
        [measure],
    ).fetchone()
    if not parts:
        medians = f"select distinct measure_id from {MEMBERS} where value is not null"
        rows = con.execute(f"select measure_id from reference.measures union {medians}").fetchall()
        known = [name for (name,) in rows]
        if measure not in known:
            near = _nearest(measure, known)
            raise LookupError(f"there is no measure '{measure}'{near}; reference.measures lists them")
        of_median = f"select distinct month from {MEMBERS} where measure_id = ? order by 1"
        months = [of for (of,) in con.execute(of_median, [measure]).fetchall()]
        if month not in months:
            there_are = f"; there are lists for {months[0]:%Y-%m} to {months[-1]:%Y-%m}"
            raise LookupError(f"there is no figure of {measure} for {month:%B %Y}{there_are}")
        return [measure]
    figures = con.execute(
        """
        select basis, is_supplied, month = $month as is_asked, month from marts.kpi_monthly
        where measure_id = $measure and ($code is null or authority_code = $code)
        """,
        {"measure": measure, "month": month, "code": code},
    ).fetchall()
    asked = {}
    for basis, is_supplied, is_asked, _ in figures:
        if is_asked:
            asked[basis] = asked.get(basis, False) or is_supplied
    months = sorted(month for basis, _, _, month in figures if basis == "computed")
    there_are = f"; there are lists for {months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else ""
    if "computed" not in asked and "reported" in asked:
        raise LookupError(
            f"{measure} of {month:%B %Y} is only known as the council printed it, "
            f"and a printed figure has no list behind it{there_are}"
        )
    if "computed" not in asked:
        raise LookupError(f"there is no figure of {measure} for {month:%B %Y}{there_are}")
    if not asked["computed"]:
        raise LookupError(f"the lists delivered cannot tell {measure} of {month:%B %Y}, so nobody can be named")
    return list(dict.fromkeys(parts))


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; the nearest is {near[0]}" if near else ""


# the commands


def output_options(command):
    """--output and --json, as both commands have them."""
    to_file = click.option(
        "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV file instead of a table."
    )
    return to_file(click.option("--json", "is_json", is_flag=True, help="Print JSON instead of a table.")(command))


def show(
    title: str, rows: list[dict], columns: Iterable[str], counted: str, output: Path | None, is_json: bool
) -> None:
    """The rows as JSON, as a CSV file, or the first as a table of these columns, some dates and where they are.

    Keys are cut short in the table; `counted` is the column by which the rows are counted below it.
    """
    if is_json:
        click.echo(json.dumps(rows, indent=1, default=str))
        return
    if output:
        import pyarrow as pa

        from publication.query import write

        write(pa.Table.from_pylist(rows), "csv", output)
        terminal.err.print(f"{len(rows)} rows written to {output}, which is private: it names children by their keys.")
        return
    if not rows:
        terminal.out.print(f"{title}: nobody.")
        return
    dates = [c for c in rows[0] if c.endswith("_date") and c not in columns]
    filled = [c for c in (*columns, *dates) if any(row[c] is not None for row in rows)]
    filled = filled[: len(filled) - max(0, len(set(filled) - set(columns)) - DATES_SHOWN)]
    alike = {row["authority_code"] for row in rows}
    if len(alike) == 1:
        filled.remove("authority_code")
        title += f", {alike.pop()}"
    shown = [[_short(column, row[column]) for column in filled] + [_place(row)] for row in rows[:ROWS_SHOWN]]
    terminal.out.print(terminal.table(title, [*(c.removesuffix("_date") for c in filled), "where"], shown))
    counts = Counter(row[counted] for row in rows)
    terminal.out.print(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    if len(rows) > ROWS_SHOWN:
        more = f"The first {ROWS_SHOWN} are shown; --output FILE.csv writes all, with keys in full."
        terminal.out.print(more, style="dim")


def _short(column: str, cell: object) -> object:
    match cell:
        case str() if column == "child_key":
            return terminal.with_short_keys(cell)
        case bool():
            return "yes" if cell else ""
        case date():
            return str(cell)
    return cell


def _place(row: dict) -> str:
    sheet = f", {row['source_sheet']}" if row["source_sheet"] else ""
    return f"{row['source_file']}{sheet}, row {row['source_row']}"


@click.command()
@click.argument("measure")
@click.option("--month", required=True, help="The month of the figure, as YYYY-MM.")
@click.option("--authority", help="Code, name or folder of the authority; all of them if left out.")
@click.option(
    "--part", type=click.Choice(["numerator", "denominator", "value"]), help="Only this part of a percentage."
)
@output_options
def who(measure: str, month: str, authority: str | None, part: str | None, output: Path | None, is_json: bool) -> None:
    """Which events, of which children, a computed figure is made of, and where the lists show them.

    Only where the private warehouse is; what is published does not say. MEASURE is a measure of reference.measures, or
    a measure_id of marts.mart_child_journey. Children appear under their keys; file and row lead to the child in the
    council's own system.

    \b
    Example:
      csc who cpp_ceased_2yrs_plus_pct_ni64 --month 2013-12 --part numerator
      csc who re_referrals --month 2013-12 --authority croydon --output re_referrals.csv
    """
    rows = members(private_warehouse(), measure, read_month(month), authority, part)
    show(f"{measure}, {month}", rows, ("authority_code", "part", "child_key", "value"), "part", output, is_json)


@click.command(name="due")
@click.option("--list", "due_list", type=click.Choice(DUE_LISTS), help="Only this list.")
@click.option("--authority", help="Code, name or folder of the authority; all of them if left out.")
@click.option("--as-of", help="Day to look from, as YYYY-MM-DD; the end of the latest month delivered if left out.")
@output_options
def due_(due_list: str | None, authority: str | None, as_of: str | None, output: Path | None, is_json: bool) -> None:
    """What is due soon or overdue: visits, assessments, reviews, and plans that come near two years.

    Only where the private warehouse is. How soon is soon is set in dbt_project/dbt_project.yml.

    \b
    Example:
      csc due --list visits
      csc due --authority croydon --as-of 2014-01-10 --output due.csv
    """
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise ValueError(f"'{as_of}' is no day; write it as YYYY-MM-DD, such as 2013-12-31") from None
    rows = due(private_warehouse(), due_list, authority, day)
    columns = ("due_list", "authority_code", "child_key", "since_date", "due_date", "is_overdue")
    if rows and not output and not is_json:
        own = {*columns, "as_of", "source_file", "source_sheet", "source_row"}
        rows = [{name: cell for name, cell in row.items() if name in own} for row in rows]
    show("Due soon or overdue", rows, columns, "due_list", output, is_json)
