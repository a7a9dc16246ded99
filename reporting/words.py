"""Small pieces of English that the terminal and the pack share."""

from collections.abc import Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from data_quality.contracts import financial_month, load_contracts


def counted(number: int, thing: str, things: str | None = None) -> str:
    """Return a number with its noun, such as '1 row' or '2 rows'; `things` is a plural that does not end in s alone."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence, such as 'a, b and c'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def april_of(month: date) -> date:
    """Return the first day of a month's financial year."""
    return month - relativedelta(months=financial_month(month) - 1)


def financial_year(month: date) -> str:
    """Return a month's financial year, such as '2013/14'."""
    april = april_of(month)
    return f"{april.year}/{(april.year + 1) % 100:02d}"


def list_name(extract: str) -> str:
    """Return the name that people know a list or return by, or its id where no contract has one."""
    contract = load_contracts().get(extract)
    return contract.title.replace("Standard Safeguarding Dataset", "SSD") if contract else extract
