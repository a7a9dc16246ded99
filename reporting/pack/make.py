"""Making a pack: read once, compose once, render three times, and put all three in place together."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reporting.pack import html, pdf, xlsx
from reporting.pack.compose import compose
from reporting.pack.published import authorities, read

NAME = "scrutiny-pack"


@dataclass(frozen=True)
class Made:
    """A pack on disk."""

    authority_code: str
    month: date
    audience: str
    files: list[Path]


def make(
    published: Path, authority: str | None, month: date | None, audience: str, out: Path | None, packs: Path
) -> Made:
    """The pack of one authority and month, as HTML, PDF and XLSX below `packs`, or in `out`.

    `authority` is a code, a name or a folder of the landing area; it may be left out where only one has figures.
    `month` is the latest one with figures when left out. Raises `LookupError` when there is no such authority or month.
    """
    known = authorities(published)
    code, _, folder, latest = _chosen(known, authority)
    month = month or latest
    pack = compose(read(published, code, month), audience)
    made = {"html": html.render(pack).encode(), "pdf": pdf.render(pack), "xlsx": xlsx.render(pack)}
    place = out or packs / f"{month:%Y-%m}" / (folder if len(known) > 1 else "")
    place.mkdir(parents=True, exist_ok=True)
    name = NAME if audience == "internal" else f"{NAME}-{audience}"
    arriving = {place / f"{name}.{form}": place / f".{name}.{form}" for form in made}
    for (_, hidden), content in zip(arriving.items(), made.values(), strict=True):
        hidden.write_bytes(content)
    for file, hidden in arriving.items():  # a reader never meets half a file
        hidden.replace(file)
    return Made(code, month, audience, list(arriving))


def _chosen(known: list[tuple[str, str, str, date]], authority: str | None) -> tuple[str, str, str, date]:
    if not known:
        raise LookupError("no figure has been published yet; run `csc run` first")
    listed = ", ".join(folder for _, _, folder, _ in known)
    if authority is None:
        if len(known) > 1:
            raise LookupError(f"several authorities have figures; name one with --authority: {listed}")
        return known[0]
    found = [row for row in known if authority.casefold() in {row[0].casefold(), row[1].casefold(), row[2].casefold()}]
    if not found:
        raise LookupError(f"'{authority}' has no figures; those that have: {listed}")
    return found[0]
