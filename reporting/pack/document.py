"""The pack as one structure, from which HTML, PDF and XLSX are rendered, so that they cannot disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One cell of a table. `number` is the number that `text` shows, or None where it shows none."""

    text: str
    number: float | None = None
    decimals: int = 0
    is_percentage: bool = False
    marks: tuple[str, ...] = ()
    link: str | None = None
    choose: str | None = None
    """The choice in the first filter of the table that `link` leads to."""
    tone: str | None = None
    """good, bad or middling."""
    measure_id: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class Footnote:
    """A note below a table, and the mark of the cells that it is about."""

    mark: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns. The first cell of a row is its heading; `is_numeric` marks the columns of values."""

    table_id: str
    caption: str
    columns: list[str]
    rows: list[list[Cell]]
    is_numeric: list[bool]
    footnotes: list[Footnote] = field(default_factory=list)
    source: str = ""
    filters: list[str] = field(default_factory=list)
    """The columns that readers can filter by."""
    row_ids: list[str] = field(default_factory=list)
    printed: list[list[Cell]] = field(default_factory=list)
    """The rows on paper, where they are fewer than those that readers can filter."""


@dataclass(frozen=True)
class Chart:
    """A picture of rows of a table. `kind` is line, stacked, stock_and_flow (a line over columns) or funnel."""

    chart_id: str
    title: str
    """What the picture shows: the finding."""
    subtitle: str
    """What it is a picture of."""
    alternative: str
    specification: str
    """Vega-Lite, as JSON."""
    kind: str
    table_id: str
    measure_ids: list[str]
    number_format: str
    limits: dict[str, list[float | None]] = field(default_factory=dict)
    """Of an XmR chart: the name of each limit, and its number in each month. Of a funnel: each series by size."""


@dataclass(frozen=True)
class Text:
    """Paragraphs or a list, with or without a heading."""

    lines: list[str]
    heading: str = ""
    is_list: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    """Words at the beginning of a line, and where they lead."""

    def parts(self) -> list[tuple[str, str, str]]:
        """Return each line as the words that lead somewhere, where they lead, and the rest."""
        first = [max((w for w in self.links if line.startswith(w)), key=len, default="") for line in self.lines]
        return [(w, self.links.get(w, ""), line[len(w) :]) for w, line in zip(first, self.lines, strict=True)]


@dataclass(frozen=True)
class Spark:
    """A small picture of a measure's months, without axes."""

    specification: str
    """Vega-Lite, as JSON."""
    alternative: str
    months: list[Cell]


@dataclass(frozen=True)
class Indicator:
    """A row of the first page: a measure, and what members ask about it."""

    heading: Cell
    why: str
    """The one reason why it is on the first page."""
    value: Cell
    beside: list[Cell]
    """Rate and basis."""
    spark: Spark
    moving: list[Cell]
    good: list[Cell]
    trust: list[Cell]
    ask: str


@dataclass(frozen=True)
class Glance:
    """The indicators of the first page, and the rules that chose them."""

    table_id: str
    caption: str
    indicators: list[Indicator]
    source: str
    columns: tuple[str, ...] = ("Measure", "Now", "Month by month", "Is it moving?", "Is it good?", "Can I trust it?")


Block = Text | Table | Chart | Glance


@dataclass(frozen=True)
class Section:
    """A section of the pack, such as Summary."""

    section_id: str
    title: str
    blocks: Sequence[Block]
    part: str = ""
    """The heading over this section and those after it."""
    is_wide: bool = False
    """Its tables are wide: it is printed in landscape, and so are the sections after it."""
    tab: str = ""
    """Its name in the workbook, if the title is too long for one."""


@dataclass(frozen=True)
class Pack:
    """A whole pack. `problems` are for the person who makes it, not for its readers."""

    title: str
    authority_name: str
    month: str
    banner: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    data: Table
    """Every value shown, one in a row: for a pivot table, and only in the workbook."""
    problems: list[str] = field(default_factory=list)
