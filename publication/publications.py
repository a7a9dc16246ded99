"""The publications that are kept, and the one that readers see.

`published` is a link to one folder of `publications/`, each with `csc.duckdb`, `parquet/` and `publication.json`.
Replacing the link replaces all at once; a reader that has the old file open keeps it until it closes it.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

KEPT = 5
NOT_SHOWN = ".not-shown"  # lies in a publication until readers have seen it


@dataclass(frozen=True)
class HeldBackAuthority:
    """An authority of which not all that came is published: why, and since when (ISO, UTC).

    `published_at` is when its rows were first published, None where they never were. `absent_from` names the tables
    that have none of them, because they are new or have other columns since. `left_out` are the deliveries that count
    in none of its rows (ids), `months_left_out` the months ("December 2013") they came for.
    """

    authority_code: str
    authority_name: str
    checks: list[str]
    since: str
    published_at: str | None
    absent_from: list[str]
    left_out: list[str] | None = None
    months_left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Publication:
    """One publication, as its `publication.json` says."""

    publication_id: str
    published_at: str
    run_id: str
    code_version: str
    months: list[str]
    tables: int
    held_back: list[HeldBackAuthority] = field(default_factory=list)
    number: int = 0
    """Counted from 1. It orders publications, because the clock may be set back. 0 for those of older code."""

    def write(self, folder: Path) -> None:
        """Write `publication.json` in the folder of the publication."""
        (folder / "publication.json").write_text(json.dumps(asdict(self), indent=1))


class NotALinkError(OSError):
    """Something else is where the link to the publication should be."""


def check_link(published: Path) -> None:
    """Raise `NotALinkError` where the link was copied as a folder: nothing could replace that in one step."""
    if published.is_symlink() or not published.exists():
        return
    file = published / "publication.json"
    name = _read(file).publication_id if file.is_file() else ""
    kept = published.parent / "publications" / name
    mended = f" && ln -s publications/{name} {published}" if name and kept.is_dir() else ", then csc run"
    raise NotALinkError(
        f"{published} is not a link to a publication. A copy of a warehouse that does not keep links makes a folder "
        f"of it. Nothing new was published. Put the link back: rm -r {published}{mended}"
    )


def publications(published: Path) -> list[Publication]:
    """Return every publication that readers see or saw, the newest first."""
    found = _folders(published)
    kept = [_read(folder / "publication.json") for folder in found if not _is_left(folder, published)]
    return sorted(kept, key=lambda p: (p.number, p.publication_id), reverse=True)


def clear(published: Path) -> None:
    """Remove what a killed run left: a publication half written, or whole and never shown."""
    for folder in (published.parent / "publications").glob(".*"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in _folders(published):
        if _is_left(folder, published):
            _remove(folder)
        else:
            (folder / NOT_SHOWN).unlink(missing_ok=True)


def _folders(published: Path) -> list[Path]:
    return [file.parent for file in (published.parent / "publications").glob("[!.]*/publication.json")]


def _is_left(folder: Path, published: Path) -> bool:
    """Whether a run was killed after it wrote a publication and before it showed it."""
    return (folder / NOT_SHOWN).exists() and folder.name != current(published)


def _read(file: Path) -> Publication:
    content = json.loads(file.read_text())
    held_back = [HeldBackAuthority(**authority) for authority in content.pop("held_back", [])]
    return Publication(**content, held_back=held_back)


def current(published: Path) -> str | None:
    """Return the id of the publication that readers see now."""
    return published.readlink().name if published.is_symlink() else None


def readers_see(published: Path) -> Publication | None:
    """Return the publication that readers see now."""
    return next((p for p in publications(published) if p.publication_id == current(published)), None)


def show(published: Path, publication_id: str) -> None:
    """Point `published` at a publication: one rename, so that a reader sees the old one or the new one."""
    check_link(published)
    link = published.with_name(".published-arriving")
    link.unlink(missing_ok=True)
    link.symlink_to(Path("publications") / publication_id)
    link.replace(published)
    (published.parent / "publications" / publication_id / NOT_SHOWN).unlink(missing_ok=True)


def rollback(published: Path, publication_id: str | None = None) -> Publication:
    """Show an earlier publication: the one named, or the one before the current. Raises `LookupError` if none is."""
    clear(published)
    kept = publications(published)
    shown = current(published)
    ids = [p.publication_id for p in kept]
    earlier = kept[ids.index(shown) + 1 :] if shown in ids else []
    chosen = [p for p in kept if p.publication_id == publication_id] if publication_id else earlier[:1]
    if not chosen:
        listed = ", ".join(ids) or "none"
        what = f"Publication {publication_id} is not kept" if publication_id else "There is no earlier publication"
        raise LookupError(f"{what}. These are kept: {listed}.")
    show(published, chosen[0].publication_id)
    return chosen[0]


def prune(published: Path) -> None:
    """Keep the last five; what a reader still has open stays readable until it closes the file."""
    for old in publications(published)[KEPT:]:
        if old.publication_id != current(published):
            _remove(published.parent / "publications" / old.publication_id)


def _remove(folder: Path) -> None:
    """Remove a publication under the name of a half-written one, so that the next run removes what a kill leaves."""
    hidden = folder.with_name(f".{folder.name}")
    folder.rename(hidden)
    shutil.rmtree(hidden)
