"""What is published, as pandas DataFrames whose columns have the types of the warehouse.

Dates are datetime64, numbers with decimals are float64. Whole numbers, true or false, and text have the types of pandas
that know a missing value: Int64, boolean and str.
"""

from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa

from publication import queries
from publication.authorities import code_of
from publication.nearest import did_you_mean, nearest
from publication.query import connect, query

HERE = Path(__file__).parent


def sql(published: str | Path, statement: str) -> pd.DataFrame:
    """Return the rows of one SELECT on what is published.

    `published` is the folder, for example data/published. Raises `QueryError` as `query.query` does.
    """
    return _frame(query(Path(published), statement))


def measure(
    published: str | Path,
    measure_id: str,
    authority: str | None = None,
    basis: Literal["reported", "computed"] = "computed",
) -> pd.DataFrame:
    """Return the months of a measure, with the month as the index.

    `authority` is a code, name or folder; every authority where it is left out. `basis` is 'computed' (counted from the
    lists) or 'reported' (as the council printed it). Raises `LookupError` for a measure or authority that is not
    published on this basis.
    """
    with connect(Path(published)) as con:
        code = code_of(con, authority) if authority else None
        known = [name for (name,) in queries.run(con, HERE / "measure_ids.sql", {"basis": basis}).fetchall()]
        if measure_id not in known:
            raise LookupError(f'"{measure_id}" is not a {basis} measure.{did_you_mean(nearest(measure_id, known))}')
        asked = {"measure_id": measure_id, "basis": basis, "authority_code": code}
        months = queries.run(con, HERE / "measure_months.sql", asked).to_arrow_table()
    return _frame(months).set_index("month")


def findings(published: str | Path, with_resolved: bool = False) -> pd.DataFrame:
    """Return what was found wrong, the most serious first: open findings, or resolved ones too."""
    with connect(Path(published)) as con:
        found = queries.run(con, HERE / "published_findings.sql", {"with_resolved": with_resolved}).to_arrow_table()
    return _frame(found)


def _frame(rows: pa.Table) -> pd.DataFrame:
    """Return a DataFrame with a pandas type for each type of DuckDB."""
    plain = rows.cast(pa.schema([_plain(field) for field in rows.schema]))
    frame: pd.DataFrame = plain.to_pandas(types_mapper=_pandas_type)
    return frame


def _plain(field: pa.Field) -> pa.Field:
    """Give dates one resolution, and decimals a type of pandas: sums of whole numbers come as decimals."""
    if pa.types.is_date(field.type):
        return field.with_type(pa.timestamp("us"))
    if pa.types.is_decimal(field.type):
        return field.with_type(pa.int64() if field.type.scale == 0 else pa.float64())
    return field


def _pandas_type(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Return the pandas type that knows a missing value; None leaves the choice to Arrow."""
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return None
