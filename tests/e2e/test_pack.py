"""The scrutiny pack of the sample: it shows what the marts hold, in all three forms; what it keeps, it keeps."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser

import openpyxl
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask
from disclosure_audit import recovered
from playwright.sync_api import sync_playwright

from reporting.pack import compose, figures, make, officers, pictures, published, records
from reporting.pack.document import Cell, Chart, Glance, Pack, Table, Text

CROYDON = "E09000008"
DECEMBER = date(2013, 12, 1)
YEAR = [date(2013, month, 1) for month in range(4, 13)]
OPEN_FINDINGS = 66 + 25  # warnings, and for information
SHOWN, CHARTS = 30 + 15, 11  # measures that the council prints, and others of its lists; charts of them
FUNNELS = 7  # charts of published figures
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WCAG = {"runOnly": {"type": "tag", "values": STANDARD}, "resultTypes": ["violations"]}
OF_SMALL_WINDOWS = {"runOnly": ["target-size", "scrollable-region-focusable", "meta-viewport"]}
CARELESS = {"days_16_25", "days_36_45", "cpp_ceased_2yrs_plus", "cpp_ceased_2yrs_plus_pct_ni64"}


class Rows(HTMLParser):
    """The rows of an HTML page that hold figures: (name, [(measure, period, text without marks)])."""

    def __init__(self, html: str):
        super().__init__()
        self.rows, self._heading, self._open = [], None, False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "tr":
            self.rows.append(["", []])
        if tag == "th" and found.get("scope") == "row":
            self._open = True
        if tag == "td" and "data-measure" in found:
            self.rows[-1][1].append((found["data-measure"], found["data-period"], found["data-figure"]))

    def handle_endtag(self, tag):
        self._open = self._open and tag != "th"

    def handle_data(self, data):
        if self._open:
            self.rows[-1][0] = (self.rows[-1][0] + data).strip()

    def with_figures(self):
        return [(name, cells) for name, cells in self.rows if cells]

    def figures(self) -> dict[tuple[str, str], str]:
        """(measure, period) -> text; a figure that stands in several tables is the same in all."""
        found: dict[tuple[str, str], set] = {}
        for _, cells in self.with_figures():
            for measure, period, text in cells:
                found.setdefault((measure, period), set()).add(text)
        assert [key for key, texts in found.items() if len(texts) > 1] == []
        return {key: texts.pop() for key, texts in found.items()}


@pytest.fixture(scope="module")
def internal(sample) -> dict[str, bytes]:
    """What the run itself made."""
    place = sample / "packs" / "2013-12"
    return {form: (place / f"scrutiny-pack.{form}").read_bytes() for form in ("html", "pdf", "xlsx")}


@pytest.fixture(scope="module")
def public(sample, tmp_path_factory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("public")
    made = make.make(sample / "published", "croydon", None, "public", out, out)
    assert [file.name for file in made.files] == [f"scrutiny-pack-public.{form}" for form in ("html", "pdf", "xlsx")]
    return {file.suffix[1:]: file.read_bytes() for file in made.files}


@pytest.fixture(scope="module")
def marts(sample) -> dict[tuple[str, str], tuple]:
    """(measure, period) -> (figure, unit, decimals, denominator) on the basis shown, straight from the marts."""
    rows = ask(
        sample / "published" / "csc.duckdb",
        f"""
        with bases as (
            select measure_id, max(basis) filter (value is not null) as basis
            from marts.kpi_monthly where authority_code = '{CROYDON}' group by 1
        )
        select measure_id, strftime(month, '%Y-%m'), value, ytd_value, unit, decimals, denominator, month
        from marts.kpi_monthly inner join bases using (measure_id) inner join reference.measures using (measure_id)
        where authority_code = '{CROYDON}' and kpi_monthly.basis = coalesce(bases.basis, 'computed')
        """,
    )
    found = {}
    for measure, month, value, ytd, unit, decimals, denominator, _ in rows:
        found[measure, month] = (value, unit, decimals, denominator)
        found[measure, f"{month} ytd"] = (ytd, unit, decimals, denominator)
    return found


def printed(value, unit, decimals, denominator) -> str:
    if value is None:
        return "z" if denominator == 0 else "x"
    rounded = Decimal(str(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if unit == "percentage":
        return "k" if value and not rounded else f"{rounded}%"
    return f"{rounded:,}"


def of_month(figures_, month="2013-12"):
    return {(m, f"{month} ytd" if p == "ytd" else p): text for (m, p), text in figures_.items()}


def test_every_figure_of_the_page_is_that_of_the_marts(internal, marts):
    shown = of_month(Rows(internal["html"].decode()).figures())
    assert {key: text for key, text in shown.items() if text != printed(*marts[key])} == {}
    assert len({m for m, _ in shown}) == SHOWN
    assert len(shown) == SHOWN * (len(YEAR) + 1)
    assert shown["cpp_new", "2013-12 ytd"] == "268"  # printed as 14
    assert shown["lac_3plus_placements_pct", "2013-12"] == "8%"  # printed as 9%
    assert shown["days_16_25", "2013-09"] == "x"  # left blank
    assert shown["cpp_ceased_2yrs_plus", "2013-06"] == "0"


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_page_document_and_workbook_show_the_same(audience, request):
    pack = request.getfixturevalue(audience)
    rows = Rows(pack["html"].decode()).with_figures()
    assert len({measure for _, cells in rows for measure, *_ in cells}) == SHOWN
    document = pypdfium2.PdfDocument(pack["pdf"])
    text = re.sub(r"\s|\xad|\ufffe", "", "".join(page.get_textpage().get_text_range() for page in document))
    book = openpyxl.load_workbook(io.BytesIO(pack["xlsx"]))
    sheet_rows = {_values(row) for sheet in book for row in sheet.iter_rows()}
    for name, cells in rows:
        months = [text_ for _, period, text_ in cells]
        assert (name, *map(_number, months)) in sheet_rows, (name, months)
        figures_ = "".join(f"{re.escape(text_)}(?:\\[\\d+\\]|[*,])*" for text_ in months)
        if len(months) > 4:  # by month; beside each other in the document's own order
            assert re.search(re.escape(re.sub(r"\s", "", name)) + figures_, text), (name, months)
    others = ("Rates per", "Comparators", "Neighbours", "Data")
    of_months = [sheet for sheet in book if not any(words in sheet.title for words in others)]
    of_months = {_values(row) for sheet in of_months for row in sheet.iter_rows()}
    numbers = {n for row in of_months for n in row if isinstance(n, float) and row[0] not in pictures.LIMITS}
    assert numbers <= {n for _, cells in rows for _, _, t in cells if isinstance(n := _number(t), float)}
    data = list(book["Data"].values)[1:]
    tidy = {(row[3], row[0]): row[7] if row[6] is None else float(row[6]) for row in data}
    by_month = {(name, p): _number(t) for name, cells in rows for _, p, t in cells if p != "ytd"}
    assert {key: tidy[key] for key in by_month} == by_month
    assert all(
        sheet.sheet_state == "visible" and not any(r.hidden for r in sheet.row_dimensions.values()) for sheet in book
    )
    charts = [
        name for name in zipfile.ZipFile(io.BytesIO(pack["xlsx"])).namelist() if name.startswith("xl/charts/chart")
    ]
    assert len(charts) == pack["html"].count(b"<figure") == CHARTS + FUNNELS


def _values(row) -> tuple:
    """The name and the figures of a row of a sheet: numbers as such, symbols without marks."""
    name, *cells = [cell.value for cell in row]
    numbers = [float(v) if isinstance(v, int | float) else v for v in cells if v is not None]
    return name, *(
        n for n in (re.sub(r" [\[\]\d*,]+$", "", v) if isinstance(v, str) else v for v in numbers) if _is_figure(n)
    )


def _is_figure(value) -> bool:
    return isinstance(value, float) or value in figures.SYMBOLS


def _number(text: str) -> float | str:
    return text if text in figures.SYMBOLS and text != "0" else float(text.replace(",", "").rstrip("%"))


def test_the_document_is_a4_tagged_with_bookmarks_and_page_numbers(internal):
    document = pypdfium2.PdfDocument(internal["pdf"])
    assert {tuple(round(n) for n in page.get_size()) for page in document} == {(595, 842), (842, 595)}  # wide tables
    bookmarks = [bookmark.get_title() for bookmark in document.get_toc()]
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", internal["html"].decode())
    assert [title for title in bookmarks if title in headings] == headings
    last = document[len(document) - 1].get_textpage().get_text_range()
    assert f"Page {len(document)} of {len(document)}" in last
    assert document.is_tagged()
    assert b"pdfuaid:part" in internal["pdf"]


def test_every_open_finding_of_a_figure_is_a_footnote_and_a_row(sample, internal):
    html = internal["html"].decode()
    ids = [
        i
        for (i,) in ask(
            sample / "published" / "csc.duckdb", "select finding_id from quality.findings where status = 'open'"
        )
    ]
    assert len(ids) == OPEN_FINDINGS
    assert [i for i in ids if f'id="finding-{i}"' not in html] == []
    marked = re.search(r'data-period="ytd" data-figure="268">\s*268\s*<sup>(.*?)</sup>', html, re.DOTALL)[1]
    notes = [re.search(rf'<li id="{i}">(.*?)</li>', html)[1] for i in re.findall(r'href="#(note-[\w-]+)"', marked)]
    assert any("printed as 14, but the months from April to December 2013 add up to 268" in note for note in notes)


def test_a_note_that_several_measures_share_is_said_once(december):
    [_, table] = section_of(december["internal"], "table-cpp-duration").blocks
    blank = [note.text for note in table.footnotes if "left blank" in note.text]
    assert "October 2013, November 2013 and December 2013: left blank, although other months have figures." in blank
    assert len(table.footnotes) < 7  # of 15, of which most were this one


# --- the first page ------------------------------------------------------------------------------------------------


def glance_of(pack: Pack) -> dict[str, tuple]:
    [of_page] = [block for block in section_of(pack, "summary").blocks if isinstance(block, Glance)]
    return {row.heading.measure_id: row for row in of_page.indicators}


def test_the_first_page_has_the_seven_indicators_that_the_rules_choose(december):
    rows = glance_of(december["internal"])
    assert list(rows) == [
        *("referrals_leading_to_assessment_pct", "contacts"),  # signals: the one that is worse first
        *("cpp_new", "lac_new"),  # years to date printed as 14 and 29, which are 268 and 309
        *("cpp_total", "lac_3plus_placements_pct", "assessments_completed"),  # a comparator, a target, a headline
    ]
    plans, placements = rows["cpp_total"], rows["lac_3plus_placements_pct"]
    assert [cell.text for cell in plans.beside] == ["printed by the council", "42.3 per 10,000"]
    assert [cell.text for cell in plans.good] == [
        "42.3 here, neighbours 41.1 per 10,000 (6.3 to 67.7), 31 March 2013",
    ]
    assert [cell.text for cell in placements.good] == ["Target at most 16%: met", "Too few months to rely on it."]
    assert [cell.text for cell in rows["contacts"].moving] == [
        *("▼ 510 since November 2013", "More than chance: outside the usual range."),
    ]
    assert rows["cpp_new"].why == "2 values in doubt."


def test_what_misses_its_target_comes_first_and_what_cannot_be_relied_on_says_so(sample):
    read = published.read(sample / "published", CROYDON, DECEMBER)
    placements = "lac_3plus_placements_pct"
    strict = replace(read, measures=read.measures | {placements: replace(read.measures[placements], target=5.0)})
    first = next(iter(glance_of(compose.compose(strict, "internal")).values()))
    assert (first.heading.measure_id, first.why) == (placements, "Misses the target of 5%.")
    judged = replace(read, assurance={(placements, "reported"): "cannot be relied on"})
    first = next(iter(glance_of(compose.compose(judged, "internal")).values()))
    assert (first.why, first.good[1].text) == ("Its target cannot be relied on.", "Chance decides whether it is met.")


def test_the_first_page_shows_readers_only_what_the_tables_show_and_the_other_basis_to_the_team(sample, december):
    for row in glance_of(december["public"]).values():
        cells = {(cell.measure_id, cell.period): cell.text for cell in cells_of(december["public"])}
        assert {cells[cell.measure_id, cell.period] == cell.text for cell in row.spark.months} == {True}
    read = published.read(sample / "published", CROYDON, DECEMBER)
    listed = replace(read.kpis["contacts", DECEMBER, "computed"], value=1120.0)
    differs = replace(read, kpis=read.kpis | {("contacts", DECEMBER, "computed"): listed})
    beside = {a: glance_of(compose.compose(differs, a))["contacts"].beside for a in ("internal", "public")}
    assert [cell.text for cell in beside["internal"]] == ["printed by the council", "from the lists: 1,120"]
    assert [cell.text for cell in beside["public"]] == ["printed by the council"]


def test_the_first_page_of_the_document_stands_alone(internal):
    document = pypdfium2.PdfDocument(internal["pdf"])
    first, second = (document[n].get_textpage().get_text_range() for n in (0, 1))
    assert "At a glance" in first and "Chosen in turn" in first
    assert second.startswith("What lies behind it")
    assert len(document) <= 20


def test_charts_are_titled_with_what_they_show(december):
    charts = [b for section in december["internal"].sections for b in section.blocks if isinstance(b, Chart)]
    titles = {chart.subtitle: chart.title for chart in charts}
    assert titles["Contacts"] == "Contacts down to 1,125, below the usual range"
    assert titles["Children looked after, starting and ceasing"] == (
        "Children looked after up to 819, the highest of the year so far"
    )
    assert titles["Plans open at month end, by how long they have lasted"] == (
        "Child protection plans open 24 months or more: 4% in September 2013, and no value since"
    )


# --- what is kept from readers -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packs(sample) -> dict[str, Pack]:
    """The public packs of several months: what one shows, another must not tell."""
    return {
        f"{month:%Y-%m}": compose.compose(published.read(sample / "published", CROYDON, month), "public")
        for month in (date(2013, 5, 1), date(2013, 8, 1), DECEMBER)
    }


def cells_of(pack: Pack) -> list[Cell]:
    tables = [block for section in pack.sections for block in section.blocks if isinstance(block, Table)]
    return [cell for table in tables for row in table.rows for cell in row if cell.period]


@pytest.fixture(scope="module")
def attacked(packs, marts):
    """(every count, what the packs show and what they suppress) for the attacker."""
    shown, kept = set(), set()
    for month, pack in packs.items():
        for cell in cells_of(pack):
            key = (cell.measure_id, f"{month} ytd" if cell.period == "ytd" else cell.period)
            (kept if cell.text == "c" else shown).add(key)
    assert shown & kept == set()
    counts = {key: value for key, (value, unit, _, _) in marts.items() if unit == "count" and value is not None}
    return counts, shown, kept


def rows_known(sample, marts, shown):
    """What anybody may know of the sample's figures, straight from the register and the relations."""
    con = sample / "published" / "csc.duckdb"
    relations: dict[tuple, dict] = {}
    for relation_id, kind, role, m in ask(
        con, "select relation_id, relation, role, measure_id from reference.measure_relations"
    ):
        relations.setdefault((relation_id, kind), {}).setdefault(role, []).append(m)
    measures = ask(
        con, "select measure_id, unit, ytd_rule, numerator_id, denominator_id, decimals from reference.measures"
    )
    months = [f"{month:%Y-%m}" for month in YEAR]
    for m, unit, rule, numerator, denominator, decimals in measures:
        for i, month in enumerate(months):
            if unit == "count":
                of = [other for other in months[: i + 1] if marts.get((m, other), (None,))[0] is not None]
                yield {(m, f"{month} ytd"): 1} | {(m, other): -1 for other in (of if rule == "sum" else [month])}, 0, 0
                continue
            for period in (month, f"{month} ytd"):
                if (m, period) in shown and marts[m, period][0] is not None:
                    scale, digits = 10**decimals, int(marts[m, period][0] * 10**decimals + 0.5 + 1e-9)
                    yield {(numerator, period): 200 * scale, (denominator, period): 1 - 2 * digits}, 0, float("inf")
                    yield {(numerator, period): 200 * scale, (denominator, period): -1 - 2 * digits}, -float("inf"), -1
    for (_, kind), roles in relations.items():
        whole = {"adds_up": "total", "divides": "total", "same_as": "first"}.get(kind)
        part = {"adds_up": "part", "divides": "part", "same_as": "second"}.get(kind)
        for before, month in zip([None, *months], months, strict=False):
            if whole:
                for period in (month, f"{month} ytd"):
                    yield {(roles[whole][0], period): 1} | {(m, period): -1 for m in roles[part]}, 0, 0
            elif kind == "stock_flow" and before:
                (stock,) = roles["stock"]
                flows = {(m, month): -1 for m in roles["inflow"]} | {(m, month): 1 for m in roles.get("outflow", [])}
                yield {(stock, month): 1, (stock, before): -1} | flows, 0 if "outflow" in roles else -float("inf"), 0


