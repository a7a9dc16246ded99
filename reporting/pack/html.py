"""The pack as one HTML file that needs nothing else: no network, no other file, and no JavaScript to be read."""

import re
from importlib.resources import files

import jinja2
from markupsafe import Markup

from reporting.pack import charts
from reporting.pack.document import Chart, Pack, Table, Text

TEMPLATES = files("reporting.pack") / "templates"


def render(pack: Pack, made_of: str = "") -> str:
    """`made_of` stands in the page unseen and tells later which figures, words and code it was made of."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (TEMPLATES / name).read_text()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.tests |= {
        kind.__name__.lower(): lambda block, kind=kind: isinstance(block, kind) for kind in (Text, Table, Chart)
    }
    environment.filters |= {"inline_svg": inline_svg, "breakable": breakable}
    return environment.get_template("pack.html.j2").render(
        pack=pack,
        made_of=made_of,
        style=Markup((TEMPLATES / "pack.css").read_text()),
        script=Markup((TEMPLATES / "pack.js").read_text()),
    )


def inline_svg(chart: Chart) -> Markup:
    """The picture as one image with a name: its inner roles are for a reader who could point at single marks."""
    drawn = charts.svg(chart.specification)
    start = drawn.index(">") + 1
    name = Markup.escape(f"{chart.title}. {chart.alternative}")
    size = drawn[:start].partition("viewBox=")[2].split('"')[1]
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{name}" viewBox="{size}">'
    inside = drawn[start:]
    for attribute in ("role", "aria-roledescription", "aria-label", "aria-hidden"):
        inside = _without(inside, attribute)
    return Markup(opening + inside)


def breakable(text: str) -> Markup:
    """Names of files may break where they have a slash or an underscore."""
    return Markup(re.sub(r"(?<=\w)[/_](?=\w)", r"\g<0><wbr>", str(Markup.escape(text))))


def _without(svg: str, attribute: str) -> str:
    parts = svg.split(f' {attribute}="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])
