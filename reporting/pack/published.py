"""Read what the published marts say about one authority."""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from dateutil.relativedelta import relativedelta

from data_quality.checks import audit_checks
from publication.query import connect
from reporting.commentary import figures
from reporting.pack.records import (
    Authority,
    Break,
    Comparator,
    Delivered,
    Finding,
    Kpi,
    Limits,
    Measure,
    Move,
    Placed,
    Published,
    Quoted,
    Rate,
    Restatement,
)
from reporting.words import april_of

SQL = files("reporting.pack") / "sql"
T = TypeVar("T")


def authorities(published: Path) -> list[Authority]:
    """Read which authorities have values."""
    with connect(published) as con:
        return [Authority(**row) for row in _rows(con, "authorities", {})]


def chosen(known: Sequence[Authority], authority: str | None) -> Authority:
    """Return the authority that a code, name or folder names, or the only one. Raises LookupError for none."""
    if not known:
        raise LookupError("nothing has been published yet. Run `csc run` first")
    folders = ", ".join(row.folder for row in known)
    if authority is None:
        if len(known) > 1:
            raise LookupError(f"several authorities have published values. Choose one with --authority: {folders}")
        return known[0]
    wanted = authority.casefold()
    found = [row for row in known if wanted in {row.code.casefold(), row.name.casefold(), row.folder.casefold()}]
    if not found:
        raise LookupError(f'"{authority}" has no published values. The authorities that have: {folders}')
    return found[0]


def read(published: Path, authority_code: str, month: date, commentary: tuple[str, str] | None = None) -> Published:
    """Read what a pack needs. Raises LookupError where the authority has no value for the month."""
    april = april_of(month)
    parameters = {
        "authority": authority_code,
        "month": month,
        "start": april - relativedelta(years=1),
        "packs_start": april - relativedelta(years=2),
    }
    with connect(published) as con:
        kpis = {
            (row.pop("measure_id"), row.pop("month"), row["basis"]): Kpi(**row)
            for row in _rows(con, "kpis", parameters)
        }
        if not any(of == month and kpi.value is not None for (_, of, _), kpi in kpis.items()):
            raise LookupError(f"no values for {month:%B %Y} have been published for {authority_code}. See `csc status`")
        year_ago = month - relativedelta(years=1)
        [own] = [row for row in _rows(con, "authorities", {}) if row["code"] == authority_code]
        return Published(
            authority_code=authority_code,
            authority_name=own["name"],
            month=month,
            known_to=max(own["latest_month"], month),
            months=_without_gaps(sorted({of for _, of, _ in kpis if of >= year_ago})),
            publication_id=published.resolve().name,
            measures={row["measure_id"]: Measure(**row) for row in _rows(con, "measures", parameters)},
            relations=con.execute((SQL / "relations.sql").read_text()).fetchall(),
            kpis=kpis,
            bases={row["measure_id"]: row["basis"] for row in _rows(con, "bases", parameters)},
            findings=_read(con, Finding, "findings", parameters | {"of_texts": _checks_of_texts()}),
            reasons={row["check_id"]: row["reason"] for row in _rows(con, "reasons", {})},
            restatements=_read(con, Restatement, "restatements", parameters),
            moves=_read(con, Move, "moves", parameters),
            files={
                (row.pop("extract"), row.pop("reporting_month")): Delivered(**row)
                for row in _rows(con, "files", parameters)
            },
            limits={
                (row.pop("measure_id"), row.pop("month"), row.pop("basis")): Limits(**row)
                for row in _rows(con, "limits", parameters)
            },
            breaks=_read(con, Break, "breaks", parameters),
            comparators=_read(con, Comparator, "comparators", parameters),
            rates={(row.pop("measure_id"), row.pop("basis")): Rate(**row) for row in _rows(con, "rates", parameters)},
            assurance={
                (row["measure_id"], row["basis"]): row["assurance"] for row in _rows(con, "assurance", parameters)
            },
            funnel=_read(con, Placed, "funnel", parameters),
            quoted=_read(con, Quoted, "quoted", parameters),
            statistics=figures(con, authority_code, month),
            commentary=commentary,
        )


def _without_gaps(months: Sequence[date]) -> list[date]:
    """Return every month from the first to the last, so that the one before is last month's."""
    between = relativedelta(months[-1], months[0])
    return [months[0] + relativedelta(months=n) for n in range(between.years * 12 + between.months + 1)]


def _checks_of_texts() -> list[str]:
    return [check.check_id for check in audit_checks().values() if check.table == "quality.audit_quoted_figures"]


def _rows(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    """Read the rows of a query in `sql/`; it takes the parameters that it names."""
    sql = (SQL / f"{name}.sql").read_text()
    result = con.execute(sql, {key: value for key, value in parameters.items() if f"${key}" in sql})
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _read(con: duckdb.DuckDBPyConnection, kind: type[T], name: str, parameters: Mapping[str, object]) -> list[T]:
    return [kind(**row) for row in _rows(con, name, parameters)]
