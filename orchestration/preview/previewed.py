"""What is said of one table of a file."""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Preview:
    """One table of a file: what it is, why it would be refused, and what to look at before it is dropped."""

    file: str
    sheet: str | None
    status: str
    extract: str | None
    authority_code: str | None
    month: date | None
    rows: int | None
    refusal: str | None = None
    notes: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Return whether nothing keeps it out, and nothing looks odd."""
        return self.status != "refused" and not self.odd