def test_the_public_packs_of_the_sample_tell_no_count_that_they_suppress(sample, marts, attacked):
    counts, shown, kept = attacked
    assert [key for key in shown if counts.get(key) in range(1, 6)] == []
    secrets = {key for key in kept if key in counts}
    assert {("cpp_ceased_2yrs_plus", "2013-04"), ("days_36_45", "2013-07"), ("days_16_25", "2013-07")} <= secrets
    assert recovered(counts, shown & counts.keys(), list(rows_known(sample, marts, shown)), secrets) == (set(), set())


def test_the_attacker_would_find_what_primary_suppression_alone_leaves_open(sample, marts, attacked):
    counts, shown, kept = attacked
    small = {key for key in kept if counts.get(key) in range(1, 6)}
    careless = (shown | kept) - small
    rows = [row for row in rows_known(sample, marts, careless) if any(m in CARELESS for m, _ in row[0])]
    found, _ = recovered(counts, careless & counts.keys(), rows, small)
    assert {("days_36_45", "2013-07"), ("cpp_ceased_2yrs_plus", "2013-05")} <= found


def limits_of_what_is_shown(sample, pack: Pack) -> set[float]:
    """Mean and limits of each measure of which the pack shows every figure, and those of its parts."""
    cells = cells_of(pack)
    whole = {cell.measure_id for cell in cells} - {cell.measure_id for cell in cells if cell.text == "c"}
    rows = ask(
        sample / "published" / "csc.duckdb",
        """
        select measure_id, numerator_id, denominator_id, mean, lower_limit, upper_limit
        from marts.kpi_spc inner join reference.measures using (measure_id)
        """,
    )
    return {limit for m, top, bottom, *limits in rows if {m, top, bottom} - {None} <= whole for limit in limits}


