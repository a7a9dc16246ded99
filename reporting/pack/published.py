"""What the published marts say of one authority, read once: register, figures, findings, restatements, provenance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data_quality.checks import audit_checks
from publication.query import connect
from reporting.commentary import Figures, figures


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
class Published:
    """Everything a pack is made from. `months` are those of the financial year, up to the pack's own."""

    authority_code: str
    authority_name: str
    month: date
    months: Sequence[date]
    earlier_months: Sequence[date]
    publication_id: str
    measures: Mapping[str, Measure]
    relations: Sequence[tuple[str, str, str, str]]
    kpis: Mapping[tuple[str, date, str], Kpi]
    findings: Sequence[dict]
    reasons: Mapping[str, str]
    restatements: Sequence[dict]
    files: Mapping[tuple[str, date], dict]
    limits: Mapping[tuple[str, date, str], dict]
    breaks: Sequence[dict]
    comparators: Sequence[dict]
    quoted: Sequence[dict]
    statistics: Figures
    commentary: tuple[str, str] | None
    """Name and text of what officers wrote of the month."""

    @property
    def financial_year(self) -> str:
        april = self.months[0]
        return f"{april.year}/{(april.year + 1) % 100:02d}"


def month_key(measure_id: str, month: date) -> tuple[str, str]:
    return measure_id, f"{month:%Y-%m}"


def ytd_key(measure_id: str, month: date) -> tuple[str, str]:
    return measure_id, f"{month:%Y-%m} ytd"


def authorities(published: Path) -> list[tuple[str, str, str, date]]:
    """(code, name, folder, latest month) of every authority that has figures."""
    with connect(published) as con:
        return con.execute(
            """
            select authority_code, authority_name, folder, max(month)
            from marts.kpi_monthly inner join reference.authorities using (authority_code)
            where value is not null
            group by all order by 1
            """
        ).fetchall()


def chosen(known: list[tuple[str, str, str, date]], authority: str | None) -> tuple[str, str, str, date]:
    """That of `authorities` which a code, name or folder names; the only one without. Raises `LookupError` for none."""
    if not known:
        raise LookupError("no figure has been published yet; run `csc run` first")
    listed = ", ".join(folder for _, _, folder, _ in known)
    if authority is None:
        if len(known) > 1:
            raise LookupError(f"several authorities have figures; name one with --authority: {listed}")
        return known[0]
    found = [row for row in known if authority.casefold() in {row[0].casefold(), row[1].casefold(), row[2].casefold()}]
    if not found:
        raise LookupError(f"'{authority}' has no figures; those that have: {listed}")
    return found[0]


def read(published: Path, authority_code: str, month: date, commentary: tuple[str, str] | None = None) -> Published:
    """Raises `LookupError` when the authority has no figure for the month, or nothing has been published."""
    with connect(published) as con:
        publication_id = published.resolve().name
        start = date(month.year - (month.month < 4) - 1, 4, 1)
        parameters = {"authority": authority_code, "month": month, "start": start}
        kpis = {
            (measure_id, of, kpi[0]): Kpi(*kpi)
            for measure_id, of, *kpi in con.execute(
                """
                select
                    measure_id, month, basis, value, ytd_value, is_mature, denominator, reporting_month, months_supplied
                from marts.kpi_monthly
                where authority_code = $authority and month between $start and $month
                """,
                parameters,
            ).fetchall()
        }
        if not any(of == month and kpi.value is not None for (_, of, _), kpi in kpis.items()):
            raise LookupError(f"no figure of {month:%B %Y} has been published for {authority_code}; see `csc status`")
        columns = ", ".join(Measure.__dataclass_fields__)
        measures = {
            m.measure_id: m
            for m in (
                Measure(*r) for r in con.execute(f"select {columns} from reference.measures order by rowid").fetchall()
            )
        }
        april = date(month.year - (month.month < 4), 4, 1)
        all_months = sorted({of for _, of, _ in kpis})
        return Published(
            authority_code=authority_code,
            authority_name=con.execute(
                "select authority_name from reference.authorities where authority_code = ?", [authority_code]
            ).fetchone()[0],
            month=month,
            months=[m for m in all_months if m >= april],
            earlier_months=[m for m in all_months if m < april],
            publication_id=publication_id,
            measures=measures,
            relations=con.execute(
                "select relation_id, relation, role, measure_id from reference.measure_relations order by all"
            ).fetchall(),
            kpis=kpis,
            findings=_findings(con, parameters),
            reasons=dict(
                con.execute("select check_id, any_value(reason) from quality.check_results group by 1").fetchall()
            ),
            restatements=_rows(
                con,
                """
                select * from quality.restatements
                where authority_code = $authority and reporting_month <= $month and month >= $start
                order by month desc, measure_id
                """,
                parameters,
            ),
            files=_files(con, parameters),
            limits=_limits(con, parameters),
            breaks=_breaks(con, parameters),
            comparators=_comparators(con, parameters),
            quoted=_quoted(con, parameters),
            statistics=figures(con, authority_code, month),
            commentary=commentary,
        )


