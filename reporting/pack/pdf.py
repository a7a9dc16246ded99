"""The pack as PDF/UA: A4, tagged, with bookmarks, page numbers and real text; set by Typst."""

import json
import re
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

from reporting.pack.charts import FONT, font_directory, svg
from reporting.pack.document import Block, Chart, Glance, Pack, Text

LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
UNUSUAL = re.compile(r"[^\x20-\u024f\u2010-\u203a\u2190-\u2193\u2212\u2260-\u2265\u25a0-\u25ff]|\\u00[01][0-9a-f]")
TRIES = 5
TEMPLATE = files("reporting.pack") / "templates" / "pack.typ"


def render(pack: Pack) -> bytes:
    """Return the document. A character that the font lacks, such as an emoji in a commentary, is printed as "?"."""
    import typst  # 50 MB of compiler

    content = json.dumps(
        asdict(pack) | {"sections": [asdict(s) | {"blocks": [_block(b) for b in s.blocks]} for s in pack.sections]},
        ensure_ascii=False,
    )
    for _ in range(TRIES):
        try:
            return _compiled(content)
        except typst.TypstError as error:  # a reader of the page aloud would be told nothing, so PDF/UA forbids it
            if not (lacking := LACKING.findall(str(error))):
                raise
            content = _without("".join(map(_character, lacking)), content)
    return _compiled(UNUSUAL.sub("?", content))  # it names one at a time, and a text may be of another script


def _compiled(content: str) -> bytes:
    import typst

    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(font_directory())]),
        pdf_standards=["ua-1"],
        sys_inputs={"pack": content, "font": FONT},
    )


def _character(told: str) -> str:
    r"""Return what Typst writes as itself, or as \u{1f600}."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), told)


def _without(characters: str, content: str) -> str:
    """Replace characters in JSON, where a control character is escaped."""
    for character in characters:
        content = content.replace(json.dumps(character, ensure_ascii=False)[1:-1], "?")
    return content


def _block(block: Block) -> dict[str, Any]:
    """Return a block as the template reads it: its fields, its kind, and its drawing or its parts."""
    if isinstance(block, Text):
        return {"block": "text"} | asdict(block) | {"parts": block.parts()}
    if isinstance(block, Chart):
        return {"block": "chart"} | asdict(block) | {"svg": svg(block.specification)}
    if isinstance(block, Glance):
        pictures = [svg(row.spark.specification) for row in block.indicators]
        return {"block": "glance", "pictures": pictures} | asdict(block)
    return {"block": "table"} | asdict(replace(block, rows=block.printed, row_ids=[]) if block.printed else block)
