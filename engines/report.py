"""What `make spark` prints: a table of models, with the rows that differ and the seconds on each engine."""

import os
from collections import Counter

from rich.console import Console
from rich.table import Table

from engines.both import Result
from engines.compare import MAY_DIFFER

FIRST_LINES = 3  # of an error


def show(result: Result, out: Console, is_all: bool) -> None:
    """Print the models, those that differ last; then the tests, what failed, and the seconds in all."""
    table = Table(box=None, pad_edge=False)
    for heading in ("model", "rows", "rows that differ", "DuckDB s", "Spark s"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    for node_id, compared in sorted(result.tables.items(), key=lambda item: (item[1].differing, item[1].table)):
        if is_all or compared.differing:
            seconds = [f"{side[node_id].seconds:.2f}" for side in (result.duckdb, result.spark)]
            shown = f"{compared.duckdb}" if compared.duckdb == compared.spark else f"{compared.duckdb}/{compared.spark}"
            table.add_row(compared.table, shown, str(compared.differing), *seconds)
    if table.rows:
        out.print(table)
    for compared in result.tables.values():
        if compared.differing:
            out.print(f"{compared.table}: differs in {', '.join(compared.columns) or 'how its values go together'}")
    _show_ends(result, out)
    for (name, column), reason in MAY_DIFFER.items():
        out.print(f"Not compared: {name}.{column}: {reason}")
    same = sum(not compared.differing for compared in result.tables.values())
    rows = sum(compared.duckdb for compared in result.tables.values())
    out.print(f"{same} of {len(result.tables)} tables are the same, of {rows:,} rows")
    spent = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in result.seconds.items())
    out.print(f"{spent}; load of the machine now {os.getloadavg()[0]:.1f}")


def _show_ends(result: Result, out: Console) -> None:
    """Print how models and tests ended, and each that ended otherwise on Spark than on DuckDB."""
    for kind in ("model", "test"):
        ends = Counter(node.status for node in result.spark.values() if node.kind == kind)
        out.print(f"{kind}s on Spark: {', '.join(f'{count} {status}' for status, count in ends.items())}")
    for node_id, node in result.spark.items():
        there = result.duckdb.get(node_id)
        if node.status == "skipped" or (there and there.status == node.status):
            continue
        out.print(
            f"{node.name}: {there.status if there else 'missing'} on DuckDB, {node.status} on Spark", markup=False
        )
        for line in [line for line in node.message.splitlines() if line.strip()][:FIRST_LINES]:
            out.print(f"    {line.strip()[:500]}", markup=False)
