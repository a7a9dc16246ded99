"""The pack as PDF/UA: A4, tagged, with bookmarks, page numbers and real text; set by Typst."""

import json
from dataclasses import asdict
from importlib.resources import files

from reporting.pack.charts import FONT, font_directory, svg
from reporting.pack.document import Chart, Pack, Text

TEMPLATE = files("reporting.pack") / "templates" / "pack.typ"


def render(pack: Pack) -> bytes:
    import typst  # 50 MB of compiler

    content = asdict(pack) | {
        "sections": [asdict(s) | {"blocks": [_block(b) for b in s.blocks]} for s in pack.sections]
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=[str(font_directory())],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"pack": json.dumps(content), "font": FONT},
    )


def _block(block) -> dict:
    kind = "text" if isinstance(block, Text) else "chart" if isinstance(block, Chart) else "table"
    drawn = {"svg": svg(block.specification)} if kind == "chart" else {"parts": block.parts()} if kind == "text" else {}
    return {"block": kind} | asdict(block) | drawn
