"""Making a pack: read once, compose once, render three times, and put all three in place together."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from ingestion.commentary import read as read_commentary
from reporting.pack import html, pdf, xlsx
from reporting.pack.compose import compose
from reporting.pack.document import Pack
from reporting.pack.published import authorities, chosen, read

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
    """False where the files were there already, made of the same figures and words."""
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
) -> Made:
    """The pack of one authority and month, as HTML, PDF and XLSX below `packs`, or in `out`.

    It is left as it is where the one there is made of the same figures and words.

    `authority` is a code, a name or a folder of the landing area; it may be left out where only one has figures.
    `month` is the latest one with figures when left out. Raises `LookupError` when there is no such authority or month.
    """
    known = authorities(published)
    code, _, folder, latest = chosen(known, authority)
    month = month or latest
    words = _commentary(commentaries, month)
    pack = compose(read(published, code, month, words if len(known) == 1 else None), audience)
    if words and len(known) > 1:
        pack.problems.append(f"{words[0]} is left out, for it does not say of which of the authorities it is")
    place = out or packs / f"{month:%Y-%m}" / (folder if len(known) > 1 else "")
    place.mkdir(parents=True, exist_ok=True)
    name = NAME if audience == "internal" else f"{NAME}-{audience}"
    files = [place / f"{name}.{form}" for form in ("html", "pdf", "xlsx")]
    stamp = made_of(pack)
    if all(file.exists() for file in files) and stamp in files[0].read_text(errors="replace"):
        return Made(code, month, audience, files, False, pack.problems)
    made = [html.render(pack, stamp).encode(), pdf.render(pack), xlsx.render(pack)]
    arriving = {file: file.with_name(f".{file.name}") for file in files}
    for (_, hidden), content in zip(arriving.items(), made, strict=True):
        hidden.write_bytes(content)
    for file, hidden in arriving.items():  # a reader never meets half a file
        hidden.replace(file)
    return Made(code, month, audience, files, True, pack.problems)


def _commentary(folder: Path | None, month: date) -> tuple[str, str] | None:
    """Name and text of the commentary of a month."""
    file = folder and folder / f"{month:%Y-%m}.md"
    return (f"commentary/{file.name}", read_commentary(file)) if file and file.exists() else None


def made_of(pack: Pack) -> str:
    """Tells packs of the same figures, words and code apart from others; the publication may be another."""
    return sha256(json.dumps(asdict(replace(pack, facts=[]))).encode() + _code()).hexdigest()


@cache
def _code() -> bytes:
    files = sorted(path for path in CODE.rglob("*") if path.suffix != ".pyc" and path.is_file())
    return b"".join(file.read_bytes() for file in files)
