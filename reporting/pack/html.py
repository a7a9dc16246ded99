"""The pack as one HTML file that needs nothing else: no network, no other file, and no JavaScript to be read."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from reporting.pack import charts
from reporting.pack.document import Chart, Glance, Pack, Spark, Table, Text

TEMPLATES = files("reporting.pack") / "templates"
ROLES = re.compile(r' (?:role|aria-roledescription|aria-label|aria-hidden)="[^"]*"')


def render(pack: Pack, made_of: str = "") -> str:
    """Return the page. `made_of` is hidden in it, to tell later which values, words and code it was made from."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (TEMPLATES / name).read_text()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.tests |= {
        "text": lambda block: isinstance(block, Text),
        "table": lambda block: isinstance(block, Table),
        "chart": lambda block: isinstance(block, Chart),
        "glance": lambda block: isinstance(block, Glance),
    }
    environment.filters |= {"inline_svg": inline_svg, "breakable": breakable, "note_id": note_id}
    script = (TEMPLATES / "pack.js").read_text()
    # a browser runs this script only, not one that a text has brought in
    script_hash = b64encode(sha256(script.encode()).digest()).decode()
    page = environment.get_template("pack.html.j2")
    return page.render(pack=pack, made_of=made_of, script=Markup(script), script_hash=script_hash)  # noqa: S704 (ours)


def inline_svg(chart: Chart | Spark) -> str:
    """Return the picture as one image with a name, as safe HTML: vl-convert escapes the texts of its drawing.

    The roles of its parts are taken out: they are for readers who can point at single marks.
    """
    head, _, inside = charts.svg(chart.specification).partition(">")
    size = head.partition("viewBox=")[2].split('"')[1]
    name = escape(f"{chart.title}. {chart.alternative}" if isinstance(chart, Chart) else chart.alternative)
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{name}" viewBox="{size}">'
    return opening + ROLES.sub("", inside)


def note_id(mark: str) -> str:
    """Return the part of a note's id that its mark makes: 1 of [1]."""
    return "star" if mark == "*" else mark.strip("[]")


def breakable(text: str) -> Markup:
    """Return a text in which file names can break after a slash or an underscore."""
    return Markup("<wbr>").join(re.split(r"(?<=\w[/_])(?=\w)", text))
