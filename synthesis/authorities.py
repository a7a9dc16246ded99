"""The authorities that lists can be made for."""

import csv
import difflib

from ingestion.landing import AUTHORITIES


def known_authorities() -> list[dict[str, str]]:
    """Return the rows of seeds/reference/authorities.csv."""
    with AUTHORITIES.open(newline="") as file:
        return list(csv.DictReader(file))


def check_known(name: str) -> None:
    """Raise ValueError where `name` is not the folder of a known authority."""
    folders = [row["folder"] for row in known_authorities()]
    if name not in folders:
        close = difflib.get_close_matches(name, folders, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise ValueError(
            f'"{name}" is not a known authority.{hint} Use a folder name from seeds/reference/authorities.csv'
        )


def neighbour(name: str) -> str:
    """Return the authority in which children placed outside `name` live: the next of the list."""
    rows = known_authorities()
    place = next(i for i, row in enumerate(rows) if row["folder"] == name)
    return rows[(place + 1) % len(rows)]["authority_name"]
