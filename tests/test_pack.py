"""The scrutiny pack of the sample: it shows what the marts hold, in all three forms; what it keeps, it keeps."""

import io
import re
import shutil
import zipfile
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser

import duckdb
import openpyxl
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask
from disclosure_audit import recovered
from playwright.sync_api import sync_playwright

from reporting.pack import compose, figures, make, published, wording
from reporting.pack.document import Cell, Chart, Pack, Table, Text

CROYDON = "E09000008"
DECEMBER = date(2013, 12, 1)
YEAR = [date(2013, month, 1) for month in range(4, 13)]
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
    assert len({m for m, _ in shown}) >= 45 and len(shown) >= 450
    assert shown["cpp_new", "2013-12 ytd"] == "268"  # printed as 14
    assert shown["lac_3plus_placements_pct", "2013-12"] == "8%"  # printed as 9%
    assert shown["days_16_25", "2013-09"] == "x"  # left blank
    assert shown["cpp_ceased_2yrs_plus", "2013-06"] == "0"


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_page_document_and_workbook_show_the_same(audience, request):
    pack = request.getfixturevalue(audience)
    rows = Rows(pack["html"].decode()).with_figures()
    assert len(rows) > 80
    document = pypdfium2.PdfDocument(pack["pdf"])
    text = re.sub(r"\s|\xad|\ufffe", "", "".join(page.get_textpage().get_text_range() for page in document))
    book = openpyxl.load_workbook(io.BytesIO(pack["xlsx"]))
    sheet_rows = {_values(row) for sheet in book for row in sheet.iter_rows()}
    for name, cells in rows:
        months = [text_ for _, period, text_ in cells]
        assert (name, *map(_number, months)) in sheet_rows, (name, months)
        figures_ = "".join(f"{re.escape(text_)}[a-z*,]*" for text_ in months)
        if len(months) > 4:  # by month; beside each other in the document's own order
            assert re.search(re.escape(re.sub(r"\s", "", name)) + figures_, text), (name, months)
    numbers = {n for row in sheet_rows for n in row if isinstance(n, float)}
    assert numbers <= {n for _, cells in rows for _, _, t in cells if isinstance(n := _number(t), float)}
    assert all(
        sheet.sheet_state == "visible" and not any(r.hidden for r in sheet.row_dimensions.values()) for sheet in book
    )
    charts = [
        name for name in zipfile.ZipFile(io.BytesIO(pack["xlsx"])).namelist() if name.startswith("xl/charts/chart")
    ]
    assert len(charts) == pack["html"].count(b"<figure") >= 8


def _values(row) -> tuple:
    """The name and the figures of a row of a sheet: numbers as such, symbols without marks."""
    name, *cells = [cell.value for cell in row]
    numbers = [float(v) if isinstance(v, int | float) else v for v in cells if v is not None]
    return name, *(
        n for n in (re.sub(r" [a-z*,]+$", "", v) if isinstance(v, str) else v for v in numbers) if _is_figure(n)
    )


def _is_figure(value) -> bool:
    return isinstance(value, float) or value in figures.SYMBOLS


def _number(text: str) -> float | str:
    return text if text in figures.SYMBOLS and text != "0" else float(text.replace(",", "").rstrip("%"))


def test_the_document_is_a4_tagged_with_bookmarks_and_page_numbers(internal):
    document = pypdfium2.PdfDocument(internal["pdf"])
    assert {tuple(round(n) for n in page.get_size()) for page in document} == {(595, 842)}
    bookmarks = [bookmark.get_title() for bookmark in document.get_toc()]
    assert {"Summary", "Overview", "Findings", "Visits to children with a plan"} <= set(bookmarks)
    last = document[len(document) - 1].get_textpage().get_text_range()
    assert f"Page {len(document)} of {len(document)}" in last
    assert document.is_tagged() and b"pdfuaid:part" in internal["pdf"]


def test_every_open_finding_of_a_figure_is_a_footnote_and_a_row(sample, internal):
    html = internal["html"].decode()
    ids = [
        i
        for (i,) in ask(
            sample / "published" / "csc.duckdb", "select finding_id from quality.findings where status = 'open'"
        )
    ]
    assert len(ids) > 50
    assert [i for i in ids if f'id="finding-{i}"' not in html] == []
    contents = re.search(r'data-period="ytd" data-figure="268">\s*268\s*<sup><a href="#(note-overview-[a-z]+)"', html)
    note = re.search(rf'<li id="{contents[1]}">(.*?)</li>', html)[1]
    assert "the year to date is printed as 14; the months from April to December 2013 add up to 268" in note


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


def test_charts_sentences_and_notes_of_a_public_pack_hold_only_figures_that_it_shows(packs):
    pack = packs["2013-12"]
    shown = {cell.text for cell in cells_of(pack)}
    numbers = {cell.number for cell in cells_of(pack) if cell.number is not None}
    charts = [block for section in pack.sections for block in section.blocks if isinstance(block, Chart)]
    drawn = [n for chart in charts for n in re.findall(r'"value": ([\d.]+)', chart.specification)]
    targets = {16.0}
    assert len(drawn) > 80
    assert {float(n) for n in drawn} - numbers - targets == set()
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
    assert len(said) > 60
    names = {row[0].text for table in tables for row in table.rows if len(row[0].text) > 5}
    for sentence in said:
        stripped = re.sub(r"\b(19|20)\d\d\b", "", sentence)  # years
        for name in sorted(names, key=len, reverse=True):
            stripped = stripped.replace(name, "")
        for number in re.findall(r"\d[\d,.]*%?", stripped):
            number = number.rstrip(".,")
            assert (
                number in shown
                or number == "16%"
                or "figure" in sentence
                or "finding" in sentence
                or "months supplied" in sentence
            ), sentence


