"""The files of each dataset: their names, the SQL of their rows, and what the writer puts around the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from data_quality.contracts import load_contracts

SQL = Path(__file__).with_name("sql")
NOTICE = """SYNTHETIC DATA. No child in these files exists.

Written by `csc synthesise`. Every id begins with SYN-, there are no names, every worker is 'Synthetic Worker N' and
every postcode is ZZ99 3CZ or ZZ99 3VZ. Dates, needs and histories are drawn from a seed; what matches a real child does
by chance.
"""
SCOPE = "\nRows are of what happened since 1 April, or is open or ended since then.\n"
SCOPE_OF_ANNEX_A = """
Lists 1, 3, 4 and 5 hold events from 1 April to the month's end; lists 6, 7 and 8 what is open then or closed since
1 April. An age is the age at the event (lists 1, 3, 4, 5) or at the month's end or closure (6, 7, 8). A blank date of
birth is a child not yet born. Counts of earlier events in 12 months leave the present one out.
"""
CENSUS_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Message>
<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>
<ReferenceDate>{last}</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>000</LEA>
<SoftwareCode>csc synthesise: SYNTHETIC</SoftwareCode></Source></Header>
<Children>
"""
# Contracts accept several headers for a column. The first is written, except for these.
OTHER_HEADERS = {
    ("annex_a_referrals", "close_date"): "Close Date",
    ("annex_a_referrals", "close_reason_code"): "Close Reason",
}


@dataclass(frozen=True)
class Layout:
    """The files of one dataset, by name without suffix."""

    folder: str
    """The folder below `sql/` with a query for each file. Those in its `contacts/` read the month's contacts."""
    contracts: Mapping[str, str]
    """File name to the contract that names its columns; none for XML."""
    contact_list: str = ""
    """The file with a row for each contact, if there is one."""
    distinct: tuple[str, ...] = ()
    """The files in which the rows of several months are written once."""
    scope: str = SCOPE
    """Which rows the files hold, for the notice in each folder."""
    wraps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The text before and after all rows of a file; it may name the {year} and the {last} day."""
    suffix: str = ".csv"

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of the files, in the order of the dataset's specification."""
        return tuple(self.contracts) or tuple(self.wraps)

    @cached_property
    def queries(self) -> dict[str, str]:
        """Return the SQL of each file's rows as they stood at a month's end."""
        return self._read(SQL / self.folder)

    @cached_property
    def contacts(self) -> dict[str, str]:
        """Return the SQL of the rows that follow from a month's contacts; later extracts repeat them unchanged."""
        return self._read(SQL / self.folder / "contacts")

    def _read(self, folder: Path) -> dict[str, str]:
        paths = {name: folder / f"{name}.sql" for name in self.files}
        return {name: path.read_text() for name, path in paths.items() if path.exists()}

    def header(self, file: str, columns: Sequence[str]) -> list[str]:
        """Return the headers of a file's columns, as its contract spells them. Raises KeyError for an unknown one."""
        extract = self.contracts[file]
        first = {column.name: column.headers[0] for column in load_contracts()[extract].columns}
        return [OTHER_HEADERS.get((extract, column), first[column]) for column in columns]


LISTS = (
    "list_1_contacts",
    "list_3_referrals",
    "list_4_assessments",
    "list_5_section_47",
    "list_6_cin",
    "list_7_cpp",
    "list_8_lac",
)
SSD_TABLES = (
    "ssd_person",
    "ssd_disability",
    "ssd_contacts",
    "ssd_cin_episodes",
    "ssd_cin_assessments",
    "ssd_assessment_factors",
    "ssd_cin_plans",
    "ssd_s47_enquiry",
    "ssd_initial_cp_conference",
    "ssd_cp_plans",
    "ssd_cp_visits",
    "ssd_cp_reviews",
    "ssd_cla_episodes",
    "ssd_cla_placement",
    "ssd_legal_status",
    "ssd_cla_reviews",
    "ssd_missing",
    "ssd_immigration_status",
)
LAYOUTS = {
    "annex-a": Layout(
        folder="annex_a",
        contracts={name: f"annex_a_{name.split('_', 2)[2]}" for name in LISTS},
        contact_list="list_1_contacts",
        scope=SCOPE_OF_ANNEX_A,
    ),
    "ssd": Layout(
        folder="ssd",
        contracts={name: name for name in SSD_TABLES},
        contact_list="ssd_contacts",
        distinct=("ssd_person",),
    ),
    "903": Layout(
        folder="ssda903",
        contracts={name: f"ssda903_{name}" for name in ("header", "episodes", "uasc", "reviews", "missing")},
    ),
    "cin": Layout(
        folder="cin_census",
        contracts={},
        wraps={"cin_census": (CENSUS_HEAD, "</Children>\n</Message>\n")},
        suffix=".xml",
    ),
}


def sheet_title(name: str) -> str:
    """Return the name that the inspectors' workbook gives a list's sheet, such as 'List 1'."""
    return f"List {name.split('_')[1]}"
