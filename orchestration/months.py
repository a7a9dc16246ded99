"""Months as people type them."""

from datetime import UTC, date, datetime


def read_month(text: str) -> date:
    """Return the first day of the month YYYY-MM. Raises `ValueError` for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise ValueError(f'"{text}" is not a valid month. Use YYYY-MM, for example 2013-12.') from None


def reporting_month(text: str, first: date) -> date:
    """Return the month, as `read_month`. Raises `ValueError` for one before `first` or after this month, too."""
    month = read_month(text)
    if month < first:
        raise ValueError(f"{month:%B %Y} is before {first:%B %Y}, the first reporting month (CSC_FIRST_MONTH).")
    if month > datetime.now(UTC).date():
        raise ValueError(f"{month:%B %Y} has not begun yet.")
    return month


def read_day(text: str) -> date:
    """Return the day YYYY-MM-DD. Raises `ValueError` for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a valid day. Use YYYY-MM-DD, for example 2013-12-31.') from None