@pytest.fixture(scope="module")
def with_limits(sample, tmp_path_factory):
    """The publication with limits on two lines, one of which is suppressed for the public, and a break in October."""
    folder = tmp_path_factory.mktemp("limits") / "published"
    folder.mkdir()
    file = folder / "csc.duckdb"
    file.write_bytes((sample / "published" / "csc.duckdb").read_bytes())
    with duckdb.connect(str(file)) as con:
        con.execute(
            """
            create or replace table marts.kpi_spc as
            select
                authority_code, month, measure_id, basis, value, 1700.5::double as mean, 1200.25::double as lower_limit,
                2200.75::double as upper_limit, date '2013-04-01' as baseline_from,
                month = date '2013-12-01' as is_outside_limits,
                false as is_on_one_side, false as is_trend, -1 as months_on_side, -2 as months_in_trend
            from marts.kpi_monthly where measure_id in ('contacts', 'cpp_new_second_or_subsequent_pct_ni65');
            create or replace table reference.process_breaks as
            select
                date '2013-10-01' as break_month, 'E09000008' as authority_code, 'contacts' as domain,
                null::varchar as measure_id, 'A new front door opened.' as reason, 'Report of 2014' as source
            """
        )
    return folder


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_line_has_its_limits_and_breaks_and_its_signal_is_said(with_limits, audience):
    pack = compose.compose(published.read(with_limits, CROYDON, DECEMBER), audience)
    topic = next(section for section in pack.sections if section.section_id == "contacts-to-referrals")
    chart = next(block for block in topic.blocks if isinstance(block, Chart))
    assert all(f'"value": {limit}' in chart.specification for limit in (1700.5, 1200.25, 2200.75))
    assert '"type": "rule"' in chart.specification and '{"month": "Oct"}' in chart.specification
    said = topic.blocks[0].lines
    assert "Contacts: it lies outside the limits within which it varies by itself." in said
    assert "Not to be compared across October 2013: A new front door opened." in said


def test_limits_of_a_line_with_suppressed_figures_are_for_the_team_only(with_limits):
    read = published.read(with_limits, CROYDON, DECEMBER)
    measure_id = "cpp_new_second_or_subsequent_pct_ni65"
    hidden = {(measure_id, "2013-05")}
    assert wording.limits(figures.Shown(read, [], hidden), measure_id, DECEMBER) is None
    assert wording.limits(figures.Shown(read, [], set()), measure_id, DECEMBER)["mean"] == 1700.5


# --- display ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(2.5, 0, 3), (0.285 * 100, 0, 29), (7.936, 0, 8), (1.25, 1, 1.3), (0.04, 1, 0.0)],
)
def test_figures_are_rounded_half_up(value, decimals, expected):
    assert figures.half_up(value, decimals) == expected


@pytest.mark.parametrize(
    ("polarity", "before", "now", "said", "status"),
    [
        ("lower", 9.0, 8.0, "▼ 1 point, better", "Green: target met"),
        ("lower", 20.0, 18.0, "▼ 2 points, better", "Amber: missed, improving"),
        ("lower", 18.0, 20.0, "▲ 2 points, worse", "Red: target missed"),
        ("higher", 16.0, 16.0, "no change", "Green: target met"),
        ("higher", 15.0, 10.0, "▼ 5 points, worse", "Red: target missed"),
    ],
)
def test_direction_and_status_follow_the_register(polarity, before, now, said, status):
    measure = published.Measure(
        "m", "M", "", "percentage", "ratio", "latest", "n", "d", None, polarity, 16.0, 0, "", ""
    )
    before, now = Cell(f"{before:.0f}%", before), Cell(f"{now:.0f}%", now)
    assert figures.change(before, now, measure).text == said
    assert figures.status(before, now, measure).text == status
    assert figures.change(Cell("c"), now, measure).text == "not comparable"


# --- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "the page is judged in Chromium: install it (Debian and Ubuntu: apt-get install chromium)"
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
    found = Axe().run(page, options=WCAG if width > 500 else OF_SMALL_WINDOWS)
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]] == []
    assert len(found.response["passes"]) > (20 if width > 500 else 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(page.asked) == 1 and page.asked[0].startswith("file:")


def test_findings_are_filtered_sorted_and_linked_by_keyboard(opened):
    page = opened(1280)
    rows = page.locator("#findings-table tbody tr")
    visible = page.locator("#findings-table tbody tr:visible")
    every = rows.count()
    page.locator("form[data-for=findings-table] input").focus()
    page.keyboard.type("new child protection plans")
    assert 0 < visible.count() < every
    assert page.locator("form[data-for=findings-table] output").inner_text() == f"{visible.count()} of {every} rows"
    visible.locator("th a").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#measure-cpp_new")
    assert "became subject to a child protection plan in the month" in page.locator("#measure-cpp_new").inner_text()
    page.locator("#measures-table thead button").first.focus()
    page.keyboard.press("Enter")
    names = page.locator("#measures-table tbody th").all_inner_texts()
    assert (
        names == sorted(names, key=str.casefold)
        and page.locator("#measures-table th[aria-sort=ascending]").count() == 1
    )


def test_the_page_reads_whole_without_javascript(opened):
    page = opened(1280, java_script_enabled=False)
    assert page.locator("form.filters:visible").count() == 0
    assert page.locator("#findings-table tbody tr:visible").count() > 50


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authority", "month", "said"),
    [
        ("kent", None, "'kent' has no figures; those that have: croydon"),
        (None, date(2012, 1, 1), "no figure of January 2012"),
    ],
)
def test_a_pack_that_cannot_be_made_says_why(sample, tmp_path, authority, month, said):
    with pytest.raises(LookupError, match=said):
        make.make(sample / "published", authority, month, "internal", tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []
