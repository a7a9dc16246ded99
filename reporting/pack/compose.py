"""From what is published to the structure of the pack."""

from datetime import date

from dateutil.relativedelta import relativedelta

from data_quality.contracts import ReturnContract, load_contracts
from reporting.pack import back_matter, funnels, wording
from reporting.pack.content import HEADLINES, TOPICS, Topic, place, table_section
from reporting.pack.document import Block, Pack, Section, Table, Text
from reporting.pack.figures import NOT_SUPPLIED, Shown, bases
from reporting.pack.glance import glance, verdict
from reporting.pack.knowledge import figures_to_protect
from reporting.pack.notes import Notes
from reporting.pack.officers import commentary
from reporting.pack.pictures import breaks, chart
from reporting.pack.records import Key, Published
from reporting.pack.tables import at_a_glance, comparators, months_across, rates
from reporting.pack.tidy import tidy

ABBREVIATIONS = ("cin", "cpp", "lac")
AUDIENCES = {
    "internal": "Internal: shows numbers of 1 to 5 children. Not for publication.",
    "members": "For elected members: numbers of 1 to 5 children are suppressed, because scrutiny papers are public.",
    "public": "For the public: numbers of 1 to 5 children are suppressed.",
}
CHANGES, WORRIES = 5, 5


def compose(published: Published, audience: str) -> Pack:
    """Return the pack for one of `AUDIENCES`."""
    returns = _returns(published)
    of_topics = [m for topic in TOPICS for m in topic.measure_ids if m in published.measures]
    measure_ids = list(dict.fromkeys([m for contract in returns for m in contract.measure_ids] + of_topics))
    kept = set() if audience == "internal" else suppressed(published, measure_ids)
    shown = Shown(published, measure_ids, kept)
    notes = Notes(shown, audience)
    officers, unfilled = commentary(shown, notes.is_in_full)
    return Pack(
        title="Children's social care scrutiny pack",
        authority_name=published.authority_name,
        month=f"{published.month:%B %Y}",
        banner=AUDIENCES[audience],
        facts=[
            ("Authority", published.authority_name),
            ("Figures for", f"{published.months[0]:%B %Y} to {published.month:%B %Y}"),
            ("Made from", f"publication {published.publication_id}"),
            *_made_again(published),
        ],
        sections=[
            _front(shown, notes),
            _summary(shown, notes),
            *([officers] if officers else []),
            *(_topic(shown, notes, topic) for topic in TOPICS),
            *(_printed_table(shown, notes, contract) for contract in returns),
            *([compared] if (compared := funnels.section(shown)) else []),
            *([_rated(rated)] if (rated := rates(shown)) else []),
            *([_compared(table)] if (table := comparators(shown, audience)) else []),
            *back_matter.sections(shown, notes),
        ],
        data=tidy(shown),
        problems=[str(problem) for problem in unfilled],
    )


def _made_again(published: Published) -> list[tuple[str, str]]:
    """Say so where later months were delivered: values may be restated, and limits are drawn with them."""
    if published.known_to == published.month:
        return []
    later = (
        f"deliveries up to {published.known_to:%B %Y}: values, limits and findings may differ from those at the time"
    )
    return [("Made again with", later)]


def _returns(published: Published) -> list[ReturnContract]:
    """Return the council's tables in the register's order, with those that not every council sends if it sent them."""
    homes = dict.fromkeys(m.home_extract for m in published.measures.values() if m.home_extract)
    sent = {published.measures[m].home_extract for m, _, basis in published.kpis if basis == "reported"}
    contracts = [contract for extract in homes if isinstance(contract := load_contracts()[extract], ReturnContract)]
    return [contract for contract in contracts if contract.dataset == "summary_returns" or contract.extract in sent]


def suppressed(published: Published, measure_ids: list[str]) -> set[Key]:
    """Return the values that members and the public may not see."""
    april = published.april
    kept = _suppressed(published, measure_ids, april - relativedelta(years=1), published.month)
    if published.months[0] < april:  # a value of last year that its own pack suppressed stays suppressed
        march = april - relativedelta(months=1)
        last_year = _suppressed(published, measure_ids, april - relativedelta(years=2), march)
        kept |= {key for key in last_year if key[1] >= f"{april - relativedelta(years=1):%Y-%m}"}
    return kept