def _comparators(con: duckdb.DuckDBPyConnection, parameters: dict) -> list[dict]:
    """What may stand beside a figure of the month or its year to date: last year, other authorities, published ones."""
    return _rows(
        con,
        """
        select measure_id, basis, statistic, comparator, area_name, period, comparator_value, source
        from marts.mart_comparators
        where authority_code = $authority and month = $month and is_shown and statistic in ('value', 'ytd')
        order by statistic desc, comparator, area_name
        """,
        {name: parameters[name] for name in ("authority", "month")},
    )


def _findings(con: duckdb.DuckDBPyConnection, parameters: dict) -> list[dict]:
    """Open findings, the worst first; `is_of_text` where a text, not a table, has the figure."""
    of_texts = {check.check_id for check in audit_checks().values() if check.table == "quality.audit_quoted_figures"}
    found = _rows(
        con,
        """
        select finding_id, check_id, severity, extract, reporting_month, month, measure_id, message, source_ref,
            abs(observed - expected) / nullif(abs(expected), 0) as distance
        from quality.findings
        where
            status = 'open' and (authority_code = $authority or authority_code is null)
            and coalesce(month, reporting_month, $month) between $start and $month
        order by list_position(['error', 'warning', 'info'], severity), check_id, measure_id, month, finding_id
        """,
        parameters,
    )
    return [finding | {"is_of_text": finding["check_id"] in of_texts} for finding in found]


def _files(con: duckdb.DuckDBPyConnection, parameters: dict) -> dict[tuple[str, date], dict]:
    """The current file of each extract and reporting month."""
    rows = _rows(
        con,
        """
        select extract, reporting_month, version, file_path, sheet, received_at, file_sha256
        from quality.ingest_ledger
        where authority_code = $authority and status = 'accepted' and reporting_month between $start and $month
        order by version
        """,
        parameters,
    )
    return {(row["extract"], row["reporting_month"]): row for row in rows}


def _limits(con: duckdb.DuckDBPyConnection, parameters: dict) -> dict[tuple[str, date, str], dict]:
    rows = _rows(
        con,
        """
        select
            measure_id, month, basis, mean, lower_limit, upper_limit, baseline_from,
            is_outside_limits, is_on_one_side, is_trend, months_on_side, months_in_trend
        from marts.kpi_spc where authority_code = $authority and month between $start and $month
        """,
        parameters,
    )
    return {(row["measure_id"], row["month"], row["basis"]): row for row in rows}


def _breaks(con: duckdb.DuckDBPyConnection, parameters: dict) -> list[dict]:
    return _rows(
        con,
        """
        select break_month, domain, measure_id, reason, source from reference.process_breaks
        where coalesce(authority_code, $authority) = $authority and break_month between $start and $month
        order by break_month
        """,
        parameters,
    )


def _quoted(con: duckdb.DuckDBPyConnection, parameters: dict) -> list[dict]:
    """Each figure that a printed text quotes, with what the tables or the lists give, where they give anything."""
    return _rows(
        con,
        """
        select measure_id, month, observed, max(expected) as expected, bool_and(is_agreed) as is_agreed, source_ref,
            bool_or(check_id = 'quoted_figures_agree_with_lists') as is_of_lists, max(message) as message
        from quality.audit_quoted_figures
        where extract = 'quoted_figures' and authority_code = $authority and reporting_month = $month
        group by measure_id, month, observed, source_ref order by length(source_ref), source_ref
        """,
        parameters,
    )


def _rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: dict) -> list[dict]:
    used = {name: value for name, value in parameters.items() if f"${name}" in sql}
    result = con.execute(sql, used)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
