"""What the published marts say about one authority: register, values, findings, restatements, provenance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import duckdb
from dateutil.relativedelta import relativedelta

from data_quality.checks import audit_checks
from publication.query import connect
from reporting.commentary import Figures, figures
from reporting.words import april_of, financial_year

SQL = files("reporting.pack") / "sql"
Key = tuple[str, str]
"""A measure and a period: a month, or the year to date of a month."""
Relation = tuple[str, str, str, str]
"""Its id, its kind, a role, and the measure in that role."""
T = TypeVar("T")


class Authority(NamedTuple):
    """An authority that has values, and the latest month of them."""

    code: str
    name: str
    folder: str
    latest_month: date


@dataclass(frozen=True)
class Measure:
    """A row of the measure register."""

    measure_id: str
    measure_name: str
    domain: str
    unit: str
    kind: str
    ytd_rule: str
    numerator_id: str | None
    denominator_id: str | None
    home_extract: str | None
    polarity: str
    target: float | None
    decimals: int
    definition: str
    source: str

    @property
    def is_percentage(self) -> bool:
        """Return whether the measure is a percentage."""
        return self.unit == "percentage"

    @property
    def target_text(self) -> str:
        """Return the target as a person writes it, or nothing."""
        return "" if self.target is None else f"{self.target:g}{'%' if self.is_percentage else ''}"


@dataclass(frozen=True)
class Kpi:
    """A row of marts.kpi_monthly."""

    basis: str
    value: float | None
    ytd_value: float | None
    is_mature: bool
    denominator: float | None
    reporting_month: date
    months_supplied: int


@dataclass(frozen=True)
class Finding:
    """An open finding. `distance` is how far the value is from the expected one, in proportion to that."""

    finding_id: str
    check_id: str
    severity: str
    extract: str | None
    month: date | None
    measure_id: str | None
    message: str
    source_ref: str | None
    distance: float | None
    is_of_text: bool


@dataclass(frozen=True)
class Restatement:
    """A value that a later summary return prints otherwise."""

    measure_id: str
    month: date
    period: str
    earlier_text: str | None
    printed_text: str | None
    reporting_month: date
    version: int


@dataclass(frozen=True)
class Delivered:
    """The current file of an extract and month."""

    version: int
    file_path: str
    received_at: datetime


@dataclass(frozen=True)
class Limits:
    """The mean and the limits of a month in an XmR chart, and the signals that it gives."""

    mean: float
    lower_limit: float
    upper_limit: float
    baseline_from: date
    is_outside_limits: bool
    is_on_one_side: bool
    is_trend: bool
    months_on_side: int
    months_in_trend: int


@dataclass(frozen=True)
class Break:
    """A recorded change in how something is done or recorded; without a measure or domain it is of all of them."""

    break_month: date
    domain: str | None
    measure_id: str | None
    reason: str
    source: str


@dataclass(frozen=True)
class Comparator:
    """A value that one of the month's can be compared with: last year's, another authority's, a published one."""

    measure_id: str
    basis: str
    statistic: str
    comparator: str
    area_name: str | None
    period: str
    comparator_value: float
    source: str | None


@dataclass(frozen=True)
class Quoted:
    """A value that a printed text quotes, and what the tables or the lists give for it."""

    measure_id: str
    month: date | None
    expected: float | None
    is_agreed: bool | None
    is_of_lists: bool
    message: str | None


@dataclass(frozen=True)
class Published:
    """Everything a pack is made from. `months` are those of the financial year, up to the pack's own."""

    authority_code: str
    authority_name: str
    month: date
    months: Sequence[date]
    earlier_months: Sequence[date]
    publication_id: str
    measures: Mapping[str, Measure]
    relations: Sequence[Relation]
    kpis: Mapping[tuple[str, date, str], Kpi]
    findings: Sequence[Finding]
    reasons: Mapping[str, str]
    restatements: Sequence[Restatement]
    files: Mapping[tuple[str, date], Delivered]
    limits: Mapping[tuple[str, date, str], Limits]
    breaks: Sequence[Break]
    comparators: Sequence[Comparator]
    quoted: Sequence[Quoted]
    statistics: Figures
    commentary: tuple[str, str] | None
    """The name and the text of what officers wrote about the month."""

    @property
    def financial_year(self) -> str:
        """Return the pack's financial year, such as '2013/14'."""
        return financial_year(self.month)


def month_key(measure_id: str, month: date) -> Key:
    """Return the key of a month's value."""
    return measure_id, f"{month:%Y-%m}"


def ytd_key(measure_id: str, month: date) -> Key:
    """Return the key of the year to date of a month."""
    return measure_id, f"{month:%Y-%m} ytd"


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
    parameters = {"authority": authority_code, "month": month, "start": april - relativedelta(years=1)}
    with connect(published) as con:
        kpis = {
            (row.pop("measure_id"), row.pop("month"), row["basis"]): Kpi(**row)
            for row in _rows(con, "kpis", parameters)
        }
        if not any(of == month and kpi.value is not None for (_, of, _), kpi in kpis.items()):
            raise LookupError(f"no values for {month:%B %Y} have been published for {authority_code}. See `csc status`")
        all_months = sorted({of for _, of, _ in kpis})
        names = {row["code"]: row["name"] for row in _rows(con, "authorities", {})}
        return Published(
            authority_code=authority_code,
            authority_name=names[authority_code],
            month=month,
            months=[m for m in all_months if m >= april],
            earlier_months=[m for m in all_months if m < april],
            publication_id=published.resolve().name,
            measures={row["measure_id"]: Measure(**row) for row in _rows(con, "measures", {})},
            relations=con.execute((SQL / "relations.sql").read_text()).fetchall(),
            kpis=kpis,
            findings=_read(con, Finding, "findings", parameters | {"of_texts": _checks_of_texts()}),
            reasons={row["check_id"]: row["reason"] for row in _rows(con, "reasons", {})},
            restatements=_read(con, Restatement, "restatements", parameters),
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
            quoted=_read(con, Quoted, "quoted", parameters),
            statistics=figures(con, authority_code, month),
            commentary=commentary,
        )


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
