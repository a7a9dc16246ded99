"""How the yearly returns as XML are laid out: which elements make a row, and which texts stand in it."""

from dataclasses import dataclass
from functools import cache

from data_quality.contracts import ListContract, load_contracts


@dataclass(frozen=True)
class XmlReturn:
    """How the XML of one yearly return is laid out, and what a refusal of it says."""

    dataset: str
    root: str
    """How the name of the outermost element ends."""
    child: str
    """The element of each child."""
    name: str
    export_again: str

    @property
    def expected(self) -> str:
        """Return what a file of it should have been."""
        return f"{self.name} as the case system exports it (.xml)"


CENSUS = XmlReturn(
    dataset="cin_census",
    root="Message",
    child="Child",
    name="a children in need census",
    export_again="Export the census from the case system again and send that file",
)
SSDA903 = XmlReturn(
    dataset="ssda903",
    root="SSDA903",
    child="CHILD",
    name="an SSDA903 return",
    export_again="Export the return from the case system again and send that file",
)


@cache
def contracts_of(dataset: str) -> dict[str, ListContract]:
    """Return the contract of each element that makes a table."""
    every = (c for c in load_contracts().values() if isinstance(c, ListContract) and c.dataset == dataset)
    return {c.part: c for c in every if c.part}


@cache
def parts(dataset: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the columns of the table that each element makes; a column is every name that its element has had."""
    return {part: [c.element_names for c in contract.columns] for part, contract in contracts_of(dataset).items()}


@cache
def shared(dataset: str) -> frozenset[str]:
    """Return the elements that are a column of several parts: facts of the child, referral or plan around them."""
    contracts = contracts_of(dataset).values()
    every = [name for contract in contracts for column in contract.columns for name in column.element_names]
    of_one = {n for contract in contracts for c in contract.columns if c.stays for n in c.element_names}
    beside = {n for contract in contracts if contract.is_flag for c in contract.columns for n in c.element_names}
    return frozenset(name for name in every if every.count(name) > 1 or name in beside) - of_one


@cache
def repeated(dataset: str) -> frozenset[str]:
    """Return the elements that may occur several times in one row, where each of them counts."""
    columns = (column for contract in contracts_of(dataset).values() for column in contract.columns)
    return frozenset(name for column in columns if column.repeats for name in column.element_names)
