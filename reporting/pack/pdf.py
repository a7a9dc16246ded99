"""The pack as PDF/UA: A4, tagged, with bookmarks, page numbers and real text; set by Typst."""

import json
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

from reporting.pack.charts import FONT, font_directory, svg
from reporting.pack.document import Block, Chart, Glance, Pack, Text

TEMPLATE = files("reporting.pack") / "templates" / "pack.typ"


def render(pack: Pack) -> bytes:
    """Return the document."""
    import typst  # 50 MB of compiler

    content = asdict(pack) | {
        "sections": [asdict(s) | {"blocks": [_block(b) for b in s.blocks]} for s in pack.sections]
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(font_directory())]),
        pdf_standards=["ua-1"],
        sys_inputs={"pack": json.dumps(content), "font": FONT},
    )


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