def test_charts_sentences_and_notes_of_a_public_pack_hold_only_figures_that_it_shows(sample, packs):
    pack = packs["2013-12"]
    shown = {cell.text for cell in cells_of(pack)}
    numbers = {cell.number for cell in cells_of(pack) if cell.number is not None}
    charts = [block for section in pack.sections for block in section.blocks if isinstance(block, Chart)]
    charts = [chart for chart in charts if chart.kind != "funnel"]  # of what the DfE publishes
    drawn = [n for chart in charts for n in re.findall(r'"value": ([\d.]+)', chart.specification)]
    targets = {16.0}
    assert len(charts) == CHARTS
    assert all('"value": ' in chart.specification for chart in charts)
    assert {float(n) for n in drawn} - numbers - targets - limits_of_what_is_shown(sample, pack) == set()
    said = [chart.alternative for chart in charts]
    said += [
        line
        for section in pack.sections[:-1]
        for block in section.blocks
        if isinstance(block, Text)
        for line in block.lines
    ]
    tables = [block for section in pack.sections for block in section.blocks if isinstance(block, Table)]
    said += [note.text for table in tables for note in table.footnotes]
    names = {row[0].text for table in tables for row in table.rows if len(row[0].text) > 5}
    counted = r"\b\d+ (more )?figures?\b|\d+ (errors|warnings|for information)\b"  # of findings, not of children
    for sentence in said:
        stripped = re.sub(rf"\b(19|20)\d\d\b|{counted}", "", sentence)  # years
        for name in sorted(names, key=len, reverse=True):
            stripped = stripped.replace(name, "")
        for number in re.findall(r"\d[\d,.]*%?", stripped):
            number = number.rstrip(".,")
            assert (
                number in shown
                or number == "16%"
                or " value" in sentence
                or "finding" in sentence
                or sentence.startswith("The year to date holds ")
            ), sentence