def _suppressed(published: Published, measure_ids: list[str], start: date, end: date) -> set[Key]:
    """Return what is suppressed in the packs of the months from `start` to `end`."""
    from reporting.pack import disclosure  # a solver, which the pack for the team does without

    basis = bases(published)
    known = {key: kpi for key, kpi in published.kpis.items() if start <= key[1] <= end}
    figures = figures_to_protect(
        published.measures,
        published.relations,
        {(m, month): kpi for (m, month, of), kpi in known.items() if of == basis[m]},
        {(m, month): kpi for (m, month, of), kpi in known.items() if of == "computed"},
        measure_ids,
        sorted({month for _, month, _ in known}),
    )
    return disclosure.suppressed(figures)


def _front(shown: Shown, notes: Notes) -> Section:
    """Return the page that stands alone: the indicators to look at first."""
    return Section("summary", "At a glance", [Text([verdict(shown, notes)]), glance(shown, notes)])


def _summary(shown: Shown, notes: Notes) -> Section:
    measures = shown.published.measures
    headlines = [m for m in HEADLINES if m in measures]
    changed = wording.biggest_changes(shown, headlines, CHANGES)
    worrying: dict[str, str] = {}
    for measure_id, sentence in wording.worries(shown, list(shown.measure_ids)):
        worrying.setdefault(place(measures[measure_id]), sentence)  # one of each topic: the others say the same again
    calm = f"No target is missed, and no value is the worst {wording.span(shown)}."
    links = {measures[m].measure_name: place(measures[m]) for m in shown.measure_ids}
    doubts = notes.doubts() or ["There are no open findings."]
    blocks: list[Block] = [
        Text(changed or ["There is no earlier month to compare with."], "What changed this month", True, links),
        Text(list(worrying.values())[:WORRIES] or [calm], "What is worrying", True, links),
        Text(doubts, "What cannot be trusted, and why", True, links),
        at_a_glance(shown, notes, "headlines", "Headline figures", headlines),
    ]
    return Section("behind", "What lies behind it", blocks)


def _printed_table(shown: Shown, notes: Notes, contract: ReturnContract) -> Section:
    table_id = contract.extract.replace("_", "-")
    table = months_across(shown, notes, table_id, contract.title, list(contract.measure_ids))
    part = "The council's tables" if contract.extract == "overview" else ""
    blocks: list[Block] = [Text([contract.description]), table]
    return Section(table_section(contract.extract), contract.title, blocks, part, tab=_tab(contract.extract))


def _tab(extract: str) -> str:
    """Return the name of a return's sheet as its files are called: its title is too long for a tab."""
    first, *words = extract.split("_")
    return " ".join([first.upper() if first in ABBREVIATIONS else first.capitalize(), *words])


def _rated(table: Table) -> Section:
    said = (
        "Rates let you compare authorities of different sizes. The population is the latest mid-year estimate before "
        "the end of the month. In March it is that of the year before, as in the DfE's own rates. New events are "
        f"counted over twelve months: without all twelve there is no rate ({NOT_SUPPLIED})."
    )
    return Section("rates", "Rates per 10,000 children", [Text([said]), table])


def _compared(table: Table) -> Section:
    said = (
        "A comparator is shown only where it has the same definition as the value, and nothing changed between them in "
        "how it is done or recorded. A part of a year is not compared with a whole one."
    )
    neighbours = (
        "Rates per 10,000 have the population of the year before, as the DfE's do. Statistical neighbours are the "
        "authorities most like this one by the DfE's model of the year given, which may be another than the value's."
    )
    return Section("comparators", "Comparators", [Text([said, neighbours]), table])


def _topic(shown: Shown, notes: Notes, topic: Topic) -> Section:
    measures = shown.published.measures
    measure_ids = [m for m in topic.measure_ids if m in measures]
    said = dict.fromkeys(sentence for m in topic.leads if (sentence := wording.what_changed(shown, m)))
    sentences = list(said) or [f"No value for {shown.published.month:%B %Y} can be shown."]
    sentences += wording.all_signals(shown, measure_ids)
    recorded = {found.reason: found.break_month for m in measure_ids for found in breaks(shown, m)}
    sentences += [
        f"Do not compare months before {month:%B %Y} with later ones: {reason}" for reason, month in recorded.items()
    ]
    blocks: list[Block] = [Text(sentences)]
    blocks += [drawn for picture in topic.charts if (drawn := chart(shown, topic.topic_id, picture))]
    blocks.append(months_across(shown, notes, topic.topic_id, "Month by month", measure_ids, is_judged=True))
    return Section(topic.topic_id, topic.title, blocks, "Topics" if topic is TOPICS[0] else "", tab=topic.tab)
