"""Tables that belong to a dataset and that no measure needs: known by name, and left aside."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

import data_quality
from data_quality.contracts import bare, fold, read_yaml
from ingestion.tables import HEADER_SEARCH_ROWS, Table

LEFT_ASIDE = Path(data_quality.__file__).with_name("left_aside.yml")
LEAST_HEADERS = 2  # that begin with a table's prefix


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    headers: tuple[str, ...] = ()
    prefix: str | None = None

    @model_validator(mode="after")
    def _is_told_by_its_headers(self) -> "_Table":
        if bool(self.headers) == bool(self.prefix):
            raise ValueError(f"{self.title}: either headers or a prefix says which table it is")
        return self

    def is_headed_by(self, row: tuple[str, ...]) -> bool:
        """Return whether a row of folded cells is the header of this table."""
        if self.prefix:
            filled = [cell for cell in row if cell]
            return len(filled) >= LEAST_HEADERS and all(cell.startswith(self.prefix) for cell in filled)
        return all(fold(header) in row for header in self.headers)


@cache
def _tables() -> tuple[tuple[str, _Table], ...]:
    """Return every table that is left aside, with the name of its dataset."""
    return tuple(
        (entry["dataset"], _Table.model_validate(table))
        for entry in read_yaml(LEFT_ASIDE.read_text())
        for table in entry["tables"]
    )


def left_aside(table: Table) -> str | None:
    """Return which table that no measure needs this is, such as 'SSDA903, OC3, care leavers'; None where it is none."""
    for row in table.rows[:HEADER_SEARCH_ROWS]:
        folded = tuple(fold(cell) for cell in row)
        for dataset, known in _tables():
            if known.is_headed_by(folded):
                return f"{dataset}, {known.title}"
    return None


def titles_of(dataset: str, headers: set[str]) -> dict[str, list[str]]:
    """Return the tables of a dataset, by the code of its contracts, whose every header is among these."""
    folded = {fold(header) for header in headers}
    return {
        known.title: list(known.headers)
        for name, known in _tables()
        if bare(name) == bare(dataset) and known.headers and all(fold(header) in folded for header in known.headers)
    }