def section_of(pack: Pack, section_id: str):
    return next(section for section in pack.sections if section.section_id == section_id)


def chart_of(pack: Pack, section_id: str) -> str:
    return next(b.specification for b in section_of(pack, section_id).blocks if isinstance(b, Chart))


@pytest.fixture(scope="module")
def december(sample, packs) -> dict[str, Pack]:
    read = published.read(sample / "published", CROYDON, DECEMBER)
    return {"internal": compose.compose(read, "internal"), "public": packs["2013-12"]}


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_line_has_its_limits_and_breaks_and_its_signal_is_said(december, audience):
    """Nine months of contacts add up to 16,870, their eight moving ranges to 1,341."""
    pack = december[audience]
    drawn = [float(n) for n in re.findall(r'"value": ([\d.]+)', chart_of(pack, "contacts-to-referrals"))]
    spread = 3.2 * 1341 / 8 / 1.128 + 1
    for limit in (16870 / 9, 16870 / 9 - spread, 16870 / 9 + spread):
        assert drawn.count(pytest.approx(limit)) == 9
    outside = [line for line in section_of(pack, "contacts-to-referrals").blocks[0].lines if "usual range" in line]
    assert outside[0].startswith("Contacts; ")
    assert outside[0].endswith(": outside the usual range.")
    assert '"type": "rule"' in chart_of(pack, "visits")
    assert '{"month": "Oct"}' in chart_of(pack, "visits")
    [broken] = [line for line in section_of(pack, "visits").blocks[0].lines if line.startswith("Do not compare")]
    assert broken.startswith(
        "Do not compare months before October 2013 with later ones: The Children's Recording System (CRS)"
    )


def test_limits_of_what_is_suppressed_or_would_tell_its_parts_are_for_the_team_only(sample):
    read = published.read(sample / "published", CROYDON, DECEMBER)
    ratio, parts = "referrals_leading_to_assessment_pct", ["referrals_leading_to_assessment", "referrals"]
    elsewhere = {("contacts", "2013-05")}
    led, referrals = (291, 310, 217, 226, 207, 213, 264, 302, 251), (324, 353, 251, 252, 220, 236, 320, 390, 347)
    mean = pytest.approx(100 * sum(led) / sum(referrals))
    assert figures.Shown(read, [ratio, *parts], elsewhere).limits(ratio, DECEMBER).mean == mean
    assert figures.Shown(read, [ratio, *parts], {(parts[0], "2013-05")}).limits(ratio, DECEMBER) is None
    assert figures.Shown(read, [ratio], elsewhere).limits(ratio, DECEMBER) is None
    assert figures.Shown(read, [ratio], set()).limits(ratio, DECEMBER).mean == mean


# --- what officers write -------------------------------------------------------------------------------------------

WRITTEN = """# Plans

There were 3 new plans that are a second or subsequent one in October,
and {{ cpp_new_second_or_subsequent 2013-11 }} in {{ contacts.month 2013-11 }}.

* {{ contacts }} contacts, {{ contacts.change }} on the month before
* a mean of {{ cpp_new_second_or_subsequent.mean 2013-09 }}, {{ contatcs }}
"""


