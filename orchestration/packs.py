"""The scrutiny packs that each run makes of what readers see, and what is remembered of one that failed."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.modes import make_home
from orchestration.settings import settings

if TYPE_CHECKING:
    from reporting.pack.make import Made
    from reporting.pack.records import Authority

log = logging.getLogger("csc")
NOT_TRIED = "the run ended before it was made"


class PackError(Exception):
    """A publication is there, but a scrutiny pack of it is not: the message says whose, and why."""


@contextmanager
def owing() -> Iterator[None]:
    """Remember, before what is published here is shown, that its packs are to be made; not where that fails.

    So a run that is killed between the two leaves its packs to the next.
    """
    before = owed()
    _owe(NOT_TRIED)
    try:
        yield
    except BaseException:
        _settle() if before is None else _owe(before)
        raise


def owed() -> str | None:
    """Return why packs are still to be made, None where all are there."""
    return _file().read_text() if _file().exists() else None


def make_all() -> list["Made"]:
    """Make the pack of each authority's latest month that the settings ask for. Where one fails, the others are made.

    Raises `PackError`; the next run then makes them again.
    """
    from reporting.pack.make import make  # seconds of imports that only a pack needs
    from reporting.pack.published import authorities

    made, failed = [], []
    published, kept, words, group = settings().published, settings().packs, settings().commentary, settings().readers
    for name, folder, code in _wanted(authorities(published)):
        try:
            pack = make(published, code, None, "internal", None, kept, words, group)
        except Exception as error:  # one pack says nothing about the next
            log.warning("The scrutiny pack of %s (%s) was not made", name, folder, exc_info=log.isEnabledFor(10))
            failed.append(f"{name}: {_said(error)}")
            continue
        _tell(pack)
        made.append(pack)
    if failed:
        _owe("; ".join(failed))
        raise PackError("; ".join(failed))
    _settle()
    return made


def _owe(reason: str) -> None:
    make_home(_file().parent)
    _file().write_text(reason)


def _settle() -> None:
    _file().unlink(missing_ok=True)


def _wanted(known: Iterable["Authority"]) -> list[tuple[str, str, str]]:
    """Return name, folder and code of each authority whose pack the settings ask for."""
    found = {one.folder: (one.name, one.folder, one.code) for one in known}
    chosen = settings().pack_folders
    wanted = set(found) if chosen is None else chosen
    for unknown in sorted(wanted - found.keys()):
        log.warning("CSC_PACKS_FOR names %s, which has no data; these have: %s", unknown, ", ".join(found))
    return [authority for folder, authority in found.items() if folder in wanted]


def _tell(pack: "Made") -> None:
    is_made = "Made the scrutiny pack of" if pack.is_new else "Nothing changes the scrutiny pack of"
    log.info("%s %s in %s", is_made, f"{pack.month:%B %Y}", pack.files[0].parent)
    for problem in pack.problems:
        log.warning("%s", problem)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror or error)
    return str(error) or type(error).__name__


def _file() -> Path:
    return settings().home_dir / "packs-to-make"
