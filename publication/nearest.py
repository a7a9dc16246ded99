"""The nearest known name, for someone who misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`; None where none is near."""
    return next(iter(get_close_matches(name, list(known), n=1)), None)


def did_you_mean(*near: str | None) -> str:
    """Return ' Did you mean X or Y?'; empty where no name is near."""
    names = [name for name in near if name]
    return f" Did you mean {' or '.join(names)}?" if names else ""