def test_the_commentary_is_filled_and_keeps_what_the_tables_keep(sample, internal, packs):
    assert "In December 2013 there were 1,125 contacts, −510 on November 2013." in internal["html"].decode()
    read = published.read(sample / "published", CROYDON, DECEMBER, ("commentary/2013-12.md", WRITTEN))
    pack = compose.compose(read, "internal")
    assert section_of(pack, "commentary").blocks == [
        Text(
            ["There were 3 new plans that are a second or subsequent one in October, and 6 in November 2013."], "Plans"
        ),
        Text(["1,125 contacts, −510 on the month before", "a mean of 3.3, {{ contatcs }}"], "", True),
    ]
    assert pack.problems == [
        'commentary/2013-12.md, line 7: {{ contatcs }}: there is no measure "contatcs". Did you mean "contacts"?'
    ]
    kept = {(cell.measure_id, cell.period) for cell in cells_of(packs["2013-12"]) if cell.text == "c"}
    second = "cpp_new_second_or_subsequent"
    assert (second, "2013-10") in kept
    november = "c" if (second, "2013-11") in kept else "6"
    shown = figures.Shown(read, {m for m, _ in kept} | {"contacts"}, kept)
    blocks = officers.commentary(shown, is_in_full=False)[0].blocks
    assert blocks[0].lines == [
        f"There were c new plans that are a second or subsequent one in October, and {november} in November 2013."
    ]
    assert blocks[1].lines == ["1,125 contacts, −510 on the month before", "a mean of c, {{ contatcs }}"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\x0b", "\x0c", "\r", "\u2028"], ids=repr)
def test_a_number_typed_for_a_suppressed_measure_is_kept_whatever_ends_the_lines(sample, line_end):
    typed = f"First.{line_end}Of all plans, new plans that are a second or subsequent one were 37\nper cent."
    read = published.read(sample / "published", CROYDON, DECEMBER, ("commentary/2013-12.md", typed))
    second = "cpp_new_second_or_subsequent_pct_ni65"
    shown = figures.Shown(read, {second, "cpp_new_second_or_subsequent"}, {("cpp_new_second_or_subsequent", "2013-10")})
    section, _ = officers.commentary(shown, is_in_full=False)
    said = " ".join(line for block in section.blocks for line in block.lines)
    assert "37" not in said
    assert "were c" in said


def test_a_comparator_stands_beside_the_figure_on_its_basis_and_readers_see_no_last_year_of_its_own(sample):
    read = published.read(sample / "published", CROYDON, DECEMBER)
    england = records.Comparator(
        measure_id="lac_3plus_placements_pct",
        basis="reported",
        statistic="value",
        comparator="published",
        area_name="England",
        period="2012/13",
        comparator_value=11.4,
        source="SYNTHETIC",
        is_beyond_chance=True,
    )
    last_year = replace(england, comparator="same period last year", area_name=None, period="December 2012")
    of_lists = replace(england, basis="computed")
    compared = replace(read, comparators=[england, last_year, of_lists])
    for audience, others in (("internal", ["England", "same period last year"]), ("public", ["England"])):
        pack = compose.compose(compared, audience)
        [table] = [block for section in pack.sections for block in section.blocks if block_id(block) == "comparators"]
        assert [row[3].text for row in table.rows] == others
        # 65 of 819, printed as 9%, is 7.94
        assert [cell.text for cell in table.rows[0][2:]] == [
            *("8%", "England", "2012/13", "11%", "▼ 3 points, better", "SYNTHETIC")
        ]
    alone = compose.compose(replace(read, comparators=[]), "internal")
    assert not any(section.section_id == "comparators" for section in alone.sections)


def test_a_rate_stands_beside_england_the_region_and_the_neighbours_of_a_named_model(sample):
    read = published.read(sample / "published", CROYDON, DECEMBER)
    [_, table] = section_of(compose.compose(read, "public"), "comparators").blocks
    rows = [[cell.text for cell in row[1:-1]] for row in table.rows if row[0].measure_id == "cpp_total"]
    month = "December 2013, per 10,000"
    assert rows == [
        [
            month,
            "42.3",
            "median of 10 statistical neighbours (6.3 to 67.7; model of 2025)",
            "31 March 2013",
            "41.1",
            "▲ 1.2",
        ],
        [month, "42.3", "England", "31 March 2013", "37.8", "▲ 4.5"],
        [month, "42.3", "London", "31 March 2013", "34.7", "▲ 7.6"],
        [month, "42.3", "Outer London", "31 March 2013", "31.9", "▲ 10.4"],
    ]
    assert "England: per 10,000 of 11,403,970" in table.source  # England's population of the year before
    assert "Open Government Licence" in table.source


def test_funnels_show_the_neighbours_at_their_size_in_every_form(sample, internal, december):
    section = section_of(december["public"], "neighbours")
    funnels = {block.measure_ids[0]: block for block in section.blocks if isinstance(block, Chart)}
    assert len(funnels) == FUNNELS
    plans = funnels["cpp_total"]
    published_ = ask(
        sample / "published" / "csc.duckdb",
        f"""
        select is_neighbour, value from marts.mart_neighbours
        where authority_code = '{CROYDON}' and measure_id = 'cpp_total' and period = '31 March 2013'
        """,
    )
    [own] = [value for is_neighbour, value in published_ if not is_neighbour]
    assert own == pytest.approx(
        10000 * 308 / 90_000, abs=1
    )  # the DfE's 308 plans; Croydon had 90,000 residents under 18
    below = sum(value < own for is_neighbour, value in published_ if is_neighbour)
    assert len(published_) == 11
    assert f"above {below} of 10 neighbours" in plans.title
    assert sorted(plans.limits["Size"]) == plans.limits["Size"]
    assert sum(value is not None for value in plans.limits["Neighbours"]) == 10
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(internal["pdf"]))
    assert plans.title.split(":")[0] in text.replace("\r\n", " ")
    book = openpyxl.load_workbook(io.BytesIO(internal["xlsx"]))
    assert len(next(sheet for sheet in book if "Neighbours" in sheet.title)._charts) == FUNNELS


