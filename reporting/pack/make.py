"""Make a pack: read once, compose once, render three times, and put all three in place together."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from ingestion import commentary
from publication import readers
from reporting.pack.compose import compose
from reporting.pack.document import Pack
from reporting.pack.published import authorities, chosen, read

DECIMALS = 9  # far beyond what is shown
NAME = "scrutiny-pack"
CODE = Path(__file__).parent


@dataclass(frozen=True)
class Made:
    """A pack on disk."""

    authority_code: str
    month: date
    audience: str
    files: list[Path]
    is_new: bool
    """False where the files were there already, made from the same values and words."""
    problems: list[str]
    """Placeholders of the commentary that could not be filled."""


def make(
    published: Path,
    authority: str | None,
    month: date | None,
    audience: str,
    out: Path | None,
    packs: Path,
    commentaries: Path | None = None,
    group: int | None = None,
) -> Made:
    """Make the pack of one authority and month as HTML, PDF and XLSX, unless the same one is there already.

    Args:
        published: The folder of the publication that readers see.
        authority: A code, a name or a folder of the landing area; may be left out where only one has values.
        month: The latest one with values where left out.
        audience: One of `compose.AUDIENCES`.
        out: Where to put it; below `packs` where left out.
        packs: The folder of all packs.
        commentaries: The folder with what officers wrote.
        group: The id of the group of readers; without it files keep the group of the account.

    Raises:
        LookupError: There is no such authority or month.
    """
    known = authorities(published)
    found = chosen(known, authority)
    month = month or found.latest_month
    file = commentaries and commentary.find(commentaries, month, found.folder, found.is_home)
    words = (commentary.named(file, commentaries), commentary.read(file)) if commentaries and file else None
    pack = compose(read(published, found.code, month, words), audience)
    if commentaries and not any(other.is_home for other in known) and (commentaries / f"{month:%Y-%m}.md").exists():
        pack.problems.append(f"commentary/{month:%Y-%m}.md is left out: put it into the folder of its authority")
    place = out or packs / f"{month:%Y-%m}" / ("" if found.is_home else found.folder)
    _make_folder(place, packs, group)
    name = NAME if audience == "internal" else f"{NAME}-{audience}"
    files = [place / f"{name}.{form}" for form in ("html", "pdf", "xlsx")]
    stamp = made_of(pack)
    is_new = not _is_made(files, stamp)
    if is_new:
        from reporting.pack import html, pdf, xlsx

        contents = [html.render(pack, stamp).encode(), pdf.render(pack), xlsx.render(pack)]
        _write(files, contents, 0o600 if audience == "internal" else readers.PACK, group)
    return Made(found.code, month, audience, files, is_new, pack.problems)


def _make_folder(place: Path, packs: Path, group: int | None = None) -> None:
    """Make a folder; below `packs` the group of readers may enter it, whatever the umask. One that is there stays."""
    for folder in [f for f in (*reversed(place.parents), place) if not f.exists()]:
        folder.mkdir()
        if folder.is_relative_to(packs):
            readers.open_to(folder, readers.FOLDER, group)


def _is_made(files: list[Path], stamp: str) -> bool:
    """Return whether the pack of this stamp lies there, whole.

    A file that a kill left arriving tells that the page and the other two may be of two different packs.
    """
    is_whole = all(file.exists() and not _arriving(file).exists() for file in files)
    return is_whole and stamp in files[0].read_text(errors="replace")


def _arriving(file: Path) -> Path:
    return file.with_name(f".{file.name}")


def _write(files: list[Path], contents: list[bytes], mode: int, group: int | None = None) -> None:
    """Write the files so that a reader never opens half of one, and of an internal pack none."""
    arriving = [_arriving(file) for file in files]
    for hidden, content in zip(arriving, contents, strict=True):
        hidden.write_bytes(content)
        readers.open_to(hidden, mode, group)
    for hidden, file in zip(arriving, files, strict=True):
        hidden.replace(file)


def made_of(pack: Pack) -> str:
    """Return a hash of a pack's values, words and code. The publication that it is made from may be another."""
    said = json.dumps(asdict(replace(pack, facts=[])))
    # sums of binary fractions end otherwise each time that two cores make them
    rounded = json.loads(said, parse_float=lambda number: round(float(number), DECIMALS))
    return sha256(json.dumps(rounded).encode() + _code()).hexdigest()


@cache
def _code() -> bytes:
    files = sorted(path for path in CODE.rglob("*") if path.suffix != ".pyc" and path.is_file())
    return b"".join(file.read_bytes() for file in files)
