"""The officers' commentary in the pack: its placeholders filled with values that the audience may read."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingestion.commentary import typed_figures
from reporting.commentary import Problem, fill
from reporting.pack.document import Section, Text
from reporting.pack.figures import SUPPRESSED, YEAR_TO_DATE, Shown
from reporting.pack.records import month_key, ytd_key

OF_CELLS = {"value": month_key, YEAR_TO_DATE: ytd_key}


def commentary(shown: Shown, is_in_full: bool) -> tuple[Section | None, list[Problem]]:
    """Return the commentary of the pack's month, if there is one, and its placeholders that could not be filled."""
    published = shown.published
    if not published.commentary:
        return None, []
    file, text = published.commentary
    figures = published.statistics
    if not is_in_full:
        text = _without_numbers_of_suppressed(shown, file, text)
        figures = figures.showing({key: SUPPRESSED for key in figures.shown if not may_be_read(shown, *key)})
    filled, problems = fill(text, figures, file)
    return Section("commentary", "Commentary", list(_blocks(MarkdownIt().parse(filled)))), problems


def may_be_read(shown: Shown, measure_id: str, statistic: str, month: date, basis: str) -> bool:
    """Return whether a value is in the pack's tables, or is made only from values that are."""
    if measure_id not in shown.measure_ids or basis != shown.bases[measure_id]:
        return False
    if statistic in OF_CELLS:
        return OF_CELLS[statistic](measure_id, month) not in shown.kept
    return shown.is_whole(measure_id)


def _without_numbers_of_suppressed(shown: Shown, file: str, text: str) -> str:
    """Replace numbers typed for a measure with a suppressed value by the symbol."""
    lines = text.replace("\r\n", "\n").split("\n")  # the lines that typed_figures counts
    for figure in typed_figures(text, file, shown.published.month):
        if figure.measure_id not in shown.measure_ids or not shown.is_whole(figure.measure_id):
            number = rf"(?<![\w.,]){re.escape(figure.typed_text.split()[0])}(?!\w|[.,]\d)"
            lines[figure.line - 1] = re.sub(number, SUPPRESSED, lines[figure.line - 1])
    return "\n".join(lines)


def _blocks(tokens: list[Token]) -> Iterator[Text]:
    """Return the headings, paragraphs and lists of a Markdown text; of emphasis and links only the words."""
    heading, is_list = "", False
    lines: list[str] = []
    for before, token in pairwise([*tokens, Token("list_close", "", -1)]):
        begins = token.level == 0 and token.type in ("heading_open", "bullet_list_open", "ordered_list_open")
        if begins or (token.level == 0 and token.type.endswith("list_close")):
            if lines or (heading and token.type == "heading_open"):
                yield Text(lines, heading, is_list)
                heading, lines = "", []
            is_list = token.type in ("bullet_list_open", "ordered_list_open")
        elif token.type == "inline" and before.type == "heading_open":
            heading = _words(token)
        elif token.type == "inline":
            lines.append(_words(token))
        elif token.type in ("fence", "code_block"):
            lines.append(" ".join(token.content.split()))


def _words(token: Token) -> str:
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(child.type, child.content) for child in token.children or [])