def block_id(block) -> str | None:
    return block.table_id if isinstance(block, Table) else None


def test_a_pack_is_made_again_only_when_it_would_say_something_else(sample, tmp_path):
    def made(commentaries):
        return make.make(sample / "published", None, None, "internal", None, sample / "packs", commentaries)

    before = [file.stat().st_mtime_ns for file in made(sample / "commentary").files]
    assert not made(sample / "commentary").is_new
    assert [file.stat().st_mtime_ns for file in made(sample / "commentary").files] == before
    read = published.read(sample / "published", CROYDON, DECEMBER)
    said = published.read(sample / "published", CROYDON, DECEMBER, ("commentary/2013-12.md", "Words."))
    packs_ = [compose.compose(of, "internal") for of in (read, said, replace(said, publication_id="another"))]
    assert len({make.made_of(pack) for pack in packs_}) == 2


def tool(*names: str, package: str) -> str:
    """A program that people have; without it a test is skipped, and says what to install."""
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        said = f"there is no {names[0]} (Debian and Ubuntu: apt-get install {package})"
        pytest.skip(said)
    return found


# --- in a spreadsheet ----------------------------------------------------------------------------------------------


def cells_of_book(book) -> dict[tuple[str, str], str | float]:
    cells = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    shown = {(title, cell.coordinate): cell.value for title, cell in cells if cell.value is not None}
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in shown.items()}


def test_the_workbook_can_be_filtered_pivoted_and_scrolled(internal):
    book = openpyxl.load_workbook(io.BytesIO(internal["xlsx"]))
    words = ("of", "and", "with", "to", "a", "the")
    assert [sheet.title for sheet in book if len(sheet.title) > 31 or sheet.title.split()[-1] in words] == []
    assert {"12 Referrals to assessment", "14 CPP duration", "15 LAC movement"} <= set(book.sheetnames)
    assert [sheet.title for sheet in book if not sheet.freeze_panes] == []
    assert book["Data"].print_title_rows == "$1:$1"
    data = book["Data"]
    heads, *rows = data.iter_rows(values_only=True)
    assert data.auto_filter.ref == f"A1:N{len(rows) + 1}"
    assert len(rows) == SHOWN * len(YEAR)
    found = {(row[3], row[0]): dict(zip(heads, row, strict=True)) for row in rows}
    contacts = found["Contacts", "2013-12"]
    assert (contacts["Value"], contacts["Basis"], contacts["Signal"]) == (1125, "reported", "yes")
    assert contacts["Mean"] == 1874.4
    assert found["Assessments completed in 16 to 25 days", "2013-09"]["Symbol"] == "x"


def test_no_printed_page_ends_within_a_chart(internal):
    book = openpyxl.load_workbook(io.BytesIO(internal["xlsx"]))
    for sheet in book:
        ends = [page_break.id for page_break in sheet.row_breaks.brk]
        places = [chart.anchor for chart in sheet._charts]
        assert not [end for end in ends for place in places if place._from.row < end <= place.to.row]
        # without breaks of its own a sheet with charts is one page
        fits = sheet.page_setup.fitToHeight is None and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert ends or not places or fits
    assert next(sheet for sheet in book if sheet.title.endswith("Neighbours")).row_breaks.brk


