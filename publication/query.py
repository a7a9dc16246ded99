"""Read-only SQL on the published warehouse."""

from pathlib import Path

import duckdb


class QueryError(Exception):
    """What is wrong with a reader's SQL, in one paragraph, with the nearest name where one is misspelt."""


def connect(published: Path) -> duckdb.DuckDBPyConnection:
    """Open the current publication read-only. Raises `LookupError` when nothing has been published."""
    file = published / "csc.duckdb"
    if not file.exists():
        raise LookupError("nothing has been published yet; run `csc run` first")
    # the file behind the link, so that this reader stays on one publication
    return duckdb.connect(str(file.resolve()), read_only=True, config={"enable_external_access": False})


def query(published: Path, sql: str) -> duckdb.DuckDBPyRelation:
    """The result of one SELECT as a relation. Raises `QueryError` for SQL that DuckDB cannot run."""
    con = connect(published)
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            raise QueryError(f"one statement is expected, {len(statements)} were given")
        relation = con.sql(sql)
    except duckdb.Error as error:
        raise QueryError(str(error)) from None
    if relation is None:
        raise QueryError("the published warehouse is read-only: write a SELECT")
    return relation


def write(relation: duckdb.DuckDBPyRelation, form: str, output: Path | None) -> str | None:
    """The result as table, csv, json or parquet: returned as text, or written to `output` and None returned."""
    if form == "table":
        text = relation_table(relation)
    elif form == "json":
        text = relation.to_df().to_json(orient="records", date_format="iso", indent=1) + "\n"
    elif form == "csv":
        text = relation.to_df().to_csv(index=False)
    else:
        relation.to_df().to_parquet(output, index=False)
        return None
    if output:
        output.write_text(text)
        return None
    return text


def relation_table(relation: duckdb.DuckDBPyRelation) -> str:
    """DuckDB's own box, with up to a thousand rows."""
    with __import__("io").StringIO() as text, __import__("contextlib").redirect_stdout(text):
        relation.show(max_rows=1000, max_width=10_000)
        return text.getvalue()
