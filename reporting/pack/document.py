"""The pack as one structure, from which HTML, PDF and XLSX are rendered: no two of them can disagree."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table. `number` is the very number that `text` shows; None where it shows none."""

    text: str
    number: float | None = None
    decimals: int = 0
    is_percentage: bool = False
    marks: tuple[str, ...] = ()
    link: str | None = None
    choose: str | None = None  # what to choose in the first filter of the table that `link` leads to
    tone: str | None = None  # good, bad, middling
    measure_id: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class Footnote:
    mark: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; the first cell of a row heads it. `is_numeric` tells the columns of figures."""

    table_id: str
    caption: str
    columns: list[str]
    rows: list[list[Cell]]
    is_numeric: list[bool]
    footnotes: list[Footnote] = field(default_factory=list)
    source: str = ""
    filters: list[str] = field(default_factory=list)  # columns to choose a value of
    row_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """A picture of rows of `table`. `kind`: line, stacked, or stock_and_flow (line over columns)."""

    chart_id: str
    title: str
    alternative: str
    specification: str  # Vega-Lite, as JSON
    kind: str
    table_id: str
    measure_ids: list[str]
    number_format: str
    limits: dict[str, list[float | None]] = field(
        default_factory=dict
    )  # of an XmR chart: name to a number for each month


@dataclass(frozen=True)
class Text:
    """A heading, if any, over paragraphs or over a list."""

    lines: list[str]
    heading: str = ""
    is_list: bool = False
    links: dict[str, str] = field(default_factory=dict)  # words that begin a line, to where they lead

    def parts(self) -> list[tuple[str, str, str]]:
        """Each line as the words that lead somewhere, where to, and the rest."""
        first = [max((w for w in self.links if line.startswith(w)), key=len, default="") for line in self.lines]
        return [(w, self.links.get(w, ""), line[len(w) :]) for w, line in zip(first, self.lines, strict=True)]


@dataclass(frozen=True)
class Section:
    section_id: str
    title: str
    blocks: list[Text | Table | Chart]
    part: str = ""  # the heading over this section and those that follow it
    is_wide: bool = False  # printed across the page, with those that follow it: it has wide tables


@dataclass(frozen=True)
class Pack:
    title: str
    authority_name: str
    month: str
    banner: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    problems: list[str] = field(default_factory=list)  # for whoever makes the pack, not for its readers