def test_libreoffice_opens_the_workbook_draws_its_charts_and_reckons_with_its_numbers(internal, tmp_path):
    office = tool("soffice", package="libreoffice-calc-nogui")
    (tmp_path / "pack.xlsx").write_bytes(internal["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "pack.xlsx")
    overview = next(sheet for sheet in book if sheet["A1"].value == "Overview")
    rows = {row[0].value: row[0].row for row in overview.iter_rows() if isinstance(row[1].value, int | float)}
    for n, row in enumerate(rows.values(), 200):
        overview.cell(n, 1, f"=SUM(B{row}:J{row})")
        overview.cell(n, 2, f"=K{row}")
    book.save(tmp_path / "sums.xlsx")
    out, profile = tmp_path / "out", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", out]
    done = subprocess.run([*convert, *tmp_path.glob("*.xlsx")], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0 and {file.name for file in out.iterdir()} == {"pack.xlsx", "sums.xlsx"}, done.stderr
    reckoned = openpyxl.load_workbook(out / "sums.xlsx", data_only=True)[overview.title]
    sums = {name: [reckoned.cell(n, column).value for column in (1, 2)] for n, name in enumerate(rows, 200)}
    assert sums["Contacts"] == [16870, 16870]
    assert sums["New child protection plans"] == [268, 268]
    assert sums["Children looked after"] == [6890, 819]  # a stock: the year to date is the latest month's
    opened, made_ = (openpyxl.load_workbook(folder / "pack.xlsx", data_only=True) for folder in (out, tmp_path))
    assert cells_of_book(opened) == cells_of_book(made_)
    drawn = [name for name in zipfile.ZipFile(out / "pack.xlsx").namelist() if name.startswith("xl/charts/chart")]
    assert len(drawn) == internal["html"].count(b"<figure")


# --- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    found = tool("chromium", "chromium-browser", "google-chrome", package="chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture
def opened(browser, internal, tmp_path):
    """Opens the page in a window of a size; tells every address that it asked for."""
    file = tmp_path / "pack.html"
    file.write_bytes(internal["html"])
    contexts = []

    def open_(width: int, **more):
        context = browser.new_context(viewport={"width": width, "height": 850}, **more)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_keeps_wcag_2_2_aa_offline_and_fits_the_window(opened, width):
    page = opened(width, is_mobile=width < 500)
    # one row of a kind is as good as eighty
    page.evaluate("document.querySelectorAll('.filtered tbody tr:nth-child(n + 4)').forEach(row => row.remove())")
    found = Axe().run(page, options=WCAG if width > 500 else OF_SMALL_WINDOWS)
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]] == []
    assert len(found.response["passes"]) > (20 if width > 500 else 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(page.asked) == 1
    assert page.asked[0].startswith("file:")
    assert page.locator("nav li:visible").count() == (0 if width < 500 else page.locator("nav li").count())


def test_findings_are_filtered_sorted_and_linked_by_keyboard(opened):
    page = opened(1280)
    rows = page.locator("#findings-table tbody tr")
    visible = page.locator("#findings-table tbody tr:visible")
    assert rows.count() == OPEN_FINDINGS
    page.locator("form[data-for=findings-table] input").focus()
    page.keyboard.type("new child protection plans")
    # the year to date as printed, what the DfE's year leaves for the other months, and a mean that the report quotes
    assert visible.count() == 3
    assert page.locator("form[data-for=findings-table] output").inner_text() == f"3 of {OPEN_FINDINGS} rows"
    visible.locator("th a").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#measure-cpp_new")
    assert "Child protection plans that began in the month" in page.locator("#measure-cpp_new").inner_text()
    page.locator("#measure-cpp_total td:last-child a").focus()
    page.keyboard.press("Enter")
    assert set(visible.locator("th").all_inner_texts()) == {"Children subject to a child protection plan"}
    page.locator("#measures-table thead button").first.focus()
    page.keyboard.press("Enter")
    names = page.locator("#measures-table tbody th").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    assert page.locator("#measures-table th[aria-sort=ascending]").count() == 1


def test_the_page_reads_whole_without_javascript(opened):
    page = opened(1280, java_script_enabled=False)
    assert page.locator("form.filters:visible").count() == 0
    assert page.locator("#findings-table tbody tr:visible").count() == OPEN_FINDINGS


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authority", "month", "said"),
    [
        ("kent", None, '"kent" has no published values. The authorities that have: croydon'),
        (None, date(2012, 1, 1), "no values for January 2012"),
    ],
)
def test_a_pack_that_cannot_be_made_says_why(sample, tmp_path, authority, month, said):
    with pytest.raises(LookupError, match=said):
        make.make(sample / "published", authority, month, "internal", tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rates_stand_beside_their_population_and_a_flow_of_nine_months_has_none(sample):
    read = published.read(sample / "published", CROYDON, DECEMBER)
    [_, table] = section_of(compose.compose(read, "public"), "rates").blocks
    rows = {row[0].measure_id: [cell.text for cell in row[1:]] for row in table.rows}
    assert rows["cpp_total"] == ["end of December 2013", "385", "91,073", "mid-2013", "42.3"]
    assert rows["cpp_new"] == ["12 months to December 2013", "x", "91,073", "mid-2013", "x"]
    assert "Open Government Licence" in table.source
    few = replace(read, kpis=read.kpis | {("lac_total", DECEMBER, "reported"): replace(lac(read), value=3.0)})
    [_, table] = section_of(compose.compose(few, "public"), "rates").blocks
    suppressed = {row[0].measure_id: [cell.text for cell in row[2:]] for row in table.rows}
    assert suppressed["lac_total"] == ["c", "91,073", "mid-2013", "c"]


def lac(read) -> records.Kpi:
    return read.kpis["lac_total", DECEMBER, "reported"]
